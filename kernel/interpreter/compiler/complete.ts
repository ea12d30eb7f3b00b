// Completion from TypeScript's language service, with the kinds that front ends show.
import type ts from 'typescript';
import type { Completion } from '../types.ts';
import type { NameKind } from './notebook-files.ts';

/** Signatures cost a lookup each: the first few are what a list shows. */
const signatures = 12;
const longest = 400;

export function completeAt(
  api: typeof ts,
  service: ts.LanguageService,
  path: string,
  code: string,
  cursor: number,
  names: ReadonlyMap<string, { kind: NameKind }>,
): Completion {
  const prefix = /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(code.slice(0, cursor))![0];
  let start = cursor - prefix.length;
  const found = service.getCompletionsAtPosition(path, cursor, {
    includeCompletionsWithInsertText: false,
    includeCompletionsForModuleExports: false,
  });
  const span = found?.optionalReplacementSpan ?? found?.entries[0]?.replacementSpan;
  if (span && span.start <= cursor) start = span.start;
  const typed = code.slice(start, cursor);
  const end = span ? Math.min(code.length, Math.max(cursor, span.start + span.length)) : cursor;

  const entries = new Map<string, { kind: string; sort: string }>();
  for (const entry of found?.entries ?? []) {
    if (entry.name.startsWith('__convbook')) continue;
    entries.set(entry.name, { kind: entry.kind, sort: entry.sortText });
  }
  // Names of earlier cells that this cell does not use yet are not in the program.
  if (found && !found.isMemberCompletion && !isInString(api, service, path, cursor)) {
    for (const [name, { kind }] of names) {
      const known = entries.get(name);
      if (!known || known.kind === 'alias') entries.set(name, { kind, sort: '10' });
    }
  }
  const all = [...entries].map(([name, entry]) => ({ name, ...entry }));
  const exact = all.filter(({ name }) => name.startsWith(typed));
  const lower = typed.toLowerCase();
  const chosen = exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase().startsWith(lower));
  chosen.sort((a, b) => compare(a.sort, b.sort) || compare(a.name, b.name));
  const matches = chosen.slice(0, longest).map(({ name, kind }, index) => {
    const match: Completion['matches'][number] = { text: name, kind: kindName(kind) };
    if (index < signatures && callable.has(kind)) {
      const details = service.getCompletionEntryDetails(
        path,
        cursor,
        name,
        undefined,
        undefined,
        undefined,
        undefined,
      );
      const text = details && signatureOf(api, details);
      if (text) match.signature = text;
    }
    return match;
  });
  return { matches, start, end };
}

const callable = new Set<string>(['function', 'method', 'local function', 'constructor']);

function signatureOf(api: typeof ts, details: ts.CompletionEntryDetails): string | undefined {
  const text = api.displayPartsToString(details.displayParts);
  const open = text.indexOf('(', text.startsWith('(') ? text.indexOf(')') : 0);
  return open < 0 ? undefined : text.slice(open).replace(/\s+/g, ' ');
}

function isInString(api: typeof ts, service: ts.LanguageService, path: string, cursor: number): boolean {
  const file = service.getProgram()?.getSourceFile(path);
  if (!file) return false;
  let inside = false;
  const visit = (node: ts.Node): void => {
    if (cursor <= node.getStart(file) || cursor >= node.getEnd()) return;
    if (api.isStringLiteralLike(node)) inside = true;
    api.forEachChild(node, visit);
  };
  api.forEachChild(file, visit);
  return inside;
}

/** JupyterLab's names for kinds, which give the icon. */
function kindName(kind: string): string {
  const names: Record<string, string> = {
    var: 'variable',
    let: 'variable',
    const: 'constant',
    'local var': 'variable',
    'local function': 'function',
    parameter: 'variable',
    getter: 'property',
    setter: 'property',
    'enum member': 'enum-member',
    alias: 'module',
    'external module name': 'module',
    script: 'file',
    directory: 'folder',
    'type parameter': 'type',
    'primitive type': 'type',
  };
  return names[kind] ?? kind;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
