// An interpreter for tests: a folder of its own, everything that it emits, one call to run a cell.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { createInterpreter } from '../../../kernel/interpreter/index.ts';
import type {
  CellError,
  ExecuteOutcome,
  ExecuteRequest,
  Interpreter,
  InterpreterEvent,
} from '../../../kernel/interpreter/types.ts';

export interface Ran {
  id: number;
  outcome: ExecuteOutcome;
  events: InterpreterEvent[];
  /** `text/plain` of the result. */
  result: string | undefined;
  error: CellError | undefined;
  stdout: string;
  stderr: string;
}

export interface Session {
  interpreter: Interpreter;
  folder: string;
  events: InterpreterEvent[];
  run(code: string, request?: Partial<ExecuteRequest>): Promise<Ran>;
  write(name: string, text: string): void;
  /** Waits for an event. */
  until(test: (event: InterpreterEvent) => boolean): Promise<InterpreterEvent>;
}

const sessions: Session[] = [];

export function openSession(onEvent: (event: InterpreterEvent) => void | Promise<void> = () => {}): Session {
  const folder = mkdtempSync(join(tmpdir(), 'convbook-test-'));
  const events: InterpreterEvent[] = [];
  const waiting = new Set<() => void>();
  const interpreter = createInterpreter({
    cwd: folder,
    onEvent(event) {
      events.push(event);
      for (const look of waiting) look();
      return onEvent(event);
    },
  });
  let count = 0;
  const session: Session = {
    interpreter,
    folder,
    events,
    async run(code, request = {}) {
      const id = 100 + ++count;
      const defaults = { silent: false, allowStdin: false, userExpressions: {} };
      const outcome = await interpreter.execute({ id, code, count, ...defaults, ...request });
      const own = events.filter((event) => 'cell' in event && event.cell === id);
      const result = own.find((event) => event.type === 'result');
      return {
        id,
        outcome,
        events: own,
        result: result && String(result.data['text/plain']),
        error: outcome.status === 'error' ? outcome.error : undefined,
        stdout: textOf(own, 'stdout'),
        stderr: textOf(own, 'stderr'),
      };
    },
    write: (name, text) => writeFileSync(join(folder, name), text),
    until(test) {
      return new Promise((resolve) => {
        const look = () => {
          const found = events.find(test);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
  };
  sessions.push(session);
  return session;
}

export function textOf(events: readonly InterpreterEvent[], name: 'stdout' | 'stderr'): string {
  return events.map((event) => (event.type === 'stream' && event.name === name ? event.text : '')).join('');
}

async function closeAll(): Promise<void> {
  for (const { interpreter, folder } of sessions.splice(0)) {
    await interpreter.shutdown();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sessions opened in tests end with their test; call at the top of a file. */
export const closeAfterEach = () => afterEach(closeAll);
/** One session for a whole file. */
export const closeAfterAll = () => afterAll(closeAll);
