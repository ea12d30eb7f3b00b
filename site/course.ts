import type { Text } from './i18n/index.ts';

/** The parts of the course, by the numbers of their labs. */
export const parts: readonly { key: Text; from: number; to: number }[] = [
  { key: 'part.start', from: 0, to: 1 },
  { key: 'part.classical', from: 2, to: 4 },
  { key: 'part.networks', from: 5, to: 7 },
  { key: 'part.convolution', from: 8, to: 9 },
  { key: 'part.architectures', from: 10, to: 14 },
  { key: 'part.practice', from: 15, to: 16 },
  { key: 'part.applications', from: 17, to: 99 },
];

export const partOf = (number: string) =>
  parts.find(({ from, to }) => Number(number) >= from && Number(number) <= to);
