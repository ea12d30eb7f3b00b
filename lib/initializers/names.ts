import type { Initializer } from '../layers/layer.ts';
import { ones, zeros } from './constant.ts';
import { orthogonal } from './orthogonal.ts';
import {
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  normal,
  uniform,
  xavierNormal,
  xavierUniform,
} from './scaled.ts';

const byName = {
  zeros: zeros(),
  ones: ones(),
  normal: normal(),
  uniform: uniform(),
  'he-normal': heNormal(),
  'he-uniform': heUniform(),
  'xavier-normal': xavierNormal(),
  'xavier-uniform': xavierUniform(),
  'lecun-normal': lecunNormal(),
  'lecun-uniform': lecunUniform(),
  orthogonal: orthogonal(),
};

/** The initialisers that have no settings, or usual ones, by name. */
export type InitializerName = keyof typeof byName;

/** An initialiser from a layer's option: a name or a function. */
export function initializer(option: InitializerName | Initializer): Initializer {
  if (typeof option === 'function') return option;
  if (Object.hasOwn(byName, option)) return byName[option];
  throw new TypeError(
    `Unknown initializer ${JSON.stringify(option)}. Known are ${Object.keys(byName).join(', ')}; ` +
      'or give a function such as normal({ std: 0.01 }).',
  );
}
