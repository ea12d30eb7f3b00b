import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Notebook, readNotebook, writeNotebook } from '../../../guard/notebook.ts';
import { python } from '../../../guard/run.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Points by cell; null where a person has to read. */
export type Gradebook = Record<string, Record<string, number | null>>;

/** Runs one of nbgrader's commands, and gives what it said. */
export async function nbgrader(args: readonly string[], cwd: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(join(dirname(python()), 'nbgrader'), args, {
    cwd,
    maxBuffer: 1 << 26,
    env: {
      ...process.env,
      JUPYTER_PREFER_ENV_PATH: '1',
      CONVBOOK_CELL_SECONDS: '45',
      CONVBOOK_ENGINE: 'wasm',
    },
  });
  return stdout + stderr;
}

/** A course folder of its own, in which nbgrader works with the project's configuration. */
export class Course {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<Course> {
    return new Course(await mkdtemp(join(tmpdir(), 'convbook-course-')));
  }

  nbgrader(...args: string[]): Promise<string> {
    return nbgrader([...args, `--CourseDirectory.root=${this.folder}`], root);
  }

  /** Takes an assignment in and generates its release. */
  async release(id: string, file: string): Promise<{ reference: Notebook; released: Notebook }> {
    await cp(dirname(file), join(this.folder, 'source', id), { recursive: true });
    await this.nbgrader('generate_assignment', id);
    return {
      reference: await readNotebook(file),
      released: await readNotebook(join(this.folder, 'release', id, basename(file))),
    };
  }

  /** Hands in, autogrades, and reads the gradebook. */
  async grade(id: string, file: string, submissions: Record<string, Notebook>): Promise<Gradebook> {
    for (const [student, notebook] of Object.entries(submissions)) {
      await mkdir(join(this.folder, 'submitted', student, id), { recursive: true });
      await writeNotebook(join(this.folder, 'submitted', student, id, basename(file)), notebook);
    }
    await this.nbgrader('autograde', id);
    const script = fileURLToPath(new URL('grades.py', import.meta.url));
    const { stdout } = await promisify(execFile)(python(), [script, join(this.folder, 'gradebook.db'), id], {
      env: { ...process.env, PATH: `${dirname(python())}:${process.env['PATH']}` },
    });
    return JSON.parse(stdout);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
