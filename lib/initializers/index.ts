export { constant, ones, zeros } from './constant.ts';
export { type LsuvOptions, type LsuvStep, lsuv } from './lsuv.ts';
export { type InitializerName, initializer } from './names.ts';
export { orthogonal } from './orthogonal.ts';
export {
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  normal,
  uniform,
  xavierNormal,
  xavierUniform,
} from './scaled.ts';
