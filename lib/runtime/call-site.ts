/** Under this key the kernel finds the stack of the call in an error. */
const CALL_SITE = Symbol.for('convbook.callSite');

/**
 * Runs the body of an async function so that its errors name the line that called it: behind an `await` V8 forgets it, and a reader
 * would see this library's lines alone.
 *
 * @param called the function whose caller is meant
 */
export async function fromCallSite<T>(
  called: (...args: never[]) => unknown,
  body: () => Promise<T>,
): Promise<T> {
  const site: { stack?: string } = {};
  Error.captureStackTrace(site, called);
  try {
    return await body();
  } catch (error) {
    const frames = site.stack?.split('\n').slice(1) ?? [];
    if (error instanceof Error && frames.length > 0 && !error.stack?.includes(frames[0]!)) {
      error.stack = `${error.stack}\n${frames.join('\n')}`;
      Object.defineProperty(error, CALL_SITE, { value: site, configurable: true });
    }
    throw error;
  }
}
