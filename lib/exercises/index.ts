// What `import { check, equal, … } from 'convbook/exercises'` gives to labs and assignments.
//
// An exercise in a lab is three cells, written by hand; their metadata say which is which, so that the student, solution
// and site editions are made from them (guard/editions) and can't drift apart:
//   1. markdown, `"convbook": { "exercise": "l2" }`: the task, three hints and the solution, each collapsed:
//        <details><summary>Hint 1: the idea</summary> … </details>
//        <details><summary>Solution</summary>
//
//        ```typescript
//        const l2 = …
//        ```
//        </details>
//   2. code, `"convbook": { "exercise": "l2", "role": "work" }`: the starter, whose body is `todo('…')`
//   3. code, `"convbook": { "exercise": "l2", "role": "check" }`: `await practice(equal(…), …)`
// `npx convbook check` runs each solution against its check.
// In assignments (graded by nbgrader) the last line is `await check(POINTS, …)`.

export { type Case, type CasesOptions, cases } from './cases.ts';
export { check } from './check.ts';
export type { Tolerance } from './compare.ts';
export { type EqualOptions, equal } from './equal.ts';
export type { Expectation, ExpectationOptions } from './expectation.ts';
export { holds, leavesNoTensors, throws, within } from './holds.ts';
export { type PracticeReport, practice } from './practice.ts';
export { todo } from './todo.ts';
