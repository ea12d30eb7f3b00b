import type { DropReason, Outgoing } from '../transport/message.ts';

/** What the protocol needs of a transport. */
export interface Outbox {
  /** Sends to one client; returns the id of the message. */
  send(channel: 'shell' | 'control' | 'stdin', identities: readonly Uint8Array[], message: Outgoing): string;
  /** Sends to every client; `output` may be dropped, with a notice, for one that does not read. */
  publish(message: Outgoing, output?: boolean): void;
  /** Pending while a client that reads is far behind. */
  pressure(): Promise<void> | undefined;
  /** Pending until every client that reads was sent everything. */
  drained(): Promise<void> | undefined;
  /** Resolves when a client listens to `publish`, or after `ms`. */
  subscriber(ms: number): Promise<void>;
  drop(reason: DropReason): void;
  /** Messages that were dropped, by reason. */
  readonly dropped: Partial<Record<DropReason, number>>;
}
