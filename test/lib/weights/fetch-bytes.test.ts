import { expect, test } from 'vitest';
import { fetchBytes } from '../../../lib/weights/fetch-bytes.ts';
import { serve } from '../../datasets/support/server.ts';

const body = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) % 256);

test('brings the whole file and tells how far it is', async () => {
  await using server = await serve(body);
  const seen: number[] = [];
  const bytes = await fetchBytes(`${server.url}a.bin`, { onProgress: (done) => seen.push(done) });
  expect(Buffer.compare(bytes, body)).toBe(0);
  expect(seen.at(-1)).toBe(body.length);
});

test('tries again after a cut connection, and gives no part of a file', async () => {
  const cutFirst = await serve(body, (_request, response, number) => {
    if (number > 1) return false;
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, 50_000), () => response.destroy());
    return true;
  });
  await using server = cutFirst;
  expect(await fetchBytes(`${server.url}a.bin`)).toHaveLength(body.length);
  expect(server.requests).toHaveLength(2);
  await using broken = await serve(body, (_request, response) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, 50_000), () => response.destroy());
    return true;
  });
  await expect(fetchBytes(`${broken.url}a.bin`)).rejects.toThrow(/a\.bin broke off after \d+ bytes/);
  expect(broken.requests).toHaveLength(3);
});

test('gives up on a server that sends nothing', async () => {
  await using server = await serve(body, (_request, response) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, 10));
    return true;
  });
  await expect(fetchBytes(`${server.url}a.bin`, { stallMs: 50, retries: 0 })).rejects.toThrow(
    /broke off after 10 bytes \(nothing came for 0.05 s\)/,
  );
});

test('says what a server answered, and which address has none', async () => {
  await using server = await serve(body, (_request, response) => {
    response.writeHead(404).end();
    return true;
  });
  await expect(fetchBytes(`${server.url}a.bin`)).rejects.toThrow(/a\.bin answered 404 Not Found/);
  await expect(fetchBytes('http://127.0.0.1:9/a.bin')).rejects.toThrow(/can't be reached \(.+\)/);
});

test('refuses a file that is too large before it comes', async () => {
  await using server = await serve(body, (_request, response) => {
    response.writeHead(200, { 'content-length': 300 << 20 });
    response.write(body);
    return true;
  });
  await expect(fetchBytes(`${server.url}a.bin`)).rejects.toThrow(/larger than the 200 MiB/);
});
