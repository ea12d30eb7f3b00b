// What `import * as tf from '@tensorflow/tfjs-node'` (or `-node-gpu`) gives: everything of tfjs on this library's
// engine, and the `node` helpers that work through its binding. The loader maps both names to this module.
import * as tfjs from '@tensorflow/tfjs';
import { startEngine } from './engine.ts';
import { loadKernelFile } from './native/kernels.ts';
import { tensorflow } from './state.ts';

await startEngine();

export * from '@tensorflow/tfjs';

type ImageDecoder = (contents: Uint8Array, channels?: number) => tfjs.Tensor3D;

/** Image files to tensors and back, as tfjs-node has them. */
export interface NodeHelpers {
  decodeImage(contents: Uint8Array, channels?: number): tfjs.Tensor3D | tfjs.Tensor4D;
  decodePng: ImageDecoder;
  decodeJpeg: ImageDecoder;
  decodeBmp: ImageDecoder;
  decodeGif(contents: Uint8Array): tfjs.Tensor4D;
  encodePng(image: tfjs.Tensor3D, compression?: number): Promise<Uint8Array>;
  encodeJpeg(image: tfjs.Tensor3D, format?: '' | 'grayscale' | 'rgb', quality?: number): Promise<Uint8Array>;
}

const NEEDS_TENSORFLOW = (name: string) => () => {
  throw new Error(
    `tf.node.${name} needs TensorFlow, and another engine runs. Run \`npm run setup\`, or read images with fast-png.`,
  );
};

const HELPERS = [
  'decodeImage',
  'decodePng',
  'decodeJpeg',
  'decodeBmp',
  'decodeGif',
  'encodePng',
  'encodeJpeg',
] as const;

function helpers(): NodeHelpers {
  if (!tensorflow()) {
    return Object.fromEntries(
      HELPERS.map((name) => [name, NEEDS_TENSORFLOW(name)]),
    ) as unknown as NodeHelpers;
  }
  const image = loadKernelFile('image') as unknown as NodeHelpers;
  return Object.fromEntries(HELPERS.map((name) => [name, image[name]])) as unknown as NodeHelpers;
}

export const node: NodeHelpers = helpers();

/** tfjs' file system handler: `tf.io.fileSystem(folder)`, `model.save('file://…')`. */
const nodeIo = loadKernelFile('io/index') as object;
const router = (
  loadKernelFile('io/file_system') as {
    nodeFileSystemRouter: Parameters<typeof tfjs.io.registerLoadRouter>[0];
  }
).nodeFileSystemRouter;
tfjs.io.registerLoadRouter(router);
tfjs.io.registerSaveRouter(router);
export const io: typeof tfjs.io & { fileSystem(path: string): tfjs.io.IOHandler } = {
  ...tfjs.io,
  ...nodeIo,
} as typeof tfjs.io & { fileSystem(path: string): tfjs.io.IOHandler };

export const version: typeof tfjs.version & { 'tfjs-node': string } = {
  ...tfjs.version,
  'tfjs-node': (loadKernelFile('version') as { version: string }).version,
};
