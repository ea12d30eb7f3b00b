import type { Find, Finding } from '../finding.ts';
import type { Allowance } from '../rules.ts';
import { compareText, differ } from './numbers.ts';

/** Compares JSON item by item, numbers by the allowance; stops after five differences. */
export function compareJson(expected: unknown, got: unknown, allowance: Allowance, find: Find): Finding[] {
  const findings: Finding[] = [];
  const walk = (a: unknown, b: unknown, where: string): void => {
    if (findings.length >= 5) return;
    if (typeof a === 'number' && typeof b === 'number') {
      const wrong = differ(a, b, allowance);
      if (wrong) findings.push(find(`${where} ${a}`, `${where} ${b}`, wrong));
    } else if (typeof a === 'string' && typeof b === 'string') {
      findings.push(
        ...compareText(a, b, allowance, (x, y, rule) => find(`${where} ${x}`, `${where} ${y}`, rule)),
      );
    } else if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length)
        findings.push(find(`${where}: ${a.length} items`, `${where}: ${b.length} items`, 'the same length'));
      else for (let i = 0; i < a.length; i++) walk(a[i], b[i], `${where}[${i}]`);
    } else if (isObject(a) && isObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
        const path = where === '' ? key : `${where}.${key}`;
        if (key in a !== key in b)
          findings.push(
            find(
              key in a ? `${path} is there` : `no ${path}`,
              key in b ? `${path} is there` : `no ${path}`,
              'the same keys',
            ),
          );
        else walk(a[key], b[key], path);
      }
    } else if (a !== b) {
      findings.push(find(`${where} ${JSON.stringify(a)}`, `${where} ${JSON.stringify(b)}`, 'equal'));
    }
  };
  walk(expected, got, '');
  return findings;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
