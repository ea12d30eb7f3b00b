// Scopes and variables: handles of the debug adapter protocol for objects of the inspector.
import type { Inspector } from './inspector-channel.ts';
import type { CallFrame } from './stop.ts';

export interface RemoteObject {
  type: string;
  subtype?: string;
  className?: string;
  description?: string;
  value?: unknown;
  unserializableValue?: string;
  objectId?: string;
  preview?: { overflow: boolean; properties: { name: string; type: string; value?: string }[] };
}

/** Without the type, which may be left out: JupyterLab's tree shows it instead of the value, except for types of Python. */
export interface DapVariable {
  name: string;
  value: string;
  evaluateName: string;
  variablesReference: number;
}

/** What a handle stands for: objects whose members are listed together; scopes of a frame have their numbers. */
interface Held {
  objectIds: string[];
  scopes?: { call: CallFrame; numbers: number[] };
}

const mostVariables = 300;
/** Made by the compiler, not by the user. */
const internal = /^(?:__\w+|env_\d+|e_\d+|_\w+_decorators)$/;
/** A tensor says its type, shape and bytes; anything else nothing. */
const describeTensor = `function () {
  try {
    if (!Array.isArray(this.shape) || typeof this.dtype !== 'string' || typeof this.size !== 'number') return '';
    const bytes = { float32: 4, int32: 4, bool: 1, complex64: 8 }[this.dtype];
    return this.dtype + ' [' + this.shape + ']' + (bytes ? ', ' + this.size * bytes + ' bytes' : '') + (this.isDisposed ? ', disposed' : '');
  } catch { return ''; }
}`;
/** The compiler's other name for a name that hides a global (compiler/shadowing.ts). */
const shownName = (name: string) => name.replace(/\$cell$/, '');

export class Variables {
  private readonly inspector: Inspector;
  private readonly handles = new Map<number, Held>();
  private last = 0;

  constructor(inspector: Inspector) {
    this.inspector = inspector;
  }

  /** Handles are good until the program goes on. */
  forget(): void {
    this.handles.clear();
  }

  /** One handle for some scopes of a frame. */
  scope(call: CallFrame, types: readonly string[]): number {
    const numbers = [...call.scopeChain.keys()].filter((at) => types.includes(call.scopeChain[at]!.type));
    const objectIds = numbers.map((at) => call.scopeChain[at]!.object.objectId!);
    return objectIds.length > 0 ? this.hold({ objectIds, scopes: { call, numbers } }) : 0;
  }

  private hold(held: Held): number {
    this.handles.set(++this.last, held);
    return this.last;
  }

  async list(reference: number): Promise<DapVariable[]> {
    const found = new Map<string, DapVariable>();
    for (const objectId of this.handles.get(reference)?.objectIds ?? []) {
      for (const { name, value } of await this.membersOf(objectId)) {
        if (!value || internal.test(name) || found.has(name)) continue;
        if (name === '__proto__' || found.size >= mostVariables) continue;
        found.set(name, await this.describe(name, value));
      }
    }
    return [...found.values()];
  }

  private async membersOf(objectId: string): Promise<{ name: string; value?: RemoteObject }[]> {
    const options = { objectId, ownProperties: true, generatePreview: false };
    return (await this.inspector.send('Runtime.getProperties', options)).result ?? [];
  }

  /** Gives a variable of a scope, or a member of an object, another value. */
  async set(reference: number, name: string, value: RemoteObject): Promise<DapVariable> {
    const held = this.handles.get(reference);
    if (!held)
      throw new Error('What was listed is gone: the program has gone on. Ask for the variables again.');
    for (const [at, objectId] of held.objectIds.entries()) {
      const members = await this.membersOf(objectId);
      const own = members.find((member) => member.name === name || shownName(member.name) === name);
      if (!own) continue;
      if (held.scopes) await this.setInScope(held.scopes.call, held.scopes.numbers[at]!, own.name, value);
      else await this.setMember(objectId, own.name, value);
      return this.describe(name, value);
    }
    throw new Error(`There is no variable ${name} here to be set.`);
  }

