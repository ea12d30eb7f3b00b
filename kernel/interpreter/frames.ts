// The messages on the pipes between the front and the runner: length (u32, little endian), kind (u8), cell (u32),
// sequence (u32), body. The sequence lets the reader drop a frame that was sent twice because an interrupt fell between
// its writing and the note that it was written.
// Text of streams goes as it is; everything else is JSON, with binary buffers behind it.

export const kinds = { stdout: 1, stderr: 2, json: 3 } as const;
export type FrameKind = (typeof kinds)[keyof typeof kinds];

export interface Frame {
  kind: FrameKind;
  cell: number;
  sequence: number;
  body: Buffer;
}

/** Cells may replace these in the runner, and messages must still be read by the front. */
const { parse, stringify } = JSON;

const headerBytes = 13;

export function encodeText(kind: FrameKind, cell: number, text: string): Buffer {
  const size = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerBytes + size);
  writeHeader(frame, size, kind, cell);
  frame.write(text, headerBytes);
  return frame;
}

/** A JSON message; `buffers` travel behind it. */
export function encodeJson(cell: number, message: unknown, buffers: readonly Uint8Array[] = []): Buffer {
  const text = Buffer.from(stringify({ message, buffers: buffers.map((b) => b.byteLength) }));
  const parts = [Buffer.allocUnsafe(headerBytes + 4), text, ...buffers];
  const size = 4 + text.length + buffers.reduce((sum, b) => sum + b.byteLength, 0);
  writeHeader(parts[0] as Buffer, size, kinds.json, cell);
  (parts[0] as Buffer).writeUInt32LE(text.length, headerBytes);
  return Buffer.concat(parts);
}

export function decodeJson(body: Buffer): { message: any; buffers: Uint8Array[] } {
  const size = body.readUInt32LE(0);
  const { message, buffers } = parse(body.toString('utf8', 4, 4 + size));
  let at = 4 + size;
  return {
    message,
    buffers: (buffers as number[]).map((length) => {
      at += length;
      return new Uint8Array(body.subarray(at - length, at));
    }),
  };
}

let sequence = 0;

function writeHeader(frame: Buffer, size: number, kind: FrameKind, cell: number): void {
  frame.writeUInt32LE(size, 0);
  frame.writeUInt8(kind, 4);
  frame.writeUInt32LE(cell, 5);
  frame.writeUInt32LE(++sequence, 9);
}

export const sequenceOf = (frame: Buffer): number => frame.readUInt32LE(9);

/** Cuts a byte stream into frames. */
export class FrameReader {
  private parts: Buffer[] = [];
  private size = 0;
  private readonly onFrame: (frame: Frame) => void;

  constructor(onFrame: (frame: Frame) => void) {
    this.onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    this.parts.push(chunk);
    this.size += chunk.length;
    while (this.size >= headerBytes) {
      if (this.parts[0]!.length < headerBytes) this.join();
      const body = this.parts[0]!.readUInt32LE(0);
      const total = headerBytes + body;
      if (this.size < total) return;
      if (this.parts[0]!.length < total) this.join();
      const whole = this.parts[0]!;
      const frame: Frame = {
        kind: whole.readUInt8(4) as FrameKind,
        cell: whole.readUInt32LE(5),
        sequence: whole.readUInt32LE(9),
        body: whole.subarray(headerBytes, total),
      };
      this.size -= total;
      if (whole.length === total) this.parts.shift();
      else this.parts[0] = whole.subarray(total);
      this.onFrame(frame);
    }
  }

  private join(): void {
    this.parts = [Buffer.concat(this.parts)];
  }
}
