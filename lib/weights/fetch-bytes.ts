import { reportDownload } from '../../datasets/progress.ts';
import { stallLimit } from '../../datasets/stall.ts';

const limit = 200 << 20;

export interface FetchSettings {
  /** A connection that brings nothing for this long is given up; default 20 seconds. */
  stallMs?: number;
  /** How often a cut connection is tried again; default 2. */
  retries?: number;
  /** Told of every part that came; default: the notebook's or the terminal's progress. */
  onProgress?: (received: number, total: number) => void;
}

/**
 * A file of weights from its publisher, whole or not at all, with its progress shown. Files whose size and checksum are
 * known beforehand go through `download` of the data sets instead, which resumes.
 *
 * @throws a sentence with the address and the reason
 */
export async function fetchBytes(url: string, settings: FetchSettings = {}): Promise<Uint8Array> {
  const { retries = 2 } = settings;
  for (let attempt = 0; ; attempt++) {
    try {
      return await once(url, settings);
    } catch (error) {
      if (!(error instanceof Cut) || attempt >= retries) throw error;
    }
  }
}

/** The connection broke: another try may bring the file. */
class Cut extends Error {}

async function once(url: string, { stallMs = 20_000, onProgress }: FetchSettings): Promise<Uint8Array> {
  const stall = stallLimit(stallMs);
  const progress = onProgress ? undefined : reportDownload('Weights', decodeURIComponent(nameOf(url)));
  const tell = onProgress ?? progress!.update;
  try {
    stall.alive();
    const response = await fetch(url, { signal: stall.signal }).catch((error: Error) => {
      throw new Error(`${url} can't be reached (${reason(error)})`, { cause: error });
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`${url} answered ${`${response.status} ${response.statusText}`.trim()}`);
    }
    const total = Number(response.headers.get('content-length') ?? 0);
    const parts: Uint8Array[] = [];
    let received = 0;
    const tooLarge = () => new Error(`${url} is larger than the ${limit >> 20} MiB that weights may have`);
    if (total > limit) throw tooLarge();
    try {
      for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
        stall.alive();
        parts.push(part);
        received += part.length;
        if (received > limit) throw tooLarge();
        if (total > 0) tell(received, total);
      }
    } catch (error) {
      if (received > limit) throw error;
      throw new Cut(`${url} broke off after ${received} bytes (${reason(error as Error)})`, { cause: error });
    }
    return Buffer.concat(parts);
  } finally {
    stall.end();
    progress?.end();
  }
}

const nameOf = (url: string) => new URL(url).pathname.split('/').at(-1) ?? url;
const reason = (error: Error) => (error.cause as Error | undefined)?.message ?? error.message;
