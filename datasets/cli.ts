import { dirname } from 'node:path';
import { isAtHand, locate, verify } from './at-hand.ts';
import { DataError } from './errors.ts';
import { obtainFile } from './files.ts';
import { dataFolders } from './folders.ts';
import { type DataSource, SOURCES } from './registry.ts';

const USAGE = `Usage: npx convbook data COMMAND

  list             the data sets: which are here, where, and how much the others take
  get NAME …       downloads data sets to the cache: ${SOURCES.map(({ id }) => id).join(', ')}, or all
  verify [NAME …]  compares what is here with the published checksums
`;

type Print = (text: string) => void;

/**
 * Runs `npx convbook data …`.
 *
 * @returns the exit code: 0, 1 where something is damaged or can't be had, 2 where the command is wrong.
 */
export async function main(args: readonly string[], print: Print = console.log): Promise<number> {
  const [command, ...names] = args;
  if (command === 'list' && names.length === 0) return list(print);
  if (command !== 'get' && command !== 'verify') {
    print(USAGE);
    return command === undefined || command === 'help' || command === '--help' ? 0 : 2;
  }
  const unknown = names.filter((name) => name !== 'all' && !SOURCES.some(({ id }) => id === name));
  if (unknown.length > 0) {
    print(
      `There is no data set ${unknown.join(', ')}. There are: ${SOURCES.map(({ id }) => id).join(', ')}.`,
    );
    return 2;
  }
  const all = names.length === 0 || names.includes('all');
  if (command === 'get' && names.length === 0) {
    print(`Which data set? npx convbook data get ${SOURCES.map(({ id }) => id).join(' | ')} | all`);
    return 2;
  }
  const chosen = all ? SOURCES : SOURCES.filter(({ id }) => names.includes(id));
  return command === 'get' ? get(chosen, print) : check(chosen, print);
}

async function list(print: Print): Promise<number> {
  const rows = await Promise.all(SOURCES.map(describe));
  const head = ['name', 'data set', 'licence', 'here'];
  const widths = head.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c]!.length)));
  for (const row of [head, widths.map((w) => '-'.repeat(w)), ...rows]) {
    print(
      row
        .map((text, c) => text.padEnd(widths[c]!))
        .join('  ')
        .trimEnd(),
    );
  }
  print('');
  print('Made data (spirals, rings, parity, shapes, audio, scenes, digits) need no files.');
  print(`Folders, in this order: ${dataFolders('').join(', ')}`);
  return 0;
}

async function describe(source: DataSource): Promise<string[]> {
  const found = await locate(source);
  const here = found.filter(({ path }) => path);
  const folders = [...new Set(here.map(({ path }) => dirname(path!)))].join(', ');
  const state =
    here.length === found.length
      ? `yes, in ${folders}`
      : here.length > 0
        ? `${here.length} of ${found.length} parts, in ${folders}${(await isAtHand(source)) ? ' (enough to work with)' : ''}`
        : `no, ${megabytes(source)} MB to download`;
  return [source.id, source.title, source.licence, state];
}

async function get(sources: readonly DataSource[], print: Print): Promise<number> {
  let failed = 0;
  for (const source of sources) {
    const missing = (await locate(source)).filter(({ path }) => !path);
    if (missing.length === 0) {
      print(`${source.title} is here already.`);
      continue;
    }
    print(
      `${source.title}: up to ${megabytes(source)} MB from ${source.homes[0]} to ${dataFolders(source.id).at(-1)}`,
    );
    try {
      for (const file of source.files) {
        if (file.contents.every(({ name }) => !missing.some(({ content }) => content.name === name)))
          continue;
        print(`  ${await obtainFile(source, file)}`);
      }
      print(`${source.title} is complete. Please cite: ${source.citation}.`);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      failed++;
      print(error.message);
    }
  }
  return failed > 0 ? 1 : 0;
}

async function check(sources: readonly DataSource[], print: Print): Promise<number> {
  let damaged = 0;
  for (const source of sources) {
    const results = await verify(source);
    if (results.length === 0) print(`${source.title}: nothing is here.`);
    for (const { path, name, problem } of results) {
      if (problem) damaged++;
      print(problem ? `DAMAGED  ${problem}` : `ok  ${source.title}  ${name}  ${path}`);
    }
  }
  print(damaged > 0 ? `${damaged} damaged.` : 'All that is here is as published.');
  return damaged > 0 ? 1 : 0;
}

const megabytes = ({ files }: DataSource) =>
  (files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1);
