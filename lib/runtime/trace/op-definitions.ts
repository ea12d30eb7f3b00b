import type { Native } from '../native/context.ts';

/** One input of an op: one tensor, or a list whose length an attribute gives or the number of inputs decides. */
export interface InputDefinition {
  name: string;
  isList: boolean;
  /** The attribute that holds the list's length, where there is one. */
  lengthAttribute: string | undefined;
}

// Field numbers of tensorflow/core/framework/op_def.proto
const OP_INPUT = 2;
const ARG_NAME = 1;
const ARG_NUMBER_ATTR = 5;
const ARG_TYPE_LIST_ATTR = 6;

/** Walks the fields of a protobuf message; only lengths and varints occur where we look. */
function* fields(bytes: Uint8Array): Generator<{ field: number; value: Uint8Array }> {
  let at = 0;
  const varint = () => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const kind = tag & 7;
    if (kind === 2) {
      const length = varint();
      yield { field: tag >>> 3, value: bytes.subarray(at, at + length) };
      at += length;
    } else if (kind === 0) varint();
    else at += kind === 1 ? 8 : 4;
  }
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

export function parseInputs(opDef: Uint8Array): InputDefinition[] {
  const inputs: InputDefinition[] = [];
  for (const { field, value } of fields(opDef)) {
    if (field !== OP_INPUT) continue;
    const input: InputDefinition = { name: '', isList: false, lengthAttribute: undefined };
    for (const part of fields(value)) {
      if (part.field === ARG_NAME) input.name = text(part.value);
      if (part.field === ARG_NUMBER_ATTR && part.value.length) {
        input.isList = true;
        input.lengthAttribute = text(part.value);
      }
      if (part.field === ARG_TYPE_LIST_ATTR && part.value.length) input.isList = true;
    }
    inputs.push(input);
  }
  return inputs;
}

/** Reads op definitions from TensorFlow's registry, each once. */
export function opDefinitions(native: Native, graph: number): (name: string) => InputDefinition[] {
  const { api, memory, status } = native;
  return (name) => {
    let inputs = known.get(name);
    if (inputs) return inputs;
    const buffer = api.TF_NewBuffer();
    try {
      api.TF_GraphGetOpDef(graph, name, buffer, status);
      native.check();
      const header = new Float64Array(2); // TF_Buffer starts with a pointer and a length
      memory.read(header, buffer, 16);
      const [data, length] = new BigUint64Array(header.buffer);
      const bytes = new Uint8Array(Number(length));
      memory.read(bytes, Number(data), bytes.length);
      inputs = parseInputs(bytes);
    } finally {
      api.TF_DeleteBuffer(buffer);
    }
    known.set(name, inputs);
    return inputs;
  };
}

const known = new Map<string, InputDefinition[]>();
