import { type Finding, finder } from '../finding.ts';
import { normalise, type Shown } from '../normalise.ts';
import type { Output } from '../notebook.ts';
import type { CellGuard, Facts, Rule } from '../rules.ts';
import { align, signature } from './align.ts';
import { parseNumbers } from './numbers.ts';
import { compareOutput, fits } from './output.ts';

/** Compares all outputs of a cell with the committed ones, by its rules. */
export function compareCell(
  committed: readonly Output[],
  came: readonly Output[],
  guard: CellGuard,
  facts: Facts,
): Finding[] {
  const [expected, got] = [normalise(committed), normalise(came)];
  const rules = (guard.rules ?? []).filter((rule) => holds(rule, facts));
  const used = new Map<Rule, string[]>();
  const ruleFor = (index: number, mime: string): Rule | undefined => {
    const output = expected[index]!;
    const rule = rules.find(
      (one) => (one.outputs === undefined || one.outputs.includes(index)) && fits(one, output, mime),
    );
    if (rule) used.set(rule, [...(used.get(rule) ?? []), textOf(output, mime)]);
    return rule;
  };
  const findings: Finding[] = [];
  for (const pair of align(expected, got)) {
    if (pair.got === undefined) {
      const missing = expected[pair.expected!]!;
      findings.push(
        finder(`output ${pair.expected}`)(signature(missing), 'nothing', 'every committed output'),
      );
      for (const mime of partsOf(missing)) ruleFor(pair.expected!, mime); // it is missing, its rule is not unused
    } else if (pair.expected === undefined) {
      const extra = got[pair.got]!;
      const text = `${signature(extra)}: ${partsOf(extra)
        .map((mime) => textOf(extra, mime))
        .join(' ')}`;
      findings.push(finder(`output ${pair.got}`)('nothing', text, 'no other outputs'));
    } else {
      const index = pair.expected;
      findings.push(
        ...compareOutput(`output ${index}`, expected[index]!, got[pair.got]!, (mime) => ruleFor(index, mime)),
      );
    }
  }
  return [...findings, ...unusedRules(rules, used)];
}

/** A rule that fits nothing guards nothing: its cell was changed, or it was misspelt. */
function unusedRules(rules: readonly Rule[], used: ReadonlyMap<Rule, string[]>): Finding[] {
  const findings: Finding[] = [];
  for (const rule of rules) {
    const find = finder('rules');
    const texts = used.get(rule);
    if (!texts)
      findings.push(find(`an output for ${JSON.stringify(rule)}`, 'none', 'every rule fits an output'));
    else if (rule.kind === 'numbers') {
      const labels = texts.flatMap((text) => parseNumbers(text).numbers.map((n) => n.label.toLowerCase()));
      for (const label of Object.keys(rule.labelled ?? {})) {
        if (!labels.some((one) => one.endsWith(label.toLowerCase())))
          findings.push(find(`a number after "${label}"`, 'none', 'every label is in the output'));
      }
    }
  }
  return findings;
}

function holds({ when }: Rule, facts: Facts): boolean {
  if (when?.engine !== undefined && when.engine !== facts.engine) return false;
  return (
    when?.data === undefined ||
    facts.data.some((name) => name === when.data || name.startsWith(`${when.data} `))
  );
}

const partsOf = (output: Shown): string[] =>
  output.type === 'data' ? Object.keys(output.data) : [output.type === 'stream' ? 'stream' : 'error'];

function textOf(output: Shown, mime: string): string {
  if (output.type !== 'data') return output.text;
  const content = output.data[mime];
  return typeof content === 'string' ? content : (JSON.stringify(content) ?? '');
}
