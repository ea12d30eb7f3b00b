import { randomUUID } from 'node:crypto';
import type { Signer } from './signer.ts';

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

/** A verified message from a client. */
export interface Incoming {
  /** Routing ids: a reply goes back to them. */
  identities: Uint8Array[];
  header: Header & Record<string, unknown>;
  /** The header as it came: it is the `parent_header` of everything the message causes, byte for byte. */
  headerBytes: Uint8Array;
  parentHeader: Record<string, unknown>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers: Uint8Array[];
}

/** A message to send; its header is made when it is encoded. */
export interface Outgoing {
  type: string;
  /** Header bytes of the request that caused it; none for a message that nothing caused. */
  parent: Uint8Array | null;
  content: object;
  metadata?: object;
  buffers?: readonly Uint8Array[];
}

/** Why a message was dropped, for the counters. */
export type DropReason =
  | 'malformed'
  | 'signature'
  | 'replayed'
  | 'oversized'
  | 'not-json'
  | 'unknown-type'
  | 'invalid-content';

export class Dropped extends Error {
  readonly reason: DropReason;

  constructor(reason: DropReason, message: string) {
    super(message);
    this.name = 'Dropped';
    this.reason = reason;
  }
}

export interface Limits {
  /** Bytes of a whole message. */
  messageBytes: number;
  /** Routing ids and buffers of a message. */
  frames: number;
}

export const defaultLimits: Limits = { messageBytes: 256 * 2 ** 20, frames: 4096 };

export const PROTOCOL_VERSION = '5.5';

const DELIMITER = Buffer.from('<IDS|MSG>');
const EMPTY_OBJECT = Buffer.from('{}');

function parseObject(frame: Uint8Array, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('utf8'));
  } catch {
    throw new Dropped('not-json', `The ${name} of a message is not JSON.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Dropped('malformed', `The ${name} of a message is not a JSON object.`);
  }
  return value as Record<string, unknown>;
}

/** Checks and decodes the frames of a message. Nothing of a message is parsed before its signature is verified. */
export function decode(frames: readonly Uint8Array[], signer: Signer, limits: Limits): Incoming {
  let bytes = 0;
  for (const frame of frames) bytes += frame.byteLength;
  if (bytes > limits.messageBytes || frames.length > limits.frames) {
    throw new Dropped('oversized', `A message of ${bytes} bytes in ${frames.length} frames came.`);
  }
  const at = frames.findIndex((frame) => DELIMITER.equals(frame));
  if (at < 0) throw new Dropped('malformed', 'A message without <IDS|MSG> came.');
  const [signature, header, parent, metadata, content, ...buffers] = frames.slice(at + 1);
  if (!signature || !header || !parent || !metadata || !content) {
    throw new Dropped(
      'malformed',
      `A message ended after ${frames.length - at - 1} frames: expected at least 5.`,
    );
  }
  if (!signer.verify(signature, [header, parent, metadata, content])) {
    throw new Dropped('signature', 'A message with a wrong signature came.');
  }
  const fields = parseObject(header, 'header');
  const { msg_id: id, msg_type: type, session, date } = fields;
  if (typeof id !== 'string' || typeof type !== 'string') {
    throw new Dropped('malformed', 'The header of a message lacks msg_id or msg_type.');
  }
  // The content is parsed before the digest is remembered: a message that is dropped leaves no trace.
  const message: Incoming = {
    identities: frames.slice(0, at),
    header: fields as Incoming['header'],
    headerBytes: header,
    parentHeader: parseObject(parent, 'parent header'),
    metadata: parseObject(metadata, 'metadata'),
    content: parseObject(content, 'content'),
    buffers,
  };
  if (!signer.admit(signature, String(session), String(date))) {
    throw new Dropped('replayed', `The message ${id} came a second time.`);
  }
  return message;
}

/** Encodes and signs messages as one kernel session. */
export class Encoder {
  readonly session: string = randomUUID();
  readonly #signer: Signer;
  #count = 0;

  constructor(signer: Signer) {
    this.#signer = signer;
  }

  /** The frames after the routing ids, and the id that the message got. */
  encode(message: Outgoing): { id: string; frames: Uint8Array[] } {
    const id = `${this.session}_${this.#count++}`;
    const header: Header = {
      msg_id: id,
      msg_type: message.type,
      session: this.session,
      username: 'kernel',
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    const signed = [
      Buffer.from(JSON.stringify(header)),
      message.parent ?? EMPTY_OBJECT,
      message.metadata ? Buffer.from(JSON.stringify(message.metadata)) : EMPTY_OBJECT,
      Buffer.from(JSON.stringify(message.content)),
    ];
    const signature = Buffer.from(this.#signer.sign(signed), 'latin1');
    return { id, frames: [DELIMITER, signature, ...signed, ...(message.buffers ?? [])] };
  }
}
