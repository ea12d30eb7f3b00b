// What the running process knows and types don't: members of values whose type is `any`, and the value of a name.
// Nothing with a side effect is evaluated, and a busy process is not waited for.
import type { Inspector } from './debugger/inspector-channel.ts';
import { type RemoteObject, textOf } from './debugger/variables.ts';
import type { Completion, Inspection } from './types.ts';

const patience = 150;
const chain = /([\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*)$/u;

const listMembers = `function () {
  const kinds = new Map();
  for (let at = Object(this); at && at !== Object.prototype && kinds.size < 500; at = Object.getPrototypeOf(at)) {
    for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (/^[A-Za-z_$][\\w$]*$/.test(name) && name !== 'constructor' && !kinds.has(name)) {
        kinds.set(name, get ? 'property' : typeof value === 'function' ? 'method' : 'property');
      }
    }
  }
  return [...kinds];
}`;

export class LiveValues {
  private readonly inspector: Inspector;

  constructor(inspector: Inspector) {
    this.inspector = inspector;
  }

  /** The members of the expression before the dot, where types gave nothing. */
  async complete(code: string, cursor: number): Promise<Completion | undefined> {
    const found = /^([\s\S]*)\.([\p{ID_Continue}$]*)$/u.exec(code.slice(0, cursor));
    const expression = found && chain.exec(found[1]!)?.[1];
    if (!expression) return undefined;
    const typed = found[2]!;
    const object = await this.evaluate(expression);
    if (!object?.objectId) return undefined;
    const answer = await this.send('Runtime.callFunctionOn', {
      objectId: object.objectId,
      functionDeclaration: listMembers,
      returnByValue: true,
      throwOnSideEffect: true,
      silent: true,
    });
    const members = (answer?.result?.value ?? []) as [string, string][];
    const matches = members
      .filter(([name]) => name.startsWith(typed))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([text, kind]) => ({ text, kind }));
    return matches.length > 0 ? { matches, start: cursor - typed.length, end: cursor } : undefined;
  }

  /** Adds the value of the name at the cursor to what its type says. */
  async inspect(code: string, cursor: number, known: Inspection): Promise<Inspection> {
    const rest = /^[\p{ID_Continue}$]*/u.exec(code.slice(cursor))![0];
    const expression = chain.exec(code.slice(0, cursor) + rest)?.[1];
    const object = expression && (await this.evaluate(expression, true));
    if (!object || object.type === 'undefined' || object.type === 'function') return known;
    const value = previewOf(object).slice(0, 500);
    const before = known.found ? known.data : {};
    const join = (kind: string, text: string) => [before[kind], text].filter(Boolean).join('\n\n');
    return {
      found: true,
      data: {
        'text/plain': join('text/plain', `Value: ${value}`),
        'text/markdown': join('text/markdown', `Value: \`${value.replaceAll('`', "'")}\``),
      },
    };
  }

  private async evaluate(expression: string, generatePreview = false): Promise<RemoteObject | undefined> {
    const answer = await this.send('Runtime.evaluate', {
      expression,
      throwOnSideEffect: true,
      silent: true,
      objectGroup: 'live',
      generatePreview,
    });
    return answer && !answer.exceptionDetails ? answer.result : undefined;
  }

  private send(method: string, params: object): Promise<any> {
    const late = new Promise((resolve) => setTimeout(resolve, patience, undefined).unref());
    return Promise.race([this.inspector.send(method, params).catch(() => undefined), late]);
  }
}

/** An object with its first members. */
function previewOf(object: RemoteObject): string {
  const { preview } = object;
  if (!preview || preview.properties.length === 0) return textOf(object);
  const members = preview.properties.map(({ name, type, value = '' }) => {
    const text = type === 'string' ? JSON.stringify(value) : value;
    return object.subtype === 'array' ? text : `${name}: ${text}`;
  });
  if (preview.overflow) members.push('…');
  const inside = members.join(', ');
  return `${textOf(object)} ${object.subtype === 'array' ? `[ ${inside} ]` : `{ ${inside} }`}`;
}
