/** Tells what the builder does: one line that is written over on a terminal, a line a step elsewhere. */
export interface Progress {
  /** What happens now; only a terminal shows it. */
  now(text: string): void;
  /** What is done. */
  done(text: string): void;
}

export const silent: Progress = { now() {}, done() {} };

export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  const clear = stream.isTTY ? '\r\u001b[K' : '';
  return {
    now(text) {
      if (stream.isTTY) stream.write(`${clear}${text.slice(0, stream.columns - 1)}`);
    },
    done(text) {
      stream.write(`${clear}${text}\n`);
    },
  };
}
