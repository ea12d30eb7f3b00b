import type { CommMessage, Interpreter } from '../interpreter/types.ts';
import type { Incoming } from '../transport/message.ts';
import { record, text } from './content.ts';

/** Reads `comm_open`, `comm_msg` and `comm_close`. */
export function commMessage(message: Incoming): CommMessage {
  const { content, metadata, buffers } = message;
  const event = message.header.msg_type.slice('comm_'.length) as CommMessage['event'];
  return {
    event,
    commId: text(content, 'comm_id'),
    ...(event === 'open' ? { target: text(content, 'target_name') } : {}),
    data: content['data'] ?? {},
    metadata: record({ metadata }, 'metadata'),
    ...(buffers.length > 0 ? { buffers } : {}),
  };
}

/** Answers a `comm_info_request`. */
export function commInfo(interpreter: Interpreter, content: Record<string, unknown>): object {
  const wanted = content['target_name'];
  const comms = Object.entries(interpreter.comms());
  const chosen =
    typeof wanted === 'string' && wanted !== ''
      ? comms.filter(([, comm]) => comm.target_name === wanted)
      : comms;
  return { status: 'ok', comms: Object.fromEntries(chosen) };
}
