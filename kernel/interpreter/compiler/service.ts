// Types across cells, completion and inspection: TypeScript's language service.
import type ts from 'typescript';
import type { Completion, Inspection } from '../types.ts';
import type { CellDiagnostic } from './transpile.ts';

export class LanguageTools {
  constructor(_api: typeof ts, _folder: string) {}
  commit(_cell: number, _code: string, _key?: string): void {}
  forgetAll(): void {}
  check(_code: string): CellDiagnostic[] {
    return [];
  }
  checkCell(_cell: number): CellDiagnostic[] {
    return [];
  }
  complete(_code: string, cursor: number): Completion {
    return { matches: [], start: cursor, end: cursor };
  }
  inspect(_code: string, _cursor: number): Inspection {
    return { found: false, data: {} };
  }
}
