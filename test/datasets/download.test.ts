import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { type DownloadRequest, download } from '../../datasets/download.ts';
import { DataError } from '../../datasets/errors.ts';
import { Random } from '../../datasets/random.ts';
import { temporaryFolder } from './support/folder.ts';
import { sha256 } from './support/made-idx.ts';
import { serve } from './support/server.ts';

const random = new Random(1);
const body = Uint8Array.from({ length: 300_000 }, () => random.integer(256));

function request(folder: string, urls: string[], more: Partial<DownloadRequest> = {}): DownloadRequest {
  const target = join(folder, 'file.bin');
  return { urls, target, bytes: body.length, sha256: sha256(body), retryDelayMs: 5, ...more };
}

async function failure(promise: Promise<unknown>): Promise<DataError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

test('brings the file, reports progress up to its size and leaves no other file behind', async () => {
  await using server = await serve(body);
  const folder = temporaryFolder();
  const seen: number[] = [];
  const path = await download(request(folder, [server.url], { onProgress: (p) => seen.push(p.received) }));
  expect(readFileSync(path).equals(body)).toBe(true);
  expect(seen.at(-1)).toBe(body.length);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(readdirSync(folder)).toEqual(['file.bin']);
});

test('asks for nothing when the file is there and whole', async () => {
  await using server = await serve(body);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file.bin'), body);
  await download(request(folder, [server.url]));
  expect(server.requests).toEqual([]);
});

test('fetches again when the file that is there is damaged', async () => {
  await using server = await serve(body);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file.bin'), body.subarray(0, 99));
  const path = await download(request(folder, [server.url]));
  expect(readFileSync(path).equals(body)).toBe(true);
});

test('resumes where an earlier download was cut', async () => {
  await using server = await serve(body);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file.bin.part'), body.subarray(0, 120_000));
  const path = await download(request(folder, [server.url]));
  expect(server.requests).toEqual(['bytes=120000-']);
  expect(readFileSync(path).equals(body)).toBe(true);
});

test('starts over where the server knows no ranges', async () => {
  await using server = await serve(body, undefined, false);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file.bin.part'), body.subarray(0, 120_000));
  const path = await download(request(folder, [server.url]));
  expect(readFileSync(path).equals(body)).toBe(true);
});

test('drops a partial file that is longer than the whole', async () => {
  await using server = await serve(body);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file.bin.part'), Buffer.concat([body, body]));
  const path = await download(request(folder, [server.url]));
  expect(readFileSync(path).equals(body)).toBe(true);
});

test('survives a connection that is cut again and again', async () => {
  await using server = await serve(body, (request, response, number) => {
    if (number > 4) return false;
    const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    response.writeHead(start ? 206 : 200, {
      'content-length': body.length - start,
      'content-range': `bytes ${start}-${body.length - 1}/${body.length}`,
    });
    response.write(body.subarray(start, start + 50_000), () => setTimeout(() => response.destroy(), 20));
    return true;
  });
  const path = await download(request(temporaryFolder(), [server.url]));
  expect(readFileSync(path).equals(body)).toBe(true);
  expect(server.requests.length).toBeGreaterThan(4);
  expect(server.requests.slice(1).every((range) => /^bytes=[1-9]/.test(range))).toBe(true);
});

test('cuts a connection that brings nothing, and resumes', async () => {
  await using server = await serve(body, (_, response, number) => {
    if (number > 1) return false;
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, 70_000)); // and then silence
    return true;
  });
  const path = await download(request(temporaryFolder(), [server.url], { stallMs: 150 }));
  expect(readFileSync(path).equals(body)).toBe(true);
  expect(server.requests.length).toBe(2);
});

test('keeps a slow connection that goes on bringing bytes', async () => {
  await using server = await serve(body, (_, response) => {
    response.writeHead(200, { 'content-length': body.length });
    let at = 0;
    const timer = setInterval(() => {
      response.write(body.subarray(at, at + 60_000));
      at += 60_000;
      if (at >= body.length) {
        clearInterval(timer);
        response.end();
      }
    }, 60);
    return true;
  });
  const path = await download(request(temporaryFolder(), [server.url], { stallMs: 1500 }));
  expect(readFileSync(path).equals(body)).toBe(true);
  expect(server.requests.length).toBe(1);
});

