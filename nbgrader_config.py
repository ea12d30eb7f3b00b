# nbgrader for TypeScript notebooks. Run nbgrader in this folder: it finds this file by itself.
#   nbgrader generate_assignment A1        the release, without solutions and hidden tests
#   nbgrader autograde A1                  grades what lies in notebooks/assignments/submitted/STUDENT/A1/
#   nbgrader generate_feedback A1
import os
import sys

from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, DeduplicateIds, OverwriteCells, OverwriteKernelspec

c = get_config()  # noqa: F821 - given by traitlets

# nbgrader starts `alembic` from beside it by its bare name, also where nobody activated the environment.
os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", "")

c.CourseDirectory.course_id = "convbook"
c.CourseDirectory.root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "notebooks", "assignments")

# The stub throws. nbgrader's own stubs are comments in languages that it does not know, and a cell that does nothing gets full
# marks. The kernel's library knows this message and calls it "not written yet".
c.ClearSolutions.code_stub = {"typescript": "// YOUR CODE HERE\nthrow new Error('Not written yet: your code goes here');"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"
c.ClearSolutions.begin_solution_delimeter = "BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "END SOLUTION"
c.ClearHiddenTests.begin_test_delimeter = "BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "END HIDDEN TESTS"

# Seconds a cell. Training takes some; an endless loop is interrupted after it, gets 0, and the rest of the notebook goes on.
c.Execute.timeout = int(os.environ.get("CONVBOOK_CELL_SECONDS", "120"))
c.Execute.interrupt_on_timeout = True
c.Execute.startup_timeout = 120
c.Execute.iopub_timeout = 30
# A notebook that prints without end would fill the gradebook's disk.
c.LimitOutput.max_lines = 1000
c.LimitOutput.max_traceback = 100


class OverwriteTypeScriptCells(OverwriteCells):
    """Puts deleted test cells back. nbgrader's note in them is a Python comment, which TypeScript can't read: everybody whose test
    cell was lost would get 0 for it."""

    def missing_cell_transform(self, source_cell, max_score, is_solution=False, is_task=False):
        cell = super().missing_cell_transform(source_cell, max_score, is_solution, is_task)
        if cell.cell_type == "code":
            note = self.missing_cell_notification.format(cell_id=source_cell.name).strip()
            cell.source = f"// {note}\n{source_cell.source}"
        return cell


c.OverwriteCells.add_missing_cells = True
c.OverwriteTypeScriptCells.add_missing_cells = True
c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    DeduplicateIds,
    OverwriteKernelspec,
    OverwriteTypeScriptCells,
    CheckCellMetadata,
]
