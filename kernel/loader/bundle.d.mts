export function bundle(entry: string): string;
