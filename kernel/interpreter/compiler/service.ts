// TypeScript's language service over the notebook: one scratch file stands for the cell that is asked about, the
// cells before it are virtual modules (notebook-files.ts), everything else is on disk.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type ts from 'typescript';
import { projectRoot } from '../../loader/transpile.mjs';
import type { Completion, Inspection } from '../types.ts';
import { askedPlace, completeAt } from './complete.ts';
import { inspectAt } from './inspect.ts';
import { type Named, namesIn } from './names.ts';
import { NotebookFiles } from './notebook-files.ts';
import { type CellDiagnostic, toCellDiagnostic } from './transpile.ts';

/**
 * What cells may do and modules may not: assign to a name of an earlier cell, export a name twice, begin a list in one cell
 * (`const losses = []`) and use it in the next, where TypeScript no longer sees what was put in.
 */
const allowed = new Set([2632, 2323, 2484, 2528, 1375, 1378, 7005, 7034]);
const nativeNames = new Set(['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu']);

export class LanguageTools {
  private readonly api: typeof ts;
  private readonly service: ts.LanguageService;
  private readonly files: NotebookFiles;
  private readonly scratchPath: string;
  private scratch = { text: '', version: 0, ownLength: 0 };
  private nextNamed = 0;
  private readonly versions = new Map<string, { version: string; checked: number }>();

  constructor(api: typeof ts, folder: string) {
    this.api = api;
    this.files = new NotebookFiles(api, folder);
    this.scratchPath = this.files.cellPath('now');
    this.service = api.createLanguageService(this.host(folder), api.createDocumentRegistry());
  }

  commit(cell: number, code: string): void {
    this.files.commit(cell, code);
  }

  forgetAll(): void {
    this.files.forgetAll();
  }

  /** Type errors of code that has not run. */
  check(code: string): CellDiagnostic[] {
    this.use(code);
    return this.problems(code);
  }

  /** Type errors of a cell that ran, with the names as they were then. */
  checkCell(cell: number): CellDiagnostic[] {
    const file = this.files.file(this.files.cellPath(cell));
    if (!file) return [];
    this.setScratch(file.text, file.ownLength);
    return this.problems(file.text.slice(0, file.ownLength));
  }

  complete(code: string, cursor: number): Completion {
    const asked = askedPlace(code, cursor);
    this.use(asked.code, true);
    return completeAt(this.api, this.service, this.scratchPath, asked, this.files.names);
  }

  inspect(code: string, cursor: number): Inspection {
    this.use(code);
    return inspectAt(this.api, this.service, this.scratchPath, code, cursor);
  }

  /** Every name in a whole notebook's cells, with its type: one program for all of them, where a cell at a time would take one each. */
  names(cells: readonly string[]): Named[][] {
    this.forgetAll();
    // A number is never used twice: TypeScript would take the file for the one that it knows.
    const first = this.nextNamed;
    this.nextNamed += cells.length;
    cells.forEach((code, i) => {
      this.commit(first + i, code);
    });
    this.use(cells.map((_, i) => `import 'convbook-cell:${first + i}';`).join('\n'));
    const named = cells.map((code, i) =>
      namesIn(this.api, this.service, this.files.cellPath(first + i), code.length),
    );
    this.forgetAll();
    return named;
  }

  private use(code: string, imported = false): void {
    const { file } = this.files.build(code, imported);
    this.setScratch(file.text, file.ownLength);
  }

  private setScratch(text: string, ownLength: number): void {
    if (text === this.scratch.text) return;
    this.scratch = { text, ownLength, version: this.scratch.version + 1 };
  }

  private problems(code: string): CellDiagnostic[] {
    return this.service
      .getSemanticDiagnostics(this.scratchPath)
      .filter((d) => d.category === this.api.DiagnosticCategory.Error && !allowed.has(d.code))
      .filter((d) => d.start !== undefined && d.start < this.scratch.ownLength)
      .map((d) => toCellDiagnostic(this.api, d, code));
  }

  private host(folder: string): ts.LanguageServiceHost {
    const { api } = this;
    const options: ts.CompilerOptions = {
      target: api.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.decorators.d.ts'],
      module: api.ModuleKind.ESNext,
      moduleResolution: api.ModuleResolutionKind.Bundler,
      moduleDetection: api.ModuleDetectionKind.Force,
      allowImportingTsExtensions: true,
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      resolveJsonModule: true,
      esModuleInterop: true,
      types: ['node'],
      typeRoots: [join(projectRoot, 'node_modules', '@types')],
    };
    const system = api.sys;
    const cache = api.createModuleResolutionCache(folder, (name) => name, options);
    const rootFile = join(projectRoot, 'index.ts');
    const manifests = new Map<string, string | undefined>();
    /** Each new program asks for every package.json again. */
    const readFile = (path: string) => {
      if (!path.endsWith('/package.json')) return system.readFile(path);
      if (!manifests.has(path)) manifests.set(path, system.readFile(path));
      return manifests.get(path);
    };

    const resolveFrom = (specifier: string, containing: string) =>
      api.resolveModuleName(specifier, containing, options, system, cache).resolvedModule;
    const resolve = (specifier: string, containing: string): ts.ResolvedModuleFull | undefined => {
      const virtual = this.files.resolve(specifier);
      if (virtual)
        return { resolvedFileName: virtual, extension: api.Extension.Ts, isExternalLibraryImport: false };
      const known = nativeNames.has(specifier) ? '@tensorflow/tfjs' : specifier;
      if (known === 'convbook' || known.startsWith('convbook/')) return resolveFrom(known, rootFile);
      return (
        resolveFrom(known, containing) ?? (/^[./]/.test(known) ? undefined : resolveFrom(known, rootFile))
      );
    };

    return {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [this.scratchPath],
      getScriptVersion: (path) => this.versionOf(path),
      getScriptSnapshot: (path) => {
        const virtual = path === this.scratchPath ? this.scratch.text : this.files.file(path)?.text;
        const text = virtual ?? system.readFile(path);
        return text === undefined ? undefined : api.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: (given) =>
        join(dirname(api.getDefaultLibFilePath(given)), api.getDefaultLibFileName(given)),
      fileExists: (path) =>
        path === this.scratchPath || this.files.file(path) !== undefined || system.fileExists(path),
      readFile,
      readDirectory: system.readDirectory,
      directoryExists: system.directoryExists,
      getDirectories: system.getDirectories,
      useCaseSensitiveFileNames: () => system.useCaseSensitiveFileNames,
      resolveModuleNameLiterals: (literals, containing) =>
        literals.map(({ text }) => ({ resolvedModule: resolve(text, containing) })),
    };
  }

  /** Side files may be edited at any time; packages and TypeScript's own declarations are not. */
  private versionOf(path: string): string {
    if (path === this.scratchPath) return String(this.scratch.version);
    if (this.files.file(path) || path.includes('/node_modules/')) return '1';
    const now = Date.now();
    const known = this.versions.get(path);
    if (known && now - known.checked < 500) return known.version;
    let version = '0';
    try {
      version = String(statSync(path).mtimeMs);
    } catch {
      // gone
    }
    this.versions.set(path, { version, checked: now });
    return version;
  }
}
