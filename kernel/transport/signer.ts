import { createHmac, timingSafeEqual } from 'node:crypto';

/** How many digests are kept to recognise a message that comes a second time. */
const REMEMBERED = 65_536;

/** Signs and verifies messages with HMAC-SHA256, and recognises replays. An empty key turns all of it off. */
export class Signer {
  readonly #key: string;
  readonly #remembered: number;
  readonly #seen = new Map<string, { session: string; date: string }>();
  /** Session -> date of its newest message whose digest is no longer kept: older ones can't be told from replays. */
  readonly #forgotten = new Map<string, string>();

  constructor(key: string, remembered = REMEMBERED) {
    this.#key = key;
    this.#remembered = remembered;
  }

  get enabled(): boolean {
    return this.#key !== '';
  }

  sign(frames: readonly Uint8Array[]): string {
    if (!this.enabled) return '';
    const hmac = createHmac('sha256', this.#key);
    for (const frame of frames) hmac.update(frame);
    return hmac.digest('hex');
  }

  verify(signature: Uint8Array, frames: readonly Uint8Array[]): boolean {
    if (!this.enabled) return true;
    const expected = Buffer.from(this.sign(frames), 'latin1');
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }

  /** True for the first message with this signature, false for a replay. Call it for verified messages only. */
  admit(signature: Uint8Array, session: string, date: string): boolean {
    if (!this.enabled) return true;
    const digest = Buffer.from(signature).toString('latin1');
    if (this.#seen.has(digest)) return false;
    const limit = this.#forgotten.get(session);
    if (limit !== undefined && date <= limit) return false;
    this.#seen.set(digest, { session, date });
    if (this.#seen.size > this.#remembered) {
      const [oldest, about] = this.#seen.entries().next().value!;
      this.#seen.delete(oldest);
      const known = this.#forgotten.get(about.session);
      if (known === undefined || about.date > known) this.#forgotten.set(about.session, about.date);
    }
    return true;
  }
}
