# nbgrader's settings for notebooks in TypeScript: what a solution is replaced by in the students' edition. The comment
# marks of solutions and hidden tests are nbgrader's own words: `// BEGIN SOLUTION`, `// BEGIN HIDDEN TESTS`.
c = get_config()  # noqa: F821 (nbgrader provides it)

c.ClearSolutions.code_stub = {
    "typescript": '// YOUR CODE HERE\nthrow new Error("Not done yet: replace this line with your own code.");',
    "python": "# YOUR CODE HERE\nraise NotImplementedError()",
}
