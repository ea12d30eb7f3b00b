export const projectRoot: string;
export function isTypeScript(path: string): boolean;
export function transpileFile(path: string, format?: 'esm' | 'cjs'): string;
export function writeAtomically(path: string, text: string): void;
export function jsonModule(path: string): string;
