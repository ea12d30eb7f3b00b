import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromRoot } from '../../cli/setup/paths.mjs';
import { joined, readNotebook } from '../../guard/notebook.ts';
import { buildSite } from '../../site/build.ts';
import { findSources } from '../../site/sources.ts';

const notebook = (source: string, metadata = {}) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      { id: 'top', cell_type: 'markdown', source: '# Title', metadata: {} },
      { id: 'code', cell_type: 'code', source, metadata, execution_count: 1, outputs: [] },
    ],
  });

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'convbook-site-'));
  mkdirSync(join(project, 'notebooks', 'assignments', 'source', 'A1'), { recursive: true });
});
afterEach(() => rmSync(project, { recursive: true }));
const add = (name: string, content: string) => writeFileSync(join(project, 'notebooks', name), content);

describe('the notebooks of a project', () => {
  it('are labs by number, then assignments without their solutions', async () => {
    add('02-b.ipynb', notebook('2'));
    add('01-a.ipynb', notebook('1'));
    add(
      'assignments/source/A1/a1.ipynb',
      notebook('// ### BEGIN SOLUTION\nsecret()\n// ### END SOLUTION', {
        nbgrader: { grade_id: 'words', solution: true, grade: true, points: 2, locked: false },
      }),
    );
    const { sources, problems } = await findSources(project);
    expect(problems).toEqual([]);
    expect(sources.map(({ kind, number, slug }) => [kind, number, slug])).toEqual([
      ['lab', '01', '01-a'],
      ['lab', '02', '02-b'],
      ['assignment', 'A1', 'a1'],
    ]);
    for (const edition of [sources[2]!.notebook, sources[2]!.download!]) {
      expect(joined(edition.cells[1]!.source)).toContain('Not written yet');
      expect(JSON.stringify(edition)).not.toContain('secret()');
    }
  });

  it('tell no solution of this course, on their pages and in what can be downloaded', async () => {
    const { sources, problems } = await findSources(fromRoot());
    expect(problems).toEqual([]);
    const assignments = sources.filter(({ kind }) => kind === 'assignment');
    expect(assignments.length).toBeGreaterThan(0);
    for (const { file, notebook: page, download } of assignments) {
      expect(JSON.stringify([page, download]), file).not.toMatch(/(BEGIN|END) (SOLUTION|HIDDEN TESTS)/);
      expect(
        page.cells.flatMap(({ outputs = [] }) => outputs),
        file,
      ).toEqual([]);
      expect(JSON.stringify(await readNotebook(fromRoot(file))), file).toMatch(/BEGIN HIDDEN TESTS/);
    }
  });

  it('are named when two have one number, one has none, or one is no notebook', async () => {
    add('01-a.ipynb', notebook('1'));
    add('01-b.ipynb', notebook('1'));
    add('extra.ipynb', notebook('1'));
    add('03-broken.ipynb', '{"nbformat": 4');
    add('04-old.ipynb', '{"nbformat": 3, "worksheets": []}');
    const { problems } = await findSources(project);
    const all = problems.join('\n');
    expect(all).toContain('notebooks/01-b.ipynb has the number 01, which notebooks/01-a.ipynb has too.');
    expect(all).toContain('notebooks/extra.ipynb has no number');
    expect(all).toContain('notebooks/03-broken.ipynb is no notebook: it is not JSON');
    expect(all).toContain('notebooks/04-old.ipynb is no notebook of format 4');
    expect(problems).toHaveLength(4);
  });

  it('stop a build with all that is wrong, before anything is written', async () => {
    add('01-a.ipynb', notebook('1'));
    add('01-b.ipynb', notebook('1'));
    const out = join(project, 'out');
    await expect(buildSite({ project, out, noRun: true })).rejects.toThrow(
      'The site was not built. One thing is wrong, and it is in the notebooks:\n- notebooks/01-b.ipynb has the number 01',
    );
    await expect(findSources(out)).resolves.toMatchObject({ sources: [] });
  });

  it("a folder that is somebody's is left alone", async () => {
    add('01-a.ipynb', notebook('1'));
    writeFileSync(join(project, 'mine.txt'), 'mine');
    await expect(buildSite({ project, out: project, noRun: true })).rejects.toThrow(
      `${project} is not a site that convbook built, so nothing is written there.`,
    );
  });
});
