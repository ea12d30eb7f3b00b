import { describe, expect, it } from 'vitest';
import { compareNotebook } from '../../guard/check.ts';
import { setRule } from '../../guard/set.ts';
import { guardSchema, validGuard } from '../../guard/validate.ts';
import { code, madeNotebook, madeRun, outputsOf, stdout } from './made-notebook.ts';

const cellOf = (notebook: ReturnType<typeof madeNotebook>, name: string) =>
  notebook.cells.find((cell) => (cell.metadata['convbook'] as { name?: string } | undefined)?.name === name)!;

describe('setRule', () => {
  it('writes a rule that the guard then follows', () => {
    const committed = madeNotebook();
    const run = madeRun(committed);
    outputsOf(run.notebook, 'default')[0]!.text = '60000 images of 28 x 28, mean 0.14\n';
    expect(compareNotebook('n', committed, run).status).toBe('failed');
    setRule(committed, 'default', 'numbers', ['absolute=0.02']);
    expect(cellOf(committed, 'default').metadata['convbook']).toMatchObject({
      guard: { rules: [{ kind: 'numbers', absolute: 0.02 }] },
      measured: { tensors: 2 },
    });
    expect(compareNotebook('n', committed, run).status).toBe('passed');
  });

  it('replaces a rule of the same kind, keeps others, sets the budget, and takes all away', () => {
    const notebook = madeNotebook();
    setRule(notebook, '1', 'numbers', ['relative=0.1']);
    setRule(notebook, '1', 'numbers', ['relative=0.2']);
    setRule(notebook, '1', 'text', ['pattern=a.*b', 'outputs=[0]']);
    expect(setRule(notebook, '1', 'budget', ['tensors=3', 'megabytes=900'])).toEqual({
      rules: [
        { kind: 'numbers', relative: 0.2 },
        { kind: 'text', pattern: 'a.*b', outputs: [0] },
      ],
      budget: { tensors: 3, megabytes: 900 },
    });
    expect(setRule(notebook, '1', 'none', [])).toEqual({});
    expect(cellOf(notebook, 'default').metadata['convbook']).not.toHaveProperty('guard');
  });

  it('refuses what the schema does not know, in a sentence', () => {
    const set = (kind: string, ...settings: string[]) => setRule(madeNotebook(), '1', kind, settings);
    expect(() => set('number', 'absolute=1')).toThrow(
      /guard\.rules\[0\]\.kind is "number"; it must be one of numbers, text/,
    );
    expect(() => set('numbers', 'tolerance=1')).toThrow(/unknown key "tolerance"/);
    expect(() => set('numbers', 'absolute=-1')).toThrow(/at least 0/);
    expect(() => set('numbers', 'range=[1]')).toThrow(/range has 1 items/);
    expect(() => set('varies')).toThrow(/has no "reason"/);
    expect(() => set('text', 'pattern=(')).toThrow(/no regular expression/);
    expect(() => set('picture', 'distance=2')).toThrow(/at most 1/);
    expect(() => set('numbers', 'absolute')).toThrow(/NAME=VALUE/);
    expect(() => setRule(madeNotebook(), 'nowhere', 'none', [])).toThrow(/no code cell "nowhere".*accuracy/);
    expect(() => setRule(madeNotebook(), '0', 'none', [])).toThrow(/no code cell "0"/);
  });
});

describe('the guard of a cell', () => {
  const status = (guard: object, change = (_: ReturnType<typeof madeRun>) => {}) => {
    const committed = madeNotebook();
    const cell = cellOf(committed, 'default');
    cell.metadata = { convbook: { name: 'default', guard } };
    const run = madeRun(committed);
    change(run);
    return compareNotebook('n', committed, run).cells[0]!;
  };

  it('fails where it is misspelt, so that it can not pass for none', () => {
    expect(status({ rule: [] }).findings[0]!.got).toMatch(/unknown key "rule"/);
  });

  it('fails where a rule fits no output, or a label is not there', () => {
    expect(status({ rules: [{ kind: 'figure' }] }).findings[0]!.rule).toBe('every rule fits an output');
    const labelled = { rules: [{ kind: 'numbers', labelled: { accuracy: { range: [0, 1] } } }] };
    expect(status(labelled).findings[0]!.expected).toBe('a number after "accuracy"');
  });

  it('passes over a rule that is for another engine or other data', () => {
    const rule = (when: object) => ({ rules: [{ kind: 'varies', reason: 'a test', when }] });
    const change = (run: ReturnType<typeof madeRun>) => {
      outputsOf(run.notebook, 'default')[0]!.text = 'other\n';
    };
    expect(status(rule({ engine: 'tensorflow', data: 'mnist' }), change).status).toBe('passed');
    expect(status(rule({ engine: 'wasm' }), change).status).toBe('failed');
    expect(status(rule({ data: 'cifar10' }), change).status).toBe('failed');
  });

  it('keeps to the budgets of memory and tensors', () => {
    expect(status({ budget: { megabytes: 301, tensors: 2 } }).status).toBe('passed');
    expect(status({ budget: { megabytes: 299 } }).findings[0]!.where).toBe('memory');
    expect(status({ budget: { tensors: 1 } }).findings[0]!.where).toBe('tensors');
  });

  it('takes the first rule that fits, by output and by MIME type', () => {
    const committed = madeNotebook();
    committed.cells = [
      code('two', [stdout('a 1\n'), { ...stdout('b 1\n'), name: 'stderr' }], {
        guard: { rules: [{ kind: 'numbers', absolute: 5, outputs: [1] }] },
      }),
    ];
    const run = madeRun(committed);
    run.notebook.cells[0]!.outputs = [stdout('a 1\n'), { ...stdout('b 3\n'), name: 'stderr' }];
    expect(compareNotebook('n', committed, run).status).toBe('passed');
    run.notebook.cells[0]!.outputs = [stdout('a 3\n'), { ...stdout('b 1\n'), name: 'stderr' }];
    expect(compareNotebook('n', committed, run).status).toBe('failed');
  });
});

describe('the schema', () => {
  it('accepts every rule of the made notebook', () => {
    for (const cell of madeNotebook().cells) {
      const { guard } = (cell.metadata['convbook'] ?? {}) as { guard?: unknown };
      if (guard) expect(validGuard(guard)).toBe(guard);
    }
  });

  it('describes every kind of rule', () => {
    const kinds = guardSchema().$defs!['rule']!.oneOf!.map((one) => one.properties!['kind']!.const);
    expect(kinds).toEqual(['numbers', 'text', 'table', 'tensor', 'figure', 'picture', 'varies']);
  });
});
