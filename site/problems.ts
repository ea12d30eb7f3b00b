import { Problem } from '../cli/setup/problem.mjs';

/** What is wrong with the notebooks, all of it at once: each a sentence that names the file, and the cell where there is one. */
export class SiteProblem extends Problem {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const [many, it] =
      problems.length === 1 ? ['One thing is', 'it is'] : [`${problems.length} things are`, 'they are'];
    super(
      `The site was not built. ${many} wrong, and ${it} in the notebooks:\n${problems.map((p) => `- ${p}`).join('\n')}`,
    );
    this.name = 'SiteProblem';
    this.problems = problems;
  }
}

/** How a sentence calls a cell: by its number in the notebook from 1, and its id. */
export const cellOf = (file: string, index: number, id: string | undefined): string =>
  `${file}, cell ${index + 1}${id ? ` (${id})` : ''}`;

/** Throws what was found, if anything was. */
export function failOn(problems: readonly string[]): void {
  if (problems.length > 0) throw new SiteProblem(problems);
}
