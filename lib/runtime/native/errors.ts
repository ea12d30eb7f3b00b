import { dtypeName } from './dtypes.ts';

/** An error of TensorFlow as a sentence: the op, what came in, and TensorFlow's own words without its decoration. */
export function opError(
  op: string,
  inputs: readonly { shape: readonly number[]; dtype: number }[],
  message: string,
) {
  const words = message
    .replace(/^\{\{function_node [^}]*\}\}\s*/g, '')
    .replace(/\{\{node ([^}]*)\}\}/g, '$1')
    .replace(/\s*\[Op:\w+\].*$/s, '')
    .replace(/\n\s*\[\[.*$/s, '')
    .replace(/; NodeDef:.*$/s, '')
    .trim();
  const came = inputs.map(({ shape, dtype }) => `${dtypeName(dtype)} [${shape}]`).join(', ');
  return new Error(
    `TensorFlow's ${op} failed: ${words}${/[.!?]$/.test(words) ? '' : '.'} Its inputs were: ${came || 'none'}.`,
  );
}
