"""Prints the grades of an assignment as JSON: {student: {cell: points}}. Usage: grades.py GRADEBOOK ASSIGNMENT"""
import json
import sys

from nbgrader.api import Gradebook

with Gradebook(f"sqlite:///{sys.argv[1]}") as gradebook:
    grades = {}
    for submission in gradebook.assignment_submissions(sys.argv[2]):
        cells = [grade for notebook in submission.notebooks for grade in notebook.grades]
        grades[submission.student.id] = {grade.name: grade.auto_score for grade in cells}
    print(json.dumps(grades))
