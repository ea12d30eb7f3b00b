/** The notebook's display, where there is one. The kernel sets it; datasets know nothing more of the kernel. */
interface Host {
  display(
    data: Record<string, unknown>,
    metadata: Record<string, unknown>,
    options: { displayId?: string; update?: boolean },
  ): void;
}

/** Tells a reader how a download goes: in a notebook as one output that changes, in a terminal as one line, else not. */
export function reportDownload(
  title: string,
  name: string,
): { update(done: number, total: number): void; end(): void } {
  const host = (globalThis as Record<symbol, unknown>)[Symbol.for('convbook.host')] as Host | undefined;
  const displayId = `convbook-download-${Math.random().toString(36).slice(2)}`;
  let shown = false;
  let last = 0;
  const show = (text: string) => {
    if (host) host.display({ 'text/plain': text }, {}, { displayId, update: shown });
    else if (process.stderr.isTTY) process.stderr.write(`\r${text}`);
    shown = true;
  };
  return {
    update(done, total) {
      const now = Date.now();
      if (now - last < 250 && done < total) return;
      last = now;
      const percent = Math.floor((100 * done) / total);
      show(`${title}: ${name}, ${megabytes(done)} of ${megabytes(total)} MB (${percent} %)`);
    },
    end() {
      if (shown && !host && process.stderr.isTTY) process.stderr.write('\n');
    },
  };
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
