// A student's hour in JupyterLab, in a browser that reaches no other host: figures that live, controls, the debugger.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JupyterLab, OpenNotebook, startJupyterLab } from '../../browser/jupyter-lab.ts';
import { launchBrowser, requestsThatLeave } from '../../browser/launch.ts';
import { notebookText } from '../run-notebook.ts';

const sources = [
  `import { Adam, Dense, Flatten, Sequential, barChart, drawingPad, fit, lineChart, liveTraining, madeDigits, slider, tf } from 'convbook';
const { train } = await madeDigits({ train: 4000, test: 10, seed: 1 });
const model = new Sequential([new Flatten(), new Dense({ units: 64, activation: 'relu' }), new Dense({ units: 10 })]);`,
  // Alive for some seconds, with a new picture several times a second.
  `const history = await fit(model, train, { epochs: 60, batchSize: 64, optimizer: new Adam(), seed: 1, callbacks: [liveTraining({ title: 'Digits', every: 100 })] });`,
  `lineChart({
  title: 'Squares', xTitle: 'x', yTitle: 'y', alt: 'A parabola.',
  series: [{ name: 'squares', x: [0, 1, 2, 3], y: [0, 1, 4, 9] }],
})`,
  `slider({ min: 1, max: 5, value: 2, label: 'power' }, (power) => lineChart({
  title: 'Powers', xTitle: 'x', yTitle: 'y', alt: \`2 to the power of \${power} is \${2 ** power}.\`,
  series: [{ name: 'x', x: [0, 1, 2], y: [0, 1, 2 ** power] }],
}))`,
  `drawingPad({ label: 'Draw a digit' }, (ink) => {
  const scores = tf.tidy(() => model.apply(tf.tensor4d(ink, [1, 28, 28, 1])).softmax().dataSync());
  return ink.some((v) => v > 0) ? \`I see a \${scores.indexOf(Math.max(...scores))}.\` : 'An empty field.';
})`,
  `const parts: number[] = [];
function add(a: number, b: number) {
  const sum = a + b;
  parts.push(sum);
  return sum;
}
add(2, 3) + add(10, 20)`,
];

let folder: string;
let lab: JupyterLab;
let browser: Browser;
let page: Page;
let notebook: OpenNotebook;
let left: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convbook-browser-'));
  await writeFile(join(folder, 'student.ipynb'), notebookText(sources));
  [browser, lab] = await Promise.all([launchBrowser(), startJupyterLab(folder)]);
  const context = await browser.newContext({ viewport: { width: 1500, height: 1000 } });
  left = requestsThatLeave(context);
  page = await context.newPage();
  notebook = await OpenNotebook.open(page, lab, 'student.ipynb');
  await notebook.run(0);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('long lines of code are wrapped, so that nobody has to scroll sideways', async () => {
  const editor = notebook.cell(0).locator('.cm-content');
  expect(await editor.getAttribute('class')).toContain('cm-lineWrapping');
});

