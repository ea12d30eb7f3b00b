// @ts-check
// What the set-up says. On a terminal one line is redrawn; elsewhere (CI, a log file) lines are added, and a long
// step adds one every ten seconds, so that silence never looks like a hang.

/**
 * @typedef {object} Status
 * @property {(text: string) => void} update what is being done right now
 * @property {(text?: string) => void} done
 * @property {() => void} fail
 */

/**
 * @param {{stream?: {write(text: string): unknown, isTTY?: boolean, columns?: number}, quietMs?: number}} [options]
 */
export function createReport(options = {}) {
  const stream = options.stream ?? process.stderr;
  const quietMs = options.quietMs ?? 10_000;
  const live = Boolean(stream.isTTY);

  /** @param {string} text */
  const line = (text) => void stream.write(`${text}\n`);

  /** @param {string} title @returns {Status} */
  function step(title) {
    const started = Date.now();
    let text = '';
    let printedText = '';
    let printedAt = started;
    const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
    if (!live) line(`  ${title} …`);
    const draw = () => {
      if (live) {
        const full = `  ${title}: ${text ? `${text}, ` : ''}${seconds()}`;
        stream.write(`\r\x1b[2K${full.slice(0, (stream.columns ?? 80) - 1)}`);
      } else if (
        Date.now() - printedAt >= quietMs ||
        (text !== printedText && Date.now() - printedAt >= quietMs / 2)
      ) {
        line(`    ${text || 'working'}, ${seconds()}`);
        printedAt = Date.now();
        printedText = text;
      }
    };
    const timer = setInterval(draw, live ? 250 : Math.min(1000, quietMs));
    timer.unref();
    const end = (/** @type {string} */ mark, /** @type {string} */ note) => {
      clearInterval(timer);
      if (live) stream.write('\r\x1b[2K');
      line(`${mark} ${title}${note ? `: ${note}` : ''} (${seconds()})`);
    };
    return {
      update: (next) => {
        text = next;
        draw();
      },
      done: (note = '') => end('✓', note),
      fail: () => end('✗', ''),
    };
  }
  return { line, step };
}
