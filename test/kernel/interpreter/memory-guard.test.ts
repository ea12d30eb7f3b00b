import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exhaustion, MemoryGuard, readMemory } from '../../../kernel/interpreter/memory-guard.ts';
import { closeAfterEach, openSession } from './harness.ts';

closeAfterEach();
const gigabyte = 1e9;

test('memory is exhausted where little is left and the runner holds most of it', () => {
  const full = { total: 16 * gigabyte, available: 0.5 * gigabyte, resident: 14 * gigabyte };
  expect(exhaustion(full)).toBe("The cell took 14.0 GB of memory and left 0.5 GB of the machine's 16.0 GB");
  expect(exhaustion({ ...full, available: 3 * gigabyte })).toBeUndefined();
  expect(exhaustion({ ...full, resident: 4 * gigabyte })).toBeUndefined(); // somebody else took it
  expect(
    exhaustion({ total: 500 * gigabyte, available: 2 * gigabyte, resident: 490 * gigabyte }),
  ).toBeUndefined();
});

test('the guard tells once', () => {
  const told: string[] = [];
  const reading = { total: 8 * gigabyte, available: 4 * gigabyte, resident: 4 * gigabyte };
  const guard = new MemoryGuard(
    () => reading,
    (sentence) => told.push(sentence),
  );
  guard.start();
  guard.look();
  expect(told).toEqual([]);
  reading.available = 0.1 * gigabyte;
  guard.look();
  guard.stop();
  expect(told).toHaveLength(1);
});

test.runIf(process.platform === 'linux')('Linux is asked, and would end the runner first', async () => {
  const { total, available, resident } = readMemory(process.pid)!;
  expect(total).toBeGreaterThan(available);
  expect(available).toBeGreaterThan(0);
  expect(resident).toBeGreaterThan(1e6);
  const session = openSession();
  const pid = Number((await session.run('process.pid')).result);
  expect(Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'))).toBeGreaterThanOrEqual(500);
});
