import type { Outgoing } from '../transport/message.ts';
import type { Loss } from '../transport/subscriber-queue.ts';

/** The stream message that a client gets in place of output it did not read in time. */
export function lossNotice({ messages, bytes, parent }: Loss): Outgoing {
  const size = bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${bytes} bytes`;
  const count = messages === 1 ? 'one message was' : `${messages} messages were`;
  const text = `\n[convbook: ${size} of output in ${count} dropped here, because this client did not read in time]\n`;
  return { type: 'stream', parent, content: { name: 'stderr', text } };
}
