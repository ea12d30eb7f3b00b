import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LibraryHandle } from 'koffi';
import koffi from 'koffi';

/**
 * The functions of TensorFlow's C API that the engine calls. Every opaque pointer is a JavaScript number: user-space
 * addresses fit into 53 bits, and koffi passes numbers faster than its own pointer objects. Names of ops and attributes
 * are zero-terminated byte arrays (`cString`), so that no string is converted on the hot path.
 */
const SIGNATURES = {
  TF_NewStatus: ['int64_t', []],
  TF_DeleteStatus: ['void', ['int64_t']],
  TF_GetCode: ['int', ['int64_t']],
  TF_Message: ['str', ['int64_t']],
  TF_Version: ['str', []],
  TF_NewBuffer: ['int64_t', []],
  TF_DeleteBuffer: ['void', ['int64_t']],
  TF_GetAllOpList: ['int64_t', []],
  TF_AllocateTensor: ['int64_t', ['int', 'const void *', 'int', 'size_t']],
  TF_DeleteTensor: ['void', ['int64_t']],
  TF_TensorData: ['int64_t', ['int64_t']],
  TF_TensorByteSize: ['int64_t', ['int64_t']],
  TF_StringInit: ['void', ['int64_t']],
  TF_StringCopy: ['void', ['int64_t', 'const void *', 'size_t']],
  TF_StringGetDataPointer: ['int64_t', ['int64_t']],
  TF_StringGetSize: ['int64_t', ['int64_t']],
  TF_DeviceListCount: ['int', ['int64_t']],
  TF_DeviceListName: ['str', ['int64_t', 'int', 'int64_t']],
  TF_DeviceListType: ['str', ['int64_t', 'int', 'int64_t']],
  TF_DeviceListMemoryBytes: ['int64_t', ['int64_t', 'int', 'int64_t']],
  TF_DeleteDeviceList: ['void', ['int64_t']],
  TFE_NewContextOptions: ['int64_t', []],
  TFE_ContextOptionsSetConfig: ['void', ['int64_t', 'const void *', 'size_t', 'int64_t']],
  TFE_DeleteContextOptions: ['void', ['int64_t']],
  TFE_NewContext: ['int64_t', ['int64_t', 'int64_t']],
  TFE_ContextListDevices: ['int64_t', ['int64_t', 'int64_t']],
  TFE_ContextAddFunction: ['void', ['int64_t', 'int64_t', 'int64_t']],
  TFE_ContextRemoveFunction: ['void', ['int64_t', 'const void *', 'int64_t']],
  TFE_ContextClearCaches: ['void', ['int64_t']],
  TFE_ContextEnableRunMetadata: ['void', ['int64_t']],
  TFE_ContextDisableRunMetadata: ['void', ['int64_t']],
  TFE_ContextExportRunMetadata: ['void', ['int64_t', 'int64_t', 'int64_t']],
  TFE_NewTensorHandle: ['int64_t', ['int64_t', 'int64_t']],
  TFE_DeleteTensorHandle: ['void', ['int64_t']],
  TFE_TensorHandleDataType: ['int', ['int64_t']],
  TFE_TensorHandleNumDims: ['int', ['int64_t', 'int64_t']],
  TFE_TensorHandleDim: ['int64_t', ['int64_t', 'int', 'int64_t']],
  TFE_TensorHandleResolve: ['int64_t', ['int64_t', 'int64_t']],
  TFE_NewOp: ['int64_t', ['int64_t', 'const void *', 'int64_t']],
  TFE_DeleteOp: ['void', ['int64_t']],
  TFE_OpSetDevice: ['void', ['int64_t', 'const void *', 'int64_t']],
  TFE_OpAddInput: ['void', ['int64_t', 'int64_t', 'int64_t']],
  TFE_OpSetAttrType: ['void', ['int64_t', 'const void *', 'int']],
  TFE_OpSetAttrTypeList: ['void', ['int64_t', 'const void *', 'const void *', 'int']],
  TFE_OpSetAttrInt: ['void', ['int64_t', 'const void *', 'int64_t']],
  TFE_OpSetAttrFloat: ['void', ['int64_t', 'const void *', 'float']],
  TFE_OpSetAttrBool: ['void', ['int64_t', 'const void *', 'uint8_t']],
  TFE_OpSetAttrString: ['void', ['int64_t', 'const void *', 'const void *', 'size_t']],
  TFE_OpSetAttrIntList: ['void', ['int64_t', 'const void *', 'const void *', 'int']],
  TFE_OpSetAttrFloatList: ['void', ['int64_t', 'const void *', 'const void *', 'int']],
  TFE_OpSetAttrShape: ['void', ['int64_t', 'const void *', 'const void *', 'int', 'int64_t']],
  TFE_Execute: ['void', ['int64_t', 'void *', 'void *', 'int64_t']],
  TF_NewGraph: ['int64_t', []],
  TF_DeleteGraph: ['void', ['int64_t']],
  TF_NewOperation: ['int64_t', ['int64_t', 'const void *', 'str']],
  TF_SetDevice: ['void', ['int64_t', 'str']],
  TF_AddInput: ['void', ['int64_t', 'TF_Output']],
  TF_AddInputList: ['void', ['int64_t', 'const TF_Output *', 'int']],
  TF_AddControlInput: ['void', ['int64_t', 'int64_t']],
  TF_SetAttrType: ['void', ['int64_t', 'const void *', 'int']],
  TF_SetAttrTypeList: ['void', ['int64_t', 'const void *', 'const void *', 'int']],
  TF_SetAttrInt: ['void', ['int64_t', 'const void *', 'int64_t']],
  TF_SetAttrFloat: ['void', ['int64_t', 'const void *', 'float']],
  TF_SetAttrBool: ['void', ['int64_t', 'const void *', 'uint8_t']],
  TF_SetAttrString: ['void', ['int64_t', 'const void *', 'const void *', 'size_t']],
  TF_SetAttrIntList: ['void', ['int64_t', 'const void *', 'const void *', 'int']],
  TF_SetAttrFloatList: ['void', ['int64_t', 'const void *', 'const void *', 'int']],
  TF_SetAttrShape: ['void', ['int64_t', 'const void *', 'const void *', 'int']],
  TF_SetAttrTensor: ['void', ['int64_t', 'const void *', 'int64_t', 'int64_t']],
  TF_FinishOperation: ['int64_t', ['int64_t', 'int64_t']],
  TF_GraphSetTensorShape: ['void', ['int64_t', 'TF_Output', 'const void *', 'int', 'int64_t']],
  TF_GraphGetOpDef: ['void', ['int64_t', 'str', 'int64_t', 'int64_t']],
  TF_OperationOutputType: ['int', ['TF_Output']],
  TF_GraphGetTensorNumDims: ['int', ['int64_t', 'TF_Output', 'int64_t']],
  TF_GraphGetTensorShape: ['void', ['int64_t', 'TF_Output', 'void *', 'int', 'int64_t']],
  TF_GraphToFunctionWithControlOutputs: [
    'int64_t',
    [
      'int64_t',
      'str',
      'uint8_t',
      'int',
      'const void *',
      'int',
      'const TF_Output *',
      'int',
      'const TF_Output *',
      'const void *',
      'int',
      'const void *',
      'const void *',
      'int64_t',
      'str',
      'int64_t',
    ],
  ],
  TF_FunctionSetAttrValueProto: ['void', ['int64_t', 'const void *', 'const void *', 'size_t', 'int64_t']],
  TF_DeleteFunction: ['void', ['int64_t']],
} as const;

