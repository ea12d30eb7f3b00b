// Completion from TypeScript's language service, with the kinds that front ends show.
import type ts from 'typescript';
import type { Completion } from '../types.ts';
import type { NameKind } from './notebook-files.ts';

/** Signatures cost a lookup each: the first few are what a list shows. */
const signatures = 12;
const longest = 400;

/** The code without the word that is being typed: at each key the same program answers. */
export interface AskedPlace {
  code: string;
  cursor: number;
  typed: string;
  /** The part of a word before the cursor that was left in the code. */
  kept: string;
}

export function askedPlace(code: string, cursor: number): AskedPlace {
  const typed = /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(code.slice(0, cursor))![0];
  // Digits are a number's, and the rest of the word behind the cursor stays.
  if (typed === '' || /^\d/.test(typed)) return { code, cursor, typed: '', kept: '' };
  if (/^[\p{ID_Continue}$]/u.test(code.slice(cursor))) return { code, cursor, typed: '', kept: typed };
  const start = cursor - typed.length;
  return { code: code.slice(0, start) + code.slice(cursor), cursor: start, typed, kept: '' };
}

export function completeAt(
  api: typeof ts,
  service: ts.LanguageService,
  path: string,
  asked: AskedPlace,
  names: ReadonlyMap<string, { kind: NameKind }>,
): Completion {
  const found = completionsAt(service, path, asked.cursor);
  const span = found?.entries[0]?.replacementSpan;
  const start = span && span.start <= asked.cursor ? span.start : asked.cursor - asked.kept.length;
  const typed = asked.code.slice(start, asked.cursor) + asked.typed;
  const end = asked.cursor + asked.typed.length;
  const checker = service.getProgram()?.getTypeChecker();

  const entries = new Map<string, { kind: string; sort: string; symbol?: ts.Symbol }>();
  for (const entry of found?.entries ?? []) {
    if (entry.name.startsWith('__convbook')) continue;
    entries.set(entry.name, { kind: entry.kind, sort: entry.sortText, symbol: entry.symbol });
  }
  // Names of earlier cells that this cell does not use yet are not in the program.
  if (found && !found.isMemberCompletion && !isInString(api, service, path, asked.cursor)) {
    for (const [name, { kind }] of names) {
      const known = entries.get(name);
      if (!known || known.kind === 'alias') entries.set(name, { kind, sort: '10', symbol: known?.symbol });
    }
  }
  const all = [...entries].map(([name, entry]) => ({ name, ...entry }));
  const exact = all.filter(({ name }) => name.startsWith(typed));
  const lower = typed.toLowerCase();
  const chosen = exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase().startsWith(lower));
  chosen.sort((a, b) => compare(a.sort, b.sort) || compare(a.name, b.name));
  const matches = chosen.slice(0, longest).map(({ name, kind: given, symbol }, index) => {
    const kind =
      given === 'alias' && symbol && checker ? aliasKind(api, checker, symbol, index < signatures) : given;
    const match: Completion['matches'][number] = { text: name, kind: kindName(kind) };
    if (index < signatures && callable.has(kind) && symbol && checker) {
      const text = signatureOf(api, checker, symbol);
      if (text) match.signature = text;
    }
    return match;
  });
  return { matches, start, end };
}

/** While a word is typed the program and the place stay the same, and so does the list. */
const lists = new WeakMap<
  ts.Program,
  { path: string; cursor: number; found: ts.CompletionInfo | undefined }
>();

function completionsAt(
  service: ts.LanguageService,
  path: string,
  cursor: number,
): ts.CompletionInfo | undefined {
  const program = service.getProgram()!;
  const known = lists.get(program);
  if (known?.path === path && known.cursor === cursor) return known.found;
  const found = service.getCompletionsAtPosition(path, cursor, {
    includeCompletionsWithInsertText: false,
    includeCompletionsForModuleExports: false,
    includeSymbol: true,
  });
  lists.set(program, { path, cursor, found });
  return found;
}

/** What an exported name is at its origin. */
function aliasKind(api: typeof ts, checker: ts.TypeChecker, symbol: ts.Symbol, deep: boolean): string {
  if ((symbol.flags & api.SymbolFlags.Alias) === 0) return 'alias';
  const origin = checker.getAliasedSymbol(symbol);
  const { flags } = origin;
  if (
    deep &&
    flags & api.SymbolFlags.Variable &&
    checker.getTypeOfSymbol(origin).getCallSignatures().length > 0
  ) {
    return 'function';
  }
  if (flags & api.SymbolFlags.Function) return 'function';
  if (flags & api.SymbolFlags.Class) return 'class';
  if (flags & api.SymbolFlags.Enum) return 'enum';
  if (flags & (api.SymbolFlags.ValueModule | api.SymbolFlags.NamespaceModule)) return 'alias';
  if (flags & api.SymbolFlags.Variable) return 'const';
  if (flags & api.SymbolFlags.Interface) return 'interface';
  if (flags & api.SymbolFlags.TypeAlias) return 'type';
  return 'alias';
}

const callable = new Set<string>(['function', 'method', 'local function', 'constructor']);

/** From the symbol itself: the service's details would compute the whole list again for each name. */
function signatureOf(api: typeof ts, checker: ts.TypeChecker, symbol: ts.Symbol): string | undefined {
  const origin = symbol.flags & api.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const [first] = checker.getTypeOfSymbol(origin).getCallSignatures();
  return first && checker.signatureToString(first).replace(/\s+/g, ' ');
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
