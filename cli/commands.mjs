// @ts-check

/**
 * @typedef {object} Command
 * @property {string} file module below cli/ whose `main(args)` runs the command
 * @property {string} usage
 * @property {string} summary
 * @property {boolean} [explainsItself] answers --help by itself
 * @property {boolean} [hidden] started by programs, not by people
 */

/** @type {Record<string, Command>} */
export const commands = {
  start: {
    file: 'start.mjs',
    usage: 'start [--cpu] [--user-config] [OPTIONS]',
    summary: 'set up what is missing, then open JupyterLab (and its OPTIONS) on the labs',
  },
  setup: {
    file: 'setup.mjs',
    usage: 'setup [--cpu | --gpu] [--python PATH]',
    summary: 'npm packages, Python environment, TensorFlow, kernel: what is missing of it',
  },
  test: {
    file: 'test.mjs',
    usage: 'test [--unit | --all | FILES]',
    summary: 'set up, then run the checks: lint, types, tests',
  },
  doctor: {
    file: 'doctor.mjs',
    usage: 'doctor [--json]',
    summary: 'versions, engine, GPU, data: what was found, and how to mend what was not',
  },
  data: {
    file: 'data.ts',
    usage: 'data list | get NAME | verify',
    summary: 'the data sets',
    explainsItself: true,
  },
  models: {
    file: 'models.ts',
    usage: 'models [NAME] [--json] [OPTIONS]',
    summary: 'architectures: parameters, operations, layer tables',
  },
  site: {
    file: 'site.ts',
    usage: 'site [--no-run] [--out DIR]',
    summary: 'render the labs and assignments as a site of plain files',
    explainsItself: true,
  },
  translate: {
    file: 'translate.ts',
    usage: 'translate check | extract LABS | accept LAB CELLS',
    summary: 'what of the labs is translated, and files for translators',
    explainsItself: true,
  },
  bench: { file: 'bench.ts', usage: 'bench NAME [options]', summary: 'side-by-side measurements' },
  check: {
    file: 'check.ts',
    usage: 'check NOTEBOOKS',
    summary: 're-run notebooks and compare their outputs by meaning',
    explainsItself: true,
  },
  grade: {
    file: 'grade.ts',
    usage: 'grade SUBMISSIONS --source NOTEBOOK --out FILE.csv',
    summary: 'grade a folder of submissions',
    explainsItself: true,
  },
  editions: {
    file: 'editions.ts',
    usage: 'editions NOTEBOOKS --out FOLDER',
    summary: 'student, solution and site editions of labs and assignments',
    explainsItself: true,
  },
  'update-lab': {
    file: 'update-lab.ts',
    usage: 'update-lab [OLD] NEW MINE',
    summary: 'work a new release of a lab into your copy, without losing a line of yours',
    explainsItself: true,
  },
  regrade: {
    file: 'regrade.ts',
    usage: 'regrade SUBMISSIONS --source NOTEBOOK --grades FILE.csv',
    summary: 'run submissions again and show whose points change',
    explainsItself: true,
  },
  gradebook: {
    file: 'gradebook.ts',
    usage: 'gradebook GRADES.csv --out FILE.csv [--format canvas|moodle]',
    summary: 'grades for Canvas or Moodle, late days included',
    explainsItself: true,
  },
  anonymise: {
    file: 'anonymise.ts',
    usage: 'anonymise SUBMISSIONS --key KEY.csv --out FOLDER',
    summary: 'copies of submissions under pseudonyms',
    explainsItself: true,
  },
  similarity: {
    file: 'similarity.ts',
    usage: 'similarity SUBMISSIONS --source NOTEBOOK --html FILE',
    summary: 'submissions that have much in common, side by side',
    explainsItself: true,
  },
  'check-my-work': {
    file: 'check-my-work.ts',
    usage: 'check-my-work NOTEBOOK',
    summary: 'restart, run all and see the visible score before handing in',
    explainsItself: true,
  },
  kernel: {
    file: 'kernel.mjs',
    usage: 'kernel CONNECTION_FILE',
    summary: 'the Jupyter kernel itself',
    hidden: true,
  },
};

/** @param {string} word @returns {string | undefined} the command most like a mistyped word */
export const nearest = (word) => nearestOf(word, Object.keys(commands));

/**
 * The name most like a mistyped one, where it is near enough to be meant.
 * @param {string} word @param {readonly string[]} names @returns {string | undefined}
 */
export function nearestOf(word, names) {
  const scored = names.map((name) => ({ name, distance: editDistance(word, name) }));
  scored.sort((a, b) => a.distance - b.distance);
  return scored.length > 0 && scored[0].distance <= 2 ? scored[0].name : undefined;
}

/** @param {string} a @param {string} b */
function editDistance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
