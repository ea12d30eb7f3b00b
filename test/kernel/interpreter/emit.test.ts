import { createRequire } from 'node:module';
import type ts from 'typescript';
import { expect, test } from 'vitest';
import { declareAfter } from '../../../kernel/interpreter/compiler/declarations.ts';
import {
  type EmitOptions,
  emitModule,
  emitWithoutTypes,
  emitWithTypes,
} from '../../../kernel/interpreter/compiler/emit.ts';
import { hideGlobals } from '../../../kernel/interpreter/compiler/shadowing.ts';
import { prepareBefore } from '../../../kernel/interpreter/compiler/statements.ts';
import { cellCompilerOptions } from '../../../kernel/interpreter/compiler/transpile.ts';

const api = createRequire(import.meta.url)('typescript') as typeof ts;

const options = (): EmitOptions => ({
  compilerOptions: cellCompilerOptions(api),
  transformers: {
    before: [prepareBefore(api, 7, true, new Set())],
    after: [declareAfter(api, 7), hideGlobals(api, new Set())],
  },
});

const plain = (diagnostics: readonly ts.Diagnostic[]) =>
  diagnostics.map(({ code, start, length, messageText }) => ({
    code,
    start,
    length,
    text: api.flattenDiagnosticMessageText(messageText, '\n'),
  }));

const cells = [
  '1 + 1',
  'interface Gone { x: number }\nfunction add(a: number, b?: number): number {\n  return a + (b ?? 1);\n}\nadd(2)',
  'class P { get x(): number { return 1 } static make(): P { return new P() } }',
  'using held = { [Symbol.dispose]() {} };\nawait using more = open();',
  'import { a, type B } from "x";\nimport * as all from "y";\nexport { a };\nexport default all',
  'const { a, ...rest } = c as { a: string }, performance = d!;\nvar z = 1, { y = 2 } = z satisfies number;',
  'label: for await (const each of many) { if (each) break label; }',
  `const text = \`a \${"😀"} b\`; // a comment\n/* another */ text`,
  'export abstract class Z<T> { abstract f(): T; declare g: number; h?(): void }',
  'let π: number = 3.14, 数 = /[a-z]+/giu;',
];
test.each(cells)('the emitter without types gives what the one with types gives: %j', (code) => {
  const quick = emitWithoutTypes(api, code, options());
  const whole = emitWithTypes(api, code, options());
  expect(quick?.outputText).toBe(whole.outputText);
  expect(JSON.parse(quick!.sourceMapText).mappings).toBe(JSON.parse(whole.sourceMapText).mappings);
  expect(quick!.diagnostics).toEqual([]);
});

test.each(['const x = ', 'let a = `${1', 'let 😀x = 1', 'a b c', ')', 'await = 1'])(
  'the same syntax errors in the same places: %j',
  (code) => {
    const quick = plain(emitWithoutTypes(api, code, options())!.diagnostics);
    expect(quick).toEqual(plain(emitWithTypes(api, code, options()).diagnostics));
    expect(quick.length).toBeGreaterThan(0);
  },
);

test.each([
  ['an enum', 'enum A { B = 1, C = B << 2 }\nA.C', 'A[A["C"] = 4]'],
  ['a constant enum', 'const enum E { A = "x" }\nE.A', '"x"'],
  ['a namespace', 'namespace N { export const x = 1; export const y = x + 1 }', 'N.y = N.x + 1'],
  ['a parameter property', 'class P { constructor(private readonly x: number) {} }', 'this.x = x'],
  ['a decorator', '@dec class D { @field x = 1 }', '__esDecorate'],
  ['a static field that names its class', 'class X { static y = X.z; static z = this.y; }', 'static'],
])('what needs types is emitted with them: %s', (_name, code, expected) => {
  expect(emitModule(api, code, options()).outputText).toContain(expected);
});
