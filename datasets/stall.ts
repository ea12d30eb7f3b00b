/** Cuts a connection that brings nothing for a while. `alive` is called whenever something came, `end` when it is over. */
export function stallLimit(stallMs: number): { signal: AbortSignal; alive(): void; end(): void } {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: stop.signal,
    alive() {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(new Error(`nothing came for ${stallMs / 1000} s`)), stallMs);
    },
    end() {
      clearTimeout(timer);
      stop.abort(); // an answer that was not read to its end stays open otherwise
    },
  };
}
