/** A step does something that can't be compiled: it reads a value, has shapes that depend on data, or draws on the host. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}

/** Thrown inside a trace to start it anew after some variables have become resources. */
export class RetraceSignal extends Error {}
