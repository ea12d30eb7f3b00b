import { readdirSync, readFileSync } from 'node:fs';
import { cpus, freemem, hostname, totalmem } from 'node:os';

/** The content of a `usage_reply`, as ipykernel's: what the kernel's processes use. */
export function usage(): object {
  const pids = processTree(process.pid);
  return {
    status: 'ok',
    hostname: hostname(),
    pid: process.pid,
    kernel_memory: memory(pids) ?? process.memoryUsage.rss(),
    cpu_count: cpus().length,
    host_virtual_memory: { total: totalmem(), available: freemem() },
  };
}

/** A process and its descendants; only itself where /proc is absent. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  try {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const parent = parentOf(Number(name));
      if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    }
  } catch {
    return [root];
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

function parentOf(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name in parentheses may hold anything.
    return Number(fields.slice(fields.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

/** Proportional set size of the processes in bytes: shared pages count once. Null where the system doesn't say. */
export function memory(pids: readonly number[]): number | null {
  let kilobytes = 0;
  let known = false;
  for (const pid of pids) {
    try {
      const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
      if (!match) continue;
      kilobytes += Number(match[1]);
      known = true;
    } catch {
      // The process has ended.
    }
  }
  return known ? kilobytes * 1024 : null;
}
