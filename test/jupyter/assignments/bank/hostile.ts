import type { Answer } from './answer.ts';

/** One exercise of an assignment whose checks a hostile answer tries to get around. */
export interface Target {
  exercise: string;
  /** Of the function that the checks call; they must give 0 where it gives nothing right. */
  name: string;
  points: number;
  /** The right function, under its name. */
  right: string;
}

/**
 * What people try against any check, as answers to one exercise: throws of every kind, values that pretend, a check of their own,
 * printed and displayed scores, replaced built-ins and library functions, an end of the process.
 */
export function hostileAnswers({ exercise, name, points, right }: Target): Answer[] {
  const answer = (title: string, code: string, more: Partial<Answer> = {}): Answer => ({
    name: title,
    exercise,
    code,
    points: 0,
    ...more,
  });
  const alone = { alone: true };
  const does = (body: string) => `function ${name}(...all: any[]): any { ${body} }`;
  /** The right function beside something that must not pass. */
  const rightButFirst = (body: string) =>
    `${right.replace(new RegExp(`\\b${name}\\b`), 'rightOne')}\nfunction ${name}(...all: any[]): any { ${body} return (rightOne as any)(...all); }`;
  return [
    // Failures, thrown and otherwise.
    answer('a throw of nothing', does('throw undefined;')),
    answer('a throw that can not be shown', does('throw { get message() { throw 1; } };')),
    answer('a promise that is rejected', `async ${does("throw new Error('no idea');")}`),
    answer('a promise that is rejected with nothing', does('return Promise.reject();')),
    answer('nothing returned', does('')),
    answer('null', does('return null;')),
    answer('a function that is none', `const ${name} = [2, 0];`),
    answer('endless recursion', `function ${name}(p: any): any { return ${name}(p); }`),
    answer('an array as large as the world', does('return Array.from(new Float64Array(1e12));')),
    answer('a text as long as the world', does("return 'x'.repeat(2 ** 30);")),
    answer('a getter that throws', does("return { get length() { throw new Error('no'); } };")),
    // Values that pretend.
    answer('NaN', does('return NaN;')),
    answer('Infinity', does('return Infinity;')),
    answer('a big integer', does('return 1n;')),
    answer('a symbol', does("return Symbol('2');")),
    answer('the function itself', does(`return ${name};`)),
    answer(
      'a value that equals everything',
      does(
        'return { valueOf: () => 2, toString: () => "2", toJSON: () => 2, [Symbol.toPrimitive]: () => 2 };',
      ),
    ),
    answer(
      'a proxy that answers everything',
      does(
        'return new Proxy([], { get: (_: any, key: any) => (key === "then" ? undefined : key === "length" ? 2 : 0) });',
      ),
    ),
    answer(
      'a promise of a promise of nothing',
      does('return Promise.resolve({ then: (done: any) => done({}) });'),
    ),
    answer(
      'right, but in a promise, which is as good',
      `async ${does('return (rightOne as any)(...all);')}\n${right.replace(new RegExp(`\\b${name}\\b`), 'rightOne')}`,
      {
        points,
      },
    ),
    // Right in part, and something else.
    answer(
      'a right value beside a promise that fails unawaited',
      rightButFirst("Promise.reject(new Error('adrift'));"),
    ),
    answer('a warning on stderr, which nbgrader counts as a failure', rightButFirst("console.error('hm');")),
    // Scores of their own.
    answer(
      'printed scores',
      `console.log('${points}'); console.log('3 of 3 expectations met: ${points} of ${points} points');\n${does(`console.log(${points}); return 'full marks';`)}`,
    ),
    answer(
      'a displayed score',
      `import { display } from 'convbook';\n${does(`display(${points}); return undefined;`)}`,
    ),
    answer(
      'a check of their own',
      `function check() { return ${points}; }\nfunction cases() {}\nfunction equal() {}\n${does('return 0.5;')}`,
    ),
    answer(
      'a check of their own as a constant',
      `const check = async () => ${points};\n${does('return 0.5;')}`,
      alone,
    ),
    answer(
      'a check that is replaced in the module',
      `import * as exercises from 'convbook/exercises';\ntry { (exercises as any).check = async () => ${points}; } catch {}\ntry { Object.defineProperty(exercises, 'check', { value: async () => ${points} }); } catch {}\n${does('return 0.5;')}`,
    ),
    answer(
      'a result message that they send themselves',
      does(
        `process.stdout.write(JSON.stringify({ msg_type: 'execute_result', content: { data: { 'text/plain': '${points}' } } }) + '\\n'); return undefined;`,
      ),
    ),
    // The notebook's text.
    answer('a text that does not parse', `function ${name}(all { return 1;`, alone),
    answer('another name', `function ${name}2() { return 1; }`, alone),
    // Built-ins and the library replaced.
    answer('Math.abs replaced before the check', `Math.abs = () => 0;\n${does('return [1, 1];')}`, alone),
    answer('Math.abs replaced inside the check', does('Math.abs = () => 0; return [1, 1];'), {
      ...alone,
      sample: true,
    }),
    answer('every() replaced', does('Array.prototype.every = () => true; return [1, 1];'), alone),
    answer('Number.isInteger replaced', does('Number.isInteger = () => true; return 1;'), alone),
    answer(
      'Promise replaced',
      `globalThis.Promise = class extends Promise<any> {} as any;\n${does('return [1, 1];')}`,
      alone,
    ),
    answer('Array.from replaced', does('Array.from = (() => []) as any; return [1, 1];'), alone),
    answer(
      'a setter on every object',
      does(
        "Object.defineProperty(Object.prototype, 'said', { get: () => undefined, set() {}, configurable: true }); return [1, 1];",
      ),
      alone,
    ),
    answer(
      'a console that throws',
      `console.log = () => { throw new Error(); };\n${does('return [1, 1];')}`,
      alone,
    ),
    answer(
      'tensors that read as zeros',
      `import { tf } from 'convbook';\n(tf.Tensor.prototype as any).data = async () => new Float32Array(1);\n${does('return [1, 1];')}`,
      alone,
    ),
    // An end of the process.
    answer('process.exit inside the check', does('process.exit(0);'), { ...alone, sample: true }),
    answer('process.exit in the answer', 'process.exit(0);', alone),
    answer('a kill of its own process', does("process.kill(process.pid, 'SIGKILL');"), alone),
    answer(
      'an exception out of a timer',
      does("setTimeout(() => { throw new Error('late'); }, 0); return 0.5;"),
      alone,
    ),
  ];
}
