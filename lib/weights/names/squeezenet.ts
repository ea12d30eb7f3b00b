import type { Renaming } from '../rename.ts';

/** The names of the layers in the authors' Caffe prototxt, with Keras' `kernel` and `bias`. */
export const squeezeNetCaffe: Renaming = {
  rules: [
    [/^conv_final\//, 'conv10/'],
    [/\/conv1x1_1\//, '/squeeze/'],
    [/\/conv1x1_2\//, '/expand/conv1x1/'],
    [/\/conv3x3_2\//, '/expand/conv3x3/'],
    [/\//g, '.'],
  ],
};