test('names both checksums when a server gives something else, and keeps nothing of it', async () => {
  const corrupt = Uint8Array.from(body);
  corrupt[1000]! ^= 1;
  await using server = await serve(corrupt);
  const folder = temporaryFolder();
  const error = await failure(download(request(folder, [server.url])));
  expect(error.code).toBe('bad-checksum');
  expect(error.message).toContain(sha256(body));
  expect(error.message).toContain(sha256(corrupt));
  expect(readdirSync(folder)).toEqual([]);
});

test('takes the second home when the first one is corrupt, gone or out of reach', async () => {
  await using corrupt = await serve(Uint8Array.from(body, (byte) => byte ^ 255));
  await using gone = await serve(body, (_, response) => {
    response.writeHead(404).end();
    return true;
  });
  await using good = await serve(body);
  const homes = [corrupt.url, gone.url, 'http://127.0.0.1:9/', good.url];
  const path = await download(request(temporaryFolder(), homes));
  expect(readFileSync(path).equals(body)).toBe(true);
  expect(gone.requests.length).toBe(1);
});

test('stops at a server that sends more than it should', async () => {
  await using server = await serve(Buffer.concat([body, body]));
  const error = await failure(download(request(temporaryFolder(), [server.url])));
  expect(error.message).toContain(`more than the expected ${body.length} bytes`);
});

test('without a network says the address and the folder to put the file in', async () => {
  const folder = temporaryFolder();
  const error = await failure(download(request(folder, ['http://127.0.0.1:9/file.bin'])));
  expect(error.code).toBe('no-network');
  expect(error.message).toContain('http://127.0.0.1:9/file.bin');
  expect(error.message).toContain(folder);
  expect(error.message).toContain('CONVBOOK_DATA');
});

test('gives up on a server that always fails', async () => {
  await using server = await serve(body, (_, response) => {
    response.writeHead(503).end();
    return true;
  });
  const error = await failure(download(request(temporaryFolder(), [server.url], { retries: 2 })));
  expect(error.message).toContain('503');
  expect(server.requests.length).toBe(3);
});

test('two processes that want the same file fetch it once', async () => {
  await using server = await serve(body, (_, response) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, 1000));
    setTimeout(() => response.end(body.subarray(1000)), 400);
    return true;
  });
  const folder = temporaryFolder();
  const script = join(folder, 'script.mjs');
  buildSync({
    stdin: {
      contents: `import { download } from './datasets/download.ts'; await download(JSON.parse(process.argv[2]));`,
      resolveDir: join(import.meta.dirname, '../..'),
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
  });
  mkdirSync(join(folder, 'data'));
  const argument = JSON.stringify(request(join(folder, 'data'), [server.url]));
  const run = () =>
    new Promise<number | null>((resolve) =>
      spawn(process.execPath, [script, argument], { stdio: 'inherit' }).on('exit', resolve),
    );
  expect(await Promise.all([run(), run(), run()])).toEqual([0, 0, 0]);
  expect(server.requests.length).toBe(1);
  expect(readFileSync(join(folder, 'data', 'file.bin')).equals(body)).toBe(true);
  expect(readdirSync(join(folder, 'data'))).toEqual(['file.bin']);
});

test('takes over the lock that a dead process left', async () => {
  await using server = await serve(body);
  const folder = temporaryFolder();
  const lock = join(folder, 'file.bin.lock');
  writeFileSync(lock, JSON.stringify({ pid: 2 ** 30, host: (await import('node:os')).hostname() }));
  await download(request(folder, [server.url]));
  writeFileSync(lock, JSON.stringify({ pid: 1, host: 'another-machine' }));
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(lock, longAgo, longAgo);
  writeFileSync(join(folder, 'file.bin'), 'damaged');
  await download(request(folder, [server.url]));
  expect(readdirSync(folder)).toEqual(['file.bin']);
});
