import type { Find, Finding } from '../finding.ts';
import type { TensorRule } from '../rules.ts';
import { differ } from './numbers.ts';

interface TensorText {
  title: string;
  facts: Record<string, number>;
}

export const isTensorText = (text: string): boolean => /^(Tensor|Variable) \w+ \[/.test(text);

/** Compares two displayed tensors by shape, type and statistics: the single values of trained weights say nothing. */
export function compareTensors(expected: string, got: string, rule: TensorRule, find: Find): Finding[] {
  const [a, b] = [readTensor(expected), readTensor(got)];
  if (a.title !== b.title) return [find(a.title, b.title, 'the same shape and type')];
  const findings: Finding[] = [];
  for (const name of new Set([...Object.keys(a.facts), ...Object.keys(b.facts)])) {
    const [x, y] = [a.facts[name], b.facts[name]];
    if (x === undefined || y === undefined) {
      findings.push(find(`${name} ${x ?? 'absent'}`, `${name} ${y ?? 'absent'}`, 'the same statistics'));
      continue;
    }
    const wrong = differ(x, y, rule, true);
    if (wrong) findings.push(find(`${name} ${x}`, `${name} ${y}`, wrong));
  }
  return findings;
}

/** The kernel's text of a tensor: its title, then `min 0  max 1  mean 0.5  std 0.2`; a single value after a colon. */
function readTensor(text: string): TensorText {
  const [first = '', second = ''] = text.split('\n');
  const single = /^(.*\]),? ?.*?: (\S+)$/.exec(first);
  if (single) return { title: single[1]!, facts: { value: Number(single[2]) } };
  const facts: Record<string, number> = {};
  for (const [, name, value] of second.matchAll(/(\w+) (-?[\d.]+(?:e[-+]?\d+)?|NaN|-?Infinity)/g))
    facts[name!] = Number(value);
  return { title: first, facts };
}
