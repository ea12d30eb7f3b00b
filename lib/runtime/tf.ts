// The one door to tfjs: everything in `lib` takes `tf` from here, so that there is one engine and one registry of
// kernels and gradients, whatever the caller imported (`@tensorflow/tfjs`, `-node` or `-node-gpu`).
import * as tf from '@tensorflow/tfjs';

export type {
  Rank,
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  Variable,
} from '@tensorflow/tfjs';
export { tf };
