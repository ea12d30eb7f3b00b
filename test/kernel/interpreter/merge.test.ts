import { expect, test, vi } from 'vitest';
import { Merge } from '../../../kernel/interpreter/merge.ts';

function recorded(held = false) {
  const heard: string[] = [];
  const merge = new Merge({ text: (name, text) => heard.push(`${name} ${text}`), held: () => held });
  const frame = (sequence: number) => merge.frame(sequence, () => heard.push(`frame ${sequence}`));
  const marks = (sequence: number) => {
    merge.mark('stdout', sequence);
    merge.mark('stderr', sequence);
  };
  return { heard, merge, frame, marks };
}

test('a frame waits for what was written before it', () => {
  const { heard, merge, frame, marks } = recorded();
  frame(1);
  merge.text('stdout', 'before');
  expect(heard).toEqual(['stdout before']);
  marks(1);
  expect(heard).toEqual(['stdout before', 'frame 1']);
});

test('what was written after a frame waits for it', () => {
  const { heard, merge, frame, marks } = recorded();
  merge.text('stderr', 'a');
  marks(1);
  merge.text('stderr', 'b');
  marks(2);
  merge.text('stderr', 'c');
  expect(heard).toEqual(['stderr a']);
  frame(1);
  expect(heard).toEqual(['stderr a', 'frame 1', 'stderr b']);
  frame(2);
  expect(heard).toEqual(['stderr a', 'frame 1', 'stderr b', 'frame 2', 'stderr c']);
});

test('a mark whose frame never came holds nothing up after the next frame', () => {
  const { heard, merge, frame, marks } = recorded();
  marks(1);
  merge.text('stdout', 'late');
  marks(2);
  frame(2);
  expect(heard).toEqual(['stdout late', 'frame 2']);
});

test('frames without marks are delivered after a while, and marks count again when they come back', () => {
  vi.useFakeTimers();
  try {
    const { heard, frame, marks } = recorded();
    frame(1);
    vi.advanceTimersByTime(1_000);
    expect(heard).toEqual(['frame 1']);
    frame(2);
    expect(heard).toEqual(['frame 1', 'frame 2']);
    marks(3);
    frame(3);
    frame(4);
    expect(heard).toEqual(['frame 1', 'frame 2', 'frame 3']);
  } finally {
    vi.useRealTimers();
  }
});

test('the end delivers what is left, in order', () => {
  const { heard, merge, frame } = recorded();
  frame(5);
  merge.text('stdout', 'x');
  merge.mark('stdout', 5);
  merge.text('stdout', 'y');
  merge.end();
  expect(heard).toEqual(['stdout x', 'frame 5', 'stdout y']);
});