/** One output of a graph's operation. */
export interface GraphOutput {
  oper: number;
  index: number;
}

type Result<T> = T extends 'void' ? undefined : T extends 'str' ? string : number;
type Argument<T> = T extends 'str'
  ? string | null
  : T extends 'TF_Output'
    ? GraphOutput
    : T extends 'const TF_Output *'
      ? GraphOutput[]
      : T extends 'const void *' | 'void *'
        ? ArrayBufferView | null
        : number;
type Arguments<T extends readonly string[]> = { -readonly [K in keyof T]: Argument<T[K]> };

export type Api = {
  [K in keyof typeof SIGNATURES]: (
    ...args: Arguments<(typeof SIGNATURES)[K][1]> extends infer A extends unknown[] ? A : never
  ) => Result<(typeof SIGNATURES)[K][0]>;
};

export interface Memory {
  /** Copies bytes of a JavaScript buffer to an address. */
  write(address: number, bytes: ArrayBufferView, length: number): void;
  /** Copies bytes at an address into a JavaScript buffer. */
  read(target: ArrayBufferView, address: number, length: number): void;
}

export interface Loaded {
  api: Api;
  memory: Memory;
  libc: LibraryHandle;
}

const RTLD_LAZY = 1;

/**
 * Loads TensorFlow's two libraries. They are opened with RTLD_NODELETE first: koffi closes what it opened when the
 * process ends, while TensorFlow's threads still run in it, and the process would die with a segmentation fault.
 */
