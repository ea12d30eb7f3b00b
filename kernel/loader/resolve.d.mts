export function cellSpecifier(specifier: string, folder: string, turn: number): string;
export function findFile(path: string): string | undefined;
