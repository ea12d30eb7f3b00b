// TypeScript's emitter without its checker. `ts.transpileModule` makes a program with a type checker for each call, which
// takes ten times as long as all the rest; only enums and a few other constructs ask it anything. So the emitter runs
// with a resolver that knows nothing: where it is asked after all, `transpileModule` does the work.
import type ts from 'typescript';

export interface Emitted {
  outputText: string;
  sourceMapText: string;
  diagnostics: readonly ts.Diagnostic[];
}

export interface EmitOptions {
  compilerOptions: ts.CompilerOptions;
  transformers: ts.CustomTransformers;
}

const fileName = 'cell.ts';

/** The parts of TypeScript that its typings leave out; TypeScript is pinned to one version. */
interface Internals {
  emitFiles(
    resolver: object,
    host: object,
    target: ts.SourceFile,
    transformers: object,
    emitOnly?: undefined,
    onlyBuildInfo?: boolean,
    forceDtsEmit?: boolean,
    skipBuildInfo?: boolean,
  ): { emitSkipped: boolean };
  getTransformers(options: ts.CompilerOptions, custom: ts.CustomTransformers): object;
}

class Asked extends Error {}

/** Answers what needs no types, and gives up at everything else. */
const resolver = new Proxy(
  { hasGlobalName: () => false, markLinkedReferences: () => {} },
  {
    get(known, name) {
      if (Object.hasOwn(known, name)) return known[name as keyof typeof known];
      return () => {
        throw new Asked(String(name));
      };
    },
  },
);

/** What `ts.transpileModule` gives, in a tenth of the time where no types are needed. */
export function emitModule(api: typeof ts, source: string, options: EmitOptions): Emitted {
  return emitWithoutTypes(api, source, options) ?? emitWithTypes(api, source, options);
}

export function emitWithTypes(api: typeof ts, source: string, options: EmitOptions): Emitted {
  const made = api.transpileModule(source, { fileName, reportDiagnostics: true, ...options });
  return {
    outputText: made.outputText,
    sourceMapText: made.sourceMapText ?? '',
    diagnostics: made.diagnostics ?? [],
  };
}

/** Undefined where the emitter asks for types. */
export function emitWithoutTypes(
  api: typeof ts,
  source: string,
  { compilerOptions, transformers }: EmitOptions,
): Emitted | undefined {
  const { emitFiles, getTransformers } = api as unknown as Partial<Internals>;
  if (!emitFiles || !getTransformers) return undefined;
  const options: ts.CompilerOptions = {
    ...compilerOptions,
    isolatedModules: true,
    noCheck: true,
    noLib: true,
    noResolve: true,
    newLine: api.NewLineKind.LineFeed,
  };
  const file = parseCell(api, source);
  const written = new Map<string, string>();
  const host = {
    getCompilerOptions: () => options,
    getSourceFiles: () => [file],
    getSourceFile: () => file,
    getCurrentDirectory: () => '',
    getCommonSourceDirectory: () => '',
    getCanonicalFileName: (name: string) => name,
    useCaseSensitiveFileNames: () => true,
    isEmitBlocked: () => false,
    isSourceFileFromExternalLibrary: () => false,
    isSourceOfProjectReferenceRedirect: () => false,
    getEmitModuleFormatOfFile: () => options.module,
    writeFile: (name: string, text: string) => written.set(name, text),
  };
  try {
    emitFiles(resolver, host, file, getTransformers(options, transformers), undefined, false, false, true);
  } catch {
    return undefined; // an enum, or a host's method that another version of TypeScript would call
  }
  const outputText = written.get('cell.js');
  const sourceMapText = written.get('cell.js.map');
  if (outputText === undefined || sourceMapText === undefined) return undefined;
  return { outputText, sourceMapText, diagnostics: syntaxErrors(api, file) };
}

/** A cell as a module. */
export function parseCell(api: typeof ts, source: string): ts.SourceFile {
  return api.createSourceFile(
    fileName,
    source,
    {
      languageVersion: api.ScriptTarget.ES2022,
      // As `moduleDetection: force` has it: `await` is a keyword in every cell.
      setExternalModuleIndicator: (file: ts.SourceFile) => {
        (file as { externalModuleIndicator?: unknown }).externalModuleIndicator ??= true;
      },
    } as ts.CreateSourceFileOptions,
    true,
  );
}

/** What the parser found, in the order of the text. */
export const syntaxErrors = (api: typeof ts, file: ts.SourceFile): readonly ts.Diagnostic[] =>
  api.sortAndDeduplicateDiagnostics(
    (file as unknown as { parseDiagnostics: readonly ts.Diagnostic[] }).parseDiagnostics,
  );