test('a training figure changes in place while its cell runs, and stays when it is done', async () => {
  // The page itself writes down every picture: on a busy machine a look from outside would miss some.
  await notebook.cell(1).evaluate((cell) => {
    const seen: string[] = [];
    (globalThis as { seenPictures?: string[] }).seenPictures = seen;
    const note = () => {
      const alt = cell.querySelector('.jp-OutputArea-output img')?.getAttribute('alt');
      if (alt && alt !== seen.at(-1)) seen.push(alt);
    };
    new MutationObserver(note).observe(cell, { subtree: true, childList: true, attributes: true });
  });
  await notebook.run(1);
  const picture = notebook.output(1).locator('img');
  const all = await page.evaluate(() => (globalThis as { seenPictures?: string[] }).seenPictures ?? []);
  const seen = new Set(all.filter((alt) => !alt.includes('done in')));
  expect([...seen].length).toBeGreaterThanOrEqual(3);
  expect(await notebook.output(1).count()).toBe(1);
  expect(await picture.getAttribute('alt')).toMatch(/Digits: done in .*The training loss goes from/);
  expect(await picture.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBeGreaterThan(400);
});

test('a plotly figure is drawn by the renderer that came with the set-up', async () => {
  await notebook.run(2);
  const plot = notebook.cell(2).locator('.jp-RenderedPlotly.js-plotly-plot');
  await plot.locator('.scatterlayer path.js-line').waitFor();
  expect(await plot.locator('.gtitle').textContent()).toBe('Squares');
});

test('a slider moves its figure', async () => {
  await notebook.run(3);
  const picture = notebook.output(3).locator('img');
  expect(await picture.getAttribute('alt')).toBe('2 to the power of 2 is 4.');
  const handle = notebook.output(3).locator('.noUi-handle');
  for (const [key, alt] of [
    ['ArrowRight', '2 to the power of 3 is 8.'],
    ['ArrowRight', '2 to the power of 4 is 16.'],
    ['ArrowLeft', '2 to the power of 3 is 8.'],
  ] as const) {
    await handle.press(key);
    await notebook.output(3).locator(`img[alt="${alt}"]`).waitFor();
  }
  expect(await picture.count()).toBe(1);
});

test('a digit drawn with the mouse is classified, and the field can be cleared', async () => {
  await notebook.run(4);
  const output = notebook.cell(4).locator('.jp-OutputArea');
  await output.getByText('An empty field.').waitFor();
  const canvas = output.locator('canvas');
  await canvas.scrollIntoViewIfNeeded();
  const { x, y } = (await canvas.boundingBox())!;
  const draw = async (points: [number, number][]) => {
    await page.mouse.move(x + points[0]![0], y + points[0]![1]);
    await page.mouse.down();
    for (const [px, py] of points.slice(1)) await page.mouse.move(x + px, y + py, { steps: 8 });
    await page.mouse.up();
  };
  await draw([
    [145, 40],
    [140, 240],
  ]);
  await output.getByText('I see a 1.').waitFor();
  await output.getByRole('button', { name: 'Clear' }).click();
  await output.getByText('An empty field.').waitFor();
  const circle = Array.from({ length: 25 }, (_, i): [number, number] => [
    140 + 60 * Math.sin((i * Math.PI) / 12),
    140 - 90 * Math.cos((i * Math.PI) / 12),
  ]);
  await draw(circle);
  await output.getByText('I see a 0.').waitFor();
});

test('the debugger stops at a breakpoint, lists variables with their values, steps and goes on', async () => {
  await page.locator('.jp-DebuggerBugButton').click();
  const sidebar = page.locator('.jp-DebuggerSidebar');
  await sidebar.waitFor();
  const gutter = notebook.cell(5).locator('.cm-breakpoint-gutter .cm-gutterElement');
  await notebook.cell(5).scrollIntoViewIfNeeded();
  await gutter.nth(3).click(); // the first is a hidden one that gives the gutter its width
  await sidebar.locator('.jp-DebuggerBreakpoint').waitFor();

  await notebook.start(5);
  const line = notebook.cell(5).locator('.jp-DebuggerEditor-highlight');
  await line.filter({ hasText: 'const sum = a + b;' }).waitFor();
  const variables = sidebar.locator('.jp-DebuggerVariables');
  const value = (name: string) =>
    variables
      .locator('.jp-TreeItem')
      .filter({ has: page.locator('.jp-DebuggerVariables-name', { hasText: new RegExp(`^${name}$`) }) })
      .locator('.jp-DebuggerVariables-detail');
  await value('a').filter({ hasText: /^2$/ }).waitFor();
  expect(await value('b').textContent()).toBe('3');
  expect(await sidebar.locator('.jp-DebuggerCallstack-body').textContent()).toMatch(/add[\s\S]*<cell>/);

  await sidebar.locator('[data-command="debugger:next"]').click();
  await line.filter({ hasText: 'parts.push(sum);' }).waitFor();
  await value('sum').filter({ hasText: /^5$/ }).waitFor();

  await sidebar.locator('[data-command="debugger:continue"]').click();
  await value('a').filter({ hasText: /^10$/ }).waitFor(); // the second call stops there too
  await sidebar.locator('[data-command="debugger:continue"]').click();
  await notebook.done(5);
  expect(await notebook.output(5).last().textContent()).toBe('35');
});

test('nothing was asked of another host', () => {
  expect(left).toEqual([]);
});
