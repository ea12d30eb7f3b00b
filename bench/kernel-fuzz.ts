// Damaged, forged, replayed and random messages against a running kernel: none is executed, none ends it, memory stays
// bounded.  npm run bench -- kernel-fuzz [--messages 100000] [--seed 1]
import { randomBytes } from 'node:crypto';
import { kernelKinds, RunningKernel } from './_kernels.ts';

export async function main(args: string[]): Promise<number> {
  const option = (name: string, fallback: number) =>
    args.includes(name) ? Number(args[args.indexOf(name) + 1]) : fallback;
  const messages = option('--messages', 100_000);
  let seed = option('--seed', 1) | 0;
  const random = (n: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % n;
  };
  const kernel = await RunningKernel.start(kernelKinds()[0]!);
  const { client } = kernel;
  try {
    await kernel.ready();
    await kernel.time('var forged = 0');
    const before = kernel.memory();
    const replayed = client.frames('execute_request', client.executeContent('forged += 0')).frames;
    await client.shell.send(replayed);
    const sockets = [client.shell, client.control, client.stdin];
    const begin = performance.now();
    for (let i = 0; i < messages; i++) {
      const socket = sockets[random(3)]!;
      const { frames } = client.frames('execute_request', client.executeContent('forged += 1'));
      const damages: (() => Buffer[])[] = [
        () => {
          const frame = frames[1 + random(5)]!;
          frame[random(frame.length)]! ^= 1 + random(255);
          return frames;
        },
        () => Array.from({ length: 1 + random(9) }, () => randomBytes(random(300))),
        () => frames.slice(0, 1 + random(frames.length - 1)),
        () => {
          [frames[2], frames[5]] = [frames[5]!, frames[2]!];
          return frames;
        },
        () => {
          frames[1] = randomBytes(32).toString('hex') as unknown as Buffer;
          return frames;
        },
        () => replayed,
        () => {
          frames[5] = Buffer.alloc(random(100_000), '[');
          return frames;
        },
        // Signed, but nothing that a kernel knows.
        () =>
          client.frames(['', 'execute', '__proto__', 'constructor', '🙂'][random(5)]!, { code: 1 }).frames,
        // Signed and known, but with contents that make no sense; no cell among them.
        () =>
          client.frames(
            ['complete_request', 'inspect_request', 'is_complete_request', 'comm_msg'][random(4)]!,
            {
              code: [null, 1, [], {}, true][random(5)],
              comm_id: random(2),
            },
          ).frames,
      ];
      await socket.send(damages[random(damages.length)]!());
    }
    const sent = (performance.now() - begin) / 1000;
    const ping = await client.ping();
    const { text, status } = await kernel.time('forged', 120_000);
    const usage = await client.request('usage_request', {}, 'control');
    const after = kernel.memory();
    console.log(`${messages} messages in ${sent.toFixed(1)} s; dropped:`, usage.content['dropped_messages']);
    console.log(
      `memory ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after; heartbeat ${ping.toFixed(1)} ms`,
    );
    const well = status === 'ok' && text.trim() === '0' && !kernel.exited;
    console.log(well ? 'Nothing was executed; the kernel runs.' : `FAILED: status ${status}, forged ${text}`);
    return well ? 0 : 1;
  } finally {
    await kernel.stop();
  }
}
