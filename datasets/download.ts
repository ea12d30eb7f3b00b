import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataError } from './errors.ts';
import { withLock } from './lock.ts';
import { stallLimit } from './stall.ts';

export interface DownloadProgress {
  url: string;
  received: number;
  total: number;
}

export interface DownloadRequest {
  /** The same file at its homes, tried in this order. */
  urls: readonly string[];
  target: string;
  bytes: number;
  sha256: string;
  onProgress?: (progress: DownloadProgress) => void;
  /** How often one home may cut the connection without sending anything new before the next is tried. */
  retries?: number;
  retryDelayMs?: number;
  /** A connection that brings nothing for this long is cut and resumed. */
  stallMs?: number;
}

/**
 * Brings one file to `target` and returns its path. What is there already, whole, is kept.
 *
 * The bytes go to `target.part`; a later call, in this process or another, goes on where an earlier one was cut (HTTP
 * Range). Only a file whose SHA-256 is right is moved to `target`, in one rename. A lock keeps two processes apart.
 *
 * @throws DataError `no-network` where no home answers, `bad-checksum` where they give something else.
 */
export async function download(request: DownloadRequest): Promise<string> {
  const { target } = request;
  if (await isWhole(target, request)) return target;
  await mkdir(dirname(target), { recursive: true });
  return withLock(`${target}.lock`, async () => {
    if (await isWhole(target, request)) return target; // another process brought it while this one waited
    const failures: string[] = [];
    let badChecksum = false;
    for (const url of request.urls) {
      try {
        await fetchInto(url, request);
        const actual = await sha256OfFile(`${target}.part`);
        if (actual === request.sha256) {
          await rename(`${target}.part`, target);
          return target;
        }
        await unlink(`${target}.part`);
        badChecksum = true;
        failures.push(`${url}: its SHA-256 is ${actual}, expected ${request.sha256}`);
      } catch (error) {
        failures.push(`${url}: ${reasonOf(error)}`);
      }
    }
    throw new DataError(
      badChecksum ? 'bad-checksum' : 'no-network',
      `Could not download ${request.urls[0]}. ${failures.join('; ')}. ` +
        `Download the file by hand (${request.bytes} bytes) and put it in the folder ${dirname(target)}, ` +
        'or set CONVBOOK_DATA to the folder that holds your data sets.',
    );
  });
}

/** SHA-256 of a file, read in pieces. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function isWhole(path: string, { bytes, sha256 }: DownloadRequest): Promise<boolean> {
  return (await sizeOf(path)) === bytes && (await sha256OfFile(path)) === sha256;
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (status) => status.size,
    () => undefined,
  );
}

/** An answer that no further try at the same home will change. */
class Refused extends Error {}

async function fetchInto(url: string, request: DownloadRequest): Promise<void> {
  const { retries = 4, retryDelayMs = 500 } = request;
  let idle = 0;
  for (;;) {
    const before = (await sizeOf(`${request.target}.part`)) ?? 0;
    try {
      await fetchOnce(url, request);
      return;
    } catch (error) {
      if (error instanceof Refused || isUnreachable(error)) throw error;
      const after = (await sizeOf(`${request.target}.part`)) ?? 0;
      idle = after > before ? 0 : idle + 1;
      if (idle > retries) throw error;
      await sleep(retryDelayMs * 2 ** Math.min(idle, 5));
    }
  }
}

async function fetchOnce(url: string, request: DownloadRequest): Promise<void> {
  const { target, bytes, onProgress, stallMs = 20_000 } = request;
  const part = `${target}.part`;
  let start = (await sizeOf(part)) ?? 0;
  if (start > bytes) {
    await unlink(part);
    start = 0;
  }
  if (start === bytes) return;

  const stall = stallLimit(stallMs);
  let file: FileHandle | undefined;
  try {
    stall.alive();
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (start > 0) headers['range'] = `bytes=${start}-`;
    const response = await fetch(url, { headers, signal: stall.signal, redirect: 'follow' });
    if (response.status === 416) {
      await unlink(part);
      throw new Error('the server could not resume the partial file, which was dropped');
    }
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      const message = `the server answered ${response.status} ${response.statusText}`.trim();
      throw response.status >= 500 || response.status === 429 ? new Error(message) : new Refused(message);
    }
    // A server that knows no ranges sends everything again; so does one whose range starts elsewhere.
    const resumes =
      response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${start}-`);
    if (response.status === 206 && !resumes) {
      await unlink(part).catch(() => {});
      throw new Error('the server sent another range than the one asked for');
    }
    let received = resumes ? start : 0;
    file = await open(part, resumes ? 'a' : 'w');
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      stall.alive();
      received += chunk.byteLength;
      if (received > bytes) {
        await file.truncate(0);
        throw new Refused(`the server sent more than the expected ${bytes} bytes`);
      }
      await file.write(chunk);
      onProgress?.({ url, received, total: bytes });
    }
    await file.sync();
    if (received < bytes) throw new Error(`the connection ended after ${received} of ${bytes} bytes`);
  } finally {
    stall.end();
    await file?.close();
  }
}

function codeOf(error: unknown): string | undefined {
  const cause = (error as { cause?: { code?: string; errors?: { code?: string }[] } })?.cause;
  return cause?.code ?? cause?.errors?.[0]?.code;
}

/** No route to the home at all: trying again within seconds would only keep the reader waiting. */
function isUnreachable(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return [
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'ENETUNREACH',
    'EHOSTUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ].includes(code);
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `no network, or the name is unknown (${code})`;
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  return cause && cause !== message ? `${message} (${cause})` : message;
}
