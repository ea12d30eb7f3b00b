/** A request whose content is not what the specification asks for: it is refused with this sentence. */
export class InvalidContent extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidContent';
  }
}

type Content = Record<string, unknown>;

const described = (value: unknown) =>
  value === undefined ? 'nothing' : `${JSON.stringify(value)}`.slice(0, 80);

export function text(content: Content, name: string, fallback?: string): string {
  const value = content[name] ?? fallback;
  if (typeof value !== 'string') {
    throw new InvalidContent(`The request has ${described(value)} as "${name}": expected text.`);
  }
  return value;
}

export function integer(content: Content, name: string, fallback?: number): number {
  const value = content[name] ?? fallback;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new InvalidContent(`The request has ${described(value)} as "${name}": expected a number.`);
  }
  return Math.trunc(value);
}

export function flag(content: Content, name: string, fallback: boolean): boolean {
  const value = content[name] ?? fallback;
  if (typeof value !== 'boolean') {
    throw new InvalidContent(`The request has ${described(value)} as "${name}": expected true or false.`);
  }
  return value;
}

export function record(content: Content, name: string): Content {
  const value = content[name] ?? {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidContent(`The request has ${described(value)} as "${name}": expected an object.`);
  }
  return value as Content;
}
