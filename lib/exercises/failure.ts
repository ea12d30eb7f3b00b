/** What a student's own code threw, as a sentence that says what to do next. Never throws, whatever was thrown. */
export function failureText(thrown: unknown): string {
  const { name, message } = read(thrown);
  if (notStarted(thrown)) return 'it is not written yet';
  const missing = /^(.+) is not defined$/.exec(message);
  if (name === 'ReferenceError' && missing) {
    return `there is no ${missing[1]} yet: define it under this name in the cell above, and run that cell first`;
  }
  const early = /^Cannot access '(.+)' before initialization$/.exec(message);
  if (name === 'ReferenceError' && early) {
    return `${early[1]} has no value, because the cell that defines it failed or has not run`;
  }
  const uncallable = /^(.+) is not a function$/.exec(message);
  if (name === 'TypeError' && uncallable) {
    return `${uncallable[1]} is not a function: it was called, and what was found under this name can't be`;
  }
  return `it threw ${name}${message ? `: ${message}` : ''}`;
}

/** The stubs that exercises begin with throw an Error that says so. */
export function notStarted(thrown: unknown): boolean {
  return /not (implemented|done|written) yet/i.test(read(thrown).message);
}

function read(thrown: unknown): { name: string; message: string } {
  try {
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
      const { name, message } = thrown as { name?: unknown; message?: unknown };
      return { name: String(name ?? 'Error'), message: String(message).split('\n')[0]!.slice(0, 300) };
    }
    return { name: 'a value that is no Error', message: String(thrown).slice(0, 300) };
  } catch {
    return { name: 'something that cannot be shown', message: '' };
  }
}
