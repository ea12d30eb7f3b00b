import { joined, type Output } from './notebook.ts';

/** An output reduced to what it means. */
export type Shown =
  | { type: 'stream'; name: string; text: string }
  | { type: 'data'; result: boolean; data: Record<string, unknown>; alt: Record<string, string> }
  | { type: 'error'; name: string; text: string };

/**
 * Reduces a cell's outputs to what they mean: pieces of one stream put together, lists of lines joined, line endings and
 * colours gone, carriage returns applied as a terminal would.
 */
export function normalise(outputs: readonly Output[]): Shown[] {
  const shown: Shown[] = [];
  for (const output of outputs) {
    if (output.output_type === 'stream') {
      const text = joined(output.text);
      const last = shown.at(-1);
      if (last?.type === 'stream' && last.name === output.name) last.text += text;
      else shown.push({ type: 'stream', name: output.name ?? 'stdout', text });
    } else if (output.output_type === 'error') {
      // The traceback has paths of this machine in it; the message is what people are told.
      shown.push({ type: 'error', name: output.ename ?? '', text: plainText(output.evalue ?? '') });
    } else {
      shown.push({
        type: 'data',
        result: output.output_type === 'execute_result',
        data: normaliseData(output.data ?? {}),
        alt: altTexts(output.metadata ?? {}),
      });
    }
  }
  for (const one of shown) if (one.type === 'stream') one.text = plainText(one.text);
  return shown;
}

function normaliseData(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([mime, content]) => {
      if (/^image\/(?!svg)/.test(mime)) return [mime, joined(content).replace(/\s/g, '')];
      if (/^text\/|svg|javascript/.test(mime)) return [mime, plainText(joined(content))];
      const lines = Array.isArray(content) && content.every((line) => typeof line === 'string');
      return [mime, lines ? plainText(joined(content)) : content];
    }),
  );
}

function altTexts(metadata: Record<string, unknown>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [mime, part] of Object.entries(metadata)) {
    const alt = (part as { alt?: unknown } | null)?.alt;
    if (typeof alt === 'string') found[mime] = alt;
  }
  return found;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g;

/** Text as it stands on a screen: no colours, one kind of line ending, no spaces at the ends of lines. */
export function plainText(text: string): string {
  return text
    .replace(COLOURS, '')
    .replace(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r') + 1).trimEnd())
    .join('\n')
    .trimEnd();
}
