// Scopes and variables: handles of the debug adapter protocol for objects of the inspector.
import type { Inspector } from './inspector-channel.ts';

export interface RemoteObject {
  type: string;
  subtype?: string;
  className?: string;
  description?: string;
  value?: unknown;
  unserializableValue?: string;
  objectId?: string;
}

export interface DapVariable {
  name: string;
  value: string;
  type: string;
  evaluateName: string;
  variablesReference: number;
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

export class Variables {
  private readonly inspector: Inspector;
  private readonly handles = new Map<number, string[]>();
  private last = 0;

  constructor(inspector: Inspector) {
    this.inspector = inspector;
  }

  /** Handles are good until the program goes on. */
  forget(): void {
    this.handles.clear();
  }

  /** One handle for several objects, whose members are listed together. */
  handle(objectIds: string[]): number {
    if (objectIds.length === 0) return 0;
    this.handles.set(++this.last, objectIds);
    return this.last;
  }

  async list(reference: number): Promise<DapVariable[]> {
    const found = new Map<string, DapVariable>();
    for (const objectId of this.handles.get(reference) ?? []) {
      const { result } = await this.inspector.send('Runtime.getProperties', {
        objectId,
        ownProperties: true,
        generatePreview: false,
      });
      for (const property of result ?? []) {
        if (!property.value || internal.test(property.name) || found.has(property.name)) continue;
        if (property.name === '__proto__' || found.size >= mostVariables) continue;
        found.set(property.name, await this.describe(property.name, property.value));
      }
    }
    return [...found.values()];
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
      const { result } = await this.inspector.send('Runtime.callFunctionOn', {
        objectId: object.objectId,
        functionDeclaration: describeTensor,
        returnByValue: true,
        silent: true,
      });
      if (result?.value) value = `${value} ${result.value}`;
    }
    return {
      name: name.replace(/\$cell$/, ''),
      value,
      type: object.className ?? object.subtype ?? object.type,
      evaluateName: name,
      variablesReference: expandable ? this.handle([object.objectId!]) : 0,
    };
  }
}

export function textOf(object: RemoteObject): string {
  if (object.type === 'string') return JSON.stringify(object.value);
  if (object.unserializableValue !== undefined) return object.unserializableValue;
  if (object.type === 'function') return (object.description ?? 'function').split('\n')[0]!.slice(0, 120);
  if (object.description !== undefined) return object.description.split('\n')[0]!;
  return String(object.value);
}