export function loadLibraries(framework: string, main: string, libc: LibraryHandle): Loaded {
  const mac = process.platform === 'darwin';
  const flags = RTLD_LAZY | (mac ? 0x8 | 0x80 : 0x100 | 0x1000);
  const dlopen = libc.func('dlopen', 'int64_t', ['str', 'int']);
  const dlerror = libc.func('dlerror', 'str', []);
  for (const file of [framework, main]) {
    if (dlopen(file, flags) === 0) throw new Error(`${file} did not load: ${dlerror() ?? 'no reason given'}`);
  }
  const libraries = [main, framework].map((file) => koffi.load(file, { global: true, lazy: true }));
  const output = koffi.struct({ oper: 'int64_t', index: 'int' });
  const outputs = koffi.pointer(output);
  const type = (name: string) =>
    name === 'TF_Output' ? output : name === 'const TF_Output *' ? outputs : name;
  const bind = (name: string, result: string, args: readonly string[]) => {
    for (const library of libraries) {
      try {
        return library.func(name, result, args.map(type));
      } catch {
        // in the other library
      }
    }
    throw new Error(`TensorFlow's libraries in ${path.dirname(main)} lack the function ${name}`);
  };
  const api = Object.fromEntries(
    Object.entries(SIGNATURES).map(([name, [result, args]]) => [name, bind(name, result, args)]),
  ) as unknown as Api;
  const memory: Memory = {
    write: libc.func('memcpy', 'void', ['int64_t', 'const void *', 'size_t']),
    read: libc.func('memcpy', 'void', ['void *', 'int64_t', 'size_t']),
  };
  return { api, memory, libc };
}

/**
 * Raises the level under which TensorFlow's logging library stays silent to "fatal": errors reach us as statuses
 * anyway. Its symbols carry the name of the release in their namespace, which a header in the wheel tells.
 */
export function silenceLog(framework: string): void {
  if (process.env['CONVBOOK_TENSORFLOW_LOG']) return;
  try {
    const header = path.join(path.dirname(framework), 'include', 'absl', 'base', 'options.h');
    const space = /^#define ABSL_OPTION_INLINE_NAMESPACE_NAME (\w+)/m.exec(readFileSync(header, 'utf8'))?.[1];
    if (!space) return;
    const library = koffi.load(framework, { global: true, lazy: true });
    const mangled = (name: string) =>
      `_ZN4absl${space.length}${space}${name.length}${name}ENS0_18LogSeverityAtLeastE`;
    const FATAL = 3;
    for (const name of ['SetStderrThreshold', 'SetMinLogLevel'])
      library.func(mangled(name), 'void', ['int'])(FATAL);
  } catch {
    // a wheel without its headers: log lines of rare warnings stay visible
  }
}

const strings = new Map<string, Buffer>();

/** The zero-terminated bytes of a name, made once. */
export function cString(text: string): Buffer {
  let bytes = strings.get(text);
  if (!bytes) {
    bytes = Buffer.from(`${text}\0`);
    strings.set(text, bytes);
  }
  return bytes;
}
