import koffi from 'koffi';
import { type Api, type Loaded, loadLibraries, type Memory, silenceLog } from './api.ts';
import { encodeConfig, type NativeConfig } from './config.ts';
import { quietly } from './quiet.ts';

/** One device that TensorFlow can compute on. */
export interface Device {
  /** `/job:localhost/replica:0/task:0/device:GPU:0` */
  name: string;
  type: string;
  /** Memory that TensorFlow may use on it, in bytes. */
  memoryBytes: number;
}

/** An open TensorFlow: its functions, one status object and one eager context. */
export interface Native {
  api: Api;
  memory: Memory;
  status: number;
  context: number;
  version: string;
  devices: readonly Device[];
  /** Throws TensorFlow's own words if the last call failed. */
  check(): void;
}

/** Loads TensorFlow and opens its context; writes nothing to stdout or stderr. */
export function openNative(framework: string, main: string, config: NativeConfig): Native {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  const libc = koffi.load(null);
  return quietly(libc, () => {
    const loaded = loadLibraries(framework, main, libc);
    silenceLog(framework);
    return openContext(loaded, config);
  });
}

function openContext({ api, memory }: Loaded, config: NativeConfig): Native {
  const status = api.TF_NewStatus();
  const check = () => {
    if (api.TF_GetCode(status) !== 0) throw new Error(api.TF_Message(status));
  };
  const options = api.TFE_NewContextOptions();
  const proto = encodeConfig(config);
  api.TFE_ContextOptionsSetConfig(options, proto, proto.length, status);
  check();
  const context = api.TFE_NewContext(options, status);
  check();
  api.TFE_DeleteContextOptions(options);
  const list = api.TFE_ContextListDevices(context, status);
  check();
  const devices = Array.from({ length: api.TF_DeviceListCount(list) }, (_, index) => ({
    name: api.TF_DeviceListName(list, index, status),
    type: api.TF_DeviceListType(list, index, status),
    memoryBytes: api.TF_DeviceListMemoryBytes(list, index, status),
  }));
  api.TF_DeleteDeviceList(list);
  return { api, memory, status, context, version: api.TF_Version(), devices, check };
}
