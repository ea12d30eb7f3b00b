// @ts-check

/**
 * @param {string[]} args
 * @returns {{scope: 'unit' | 'default' | 'all' | 'files', vitest: string[]}} vitest: what is passed on to it
 */
export function parseTestOptions(args) {
  const vitest = args.filter((arg) => arg !== '--unit' && arg !== '--all');
  if (args.includes('--unit')) return { scope: 'unit', vitest: ['--project', 'unit', ...vitest] };
  if (args.includes('--all')) return { scope: 'all', vitest };
  return { scope: vitest.length > 0 ? 'files' : 'default', vitest };
}
