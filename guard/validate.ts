import { readFileSync } from 'node:fs';
import type { CellGuard } from './rules.ts';

/** The part of JSON Schema that schema.json uses. */
interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  oneOf?: Schema[];
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  format?: string;
  $defs?: Record<string, Schema>;
}

let schema: Schema | undefined;

/** The schema of `metadata.convbook.guard`, the one source of what rules may say. */
export function guardSchema(): Schema {
  schema ??= JSON.parse(readFileSync(new URL('./schema.json', import.meta.url), 'utf8')) as Schema;
  return schema;
}

/**
 * Checks a cell's guard against the schema, so that a misspelt rule can't pass for no rule.
 *
 * @throws a sentence that names the place
 */
export function validGuard(value: unknown): CellGuard {
  const problem = find(value, guardSchema(), 'guard');
  if (problem) throw new Error(`${problem} guard/schema.json says what rules look like.`);
  return value as CellGuard;
}

function find(value: unknown, part: Schema, where: string): string | undefined {
  if (part.$ref) return find(value, guardSchema().$defs![part.$ref.replace('#/$defs/', '')]!, where);
  if (part.const !== undefined && value !== part.const) return `${where} must be "${part.const}".`;
  if (part.type && !isType(value, part.type))
    return `${where} must be of type ${part.type}, and ${show(value)} came.`;
  if (part.oneOf) return findOne(value as Record<string, unknown>, part.oneOf, where);
  if (typeof value === 'number') {
    if (part.minimum !== undefined && value < part.minimum)
      return `${where} must be at least ${part.minimum}.`;
    if (part.maximum !== undefined && value > part.maximum)
      return `${where} must be at most ${part.maximum}.`;
  }
  if (typeof value === 'string') return findInText(value, part, where);
  if (Array.isArray(value)) {
    if (value.length < (part.minItems ?? 0) || value.length > (part.maxItems ?? Number.POSITIVE_INFINITY))
      return `${where} has ${value.length} items.`;
    return firstOf(
      value.map((item, i) => () => (part.items ? find(item, part.items, `${where}[${i}]`) : undefined)),
    );
  }
  if (typeof value === 'object' && value !== null)
    return findInObject(value as Record<string, unknown>, part, where);
  return undefined;
}

/** The alternatives differ by `kind`, so the message is about the one that was meant. */
function findOne(value: Record<string, unknown>, alternatives: Schema[], where: string): string | undefined {
  const kinds = alternatives.map((one) => String(one.properties!['kind']!.const));
  const meant = alternatives[kinds.indexOf(String(value['kind']))];
  if (!meant) return `${where}.kind is ${show(value['kind'])}; it must be one of ${kinds.join(', ')}.`;
  return find(value, meant, where);
}

function findInText(value: string, part: Schema, where: string): string | undefined {
  if (value.length < (part.minLength ?? 0)) return `${where} is too short: "${value}".`;
  if (part.format === 'regex') {
    try {
      new RegExp(value);
    } catch (error) {
      return `${where} is no regular expression: ${(error as Error).message}.`;
    }
  }
  return undefined;
}

function findInObject(value: Record<string, unknown>, part: Schema, where: string): string | undefined {
  const missing = part.required?.find((key) => !(key in value));
  if (missing) return `${where} has no "${missing}".`;
  return firstOf(
    Object.entries(value).map(([key, item]) => () => {
      const inner = part.properties?.[key] ?? part.additionalProperties;
      if (inner === false) return `${where} has an unknown key "${key}".`;
      return typeof inner === 'object' ? find(item, inner, `${where}.${key}`) : undefined;
    }),
  );
}

function firstOf(checks: (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem) return problem;
  }
  return undefined;
}

function isType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type && !Number.isNaN(value);
}

const show = (value: unknown) => JSON.stringify(value) ?? 'nothing';
