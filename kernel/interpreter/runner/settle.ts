// In grading and in executed notebooks a cell is not done while what it started is pending: timers, sockets, files.
import { fileWorkIsPending } from './file-work.ts';

const setTimeoutNow = setTimeout;
const longest = 30_000;
/** What the runner itself keeps open: pipes and the port of the inspector thread. */
const own = new Set([
  'PipeWrap',
  'MessagePort',
  'TTYWrap',
  'SignalWrap',
  'ProcessWrap',
  'Immediate',
  'Worker',
  'HooksWorker',
]);

/** Resolves when nothing is pending any more, or after half a minute (an interval never ends). */
export async function whenSettled(): Promise<void> {
  const until = Date.now() + longest;
  let quiet = 0;
  while (quiet < 2 && Date.now() < until) {
    await new Promise((resolve) => setImmediate(resolve));
    const pending = process.getActiveResourcesInfo().filter((name) => !own.has(name));
    if (pending.length === 0 && !fileWorkIsPending()) quiet++;
    else {
      quiet = 0;
      await new Promise((resolve) => setTimeoutNow(resolve, 5));
    }
  }
}