  private async setInScope(call: CallFrame, scope: number, name: string, value: RemoteObject): Promise<void> {
    if (call.scopeChain[scope]!.type !== 'script') {
      await this.inspector.send('Debugger.setVariableValue', {
        scopeNumber: scope,
        variableName: name,
        newValue: argument(value),
        callFrameId: call.callFrameId,
      });
      return;
    }
    // The inspector does not set the variables of scripts: a function made in their scope does.
    const setter = await this.inspector.send('Runtime.evaluate', {
      expression: `(value) => { ${name} = value; }`,
      silent: true,
      objectGroup: 'debugger',
    });
    await this.callOn(setter.result.objectId, 'function (value) { this(value); }', [value]);
  }

  private async setMember(objectId: string, name: string, value: RemoteObject): Promise<void> {
    const key = { type: 'string', value: name };
    await this.callOn(objectId, 'function (name, value) { "use strict"; this[name] = value; }', [key, value]);
  }

  private async callOn(objectId: string, code: string, values: readonly RemoteObject[]): Promise<any> {
    const { result, exceptionDetails } = await this.inspector.send('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration: code,
      arguments: values.map(argument),
      silent: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(textOf(exceptionDetails.exception));
    return result?.value;
  }

  /** The variables of the notebook while nothing is stopped. */
  async ofNotebook(): Promise<DapVariable[]> {
    const { names } = await this.inspector.send('Runtime.globalLexicalScopeNames', {});
    const all: DapVariable[] = [];
    for (const name of (names as string[]).filter((each) => !internal.test(each)).slice(0, mostVariables)) {
      const { result, exceptionDetails } = await this.inspector.send('Runtime.evaluate', {
        expression: name,
        silent: true,
        objectGroup: 'debugger',
      });
      if (!exceptionDetails) all.push(await this.describe(name, result)); // else: its declaration failed
    }
    return all;
  }

  async describe(name: string, object: RemoteObject): Promise<DapVariable> {
    const expandable = object.objectId !== undefined;
    let value = textOf(object);
    if (expandable && object.type === 'object' && object.subtype === undefined) {
      const tensor = await this.callOn(object.objectId!, describeTensor, []).catch(() => '');
      if (tensor) value = `${value} ${tensor}`;
    }
    return {
      name: shownName(name),
      value,
      evaluateName: name,
      variablesReference: expandable ? this.hold({ objectIds: [object.objectId!] }) : 0,
    };
  }

  /** An object as the notebook would show it. */
  async rich(object: RemoteObject): Promise<object> {
    const plain = { data: { 'text/plain': textOf(object) }, metadata: {} };
    if (!object.objectId) return plain;
    const code = 'function () { return __convbook.describe(this); }';
    return (await this.callOn(object.objectId, code, []).catch(() => undefined)) ?? plain;
  }

  /** Makes a value a variable of the notebook: `name` is one as the scripts see it. */
  async copyToNotebook(object: RemoteObject, name: string): Promise<void> {
    const holder = await this.inspector.send('Runtime.evaluate', {
      expression: '__convbook',
      objectGroup: 'debugger',
    });
    await this.callOn(holder.result.objectId, 'function (value) { this.copied = value; }', [object]);
    // The answer of a script in REPL mode comes in a later turn, and while the program stands there is none.
    void this.inspector
      .send('Runtime.evaluate', {
        expression: `let ${name} = __convbook.copied;`,
        replMode: true,
        silent: true,
      })
      .catch(() => {});
  }
}

function argument({ objectId, unserializableValue, value }: RemoteObject): object {
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? { value } : { unserializableValue };
}

export function textOf(object: RemoteObject): string {
  if (object.type === 'string') return JSON.stringify(object.value);
  if (object.unserializableValue !== undefined) return object.unserializableValue;
  if (object.type === 'function') return (object.description ?? 'function').split('\n')[0]!.slice(0, 120);
  if (object.description !== undefined) return object.description.split('\n')[0]!;
  return String(object.value);
}
