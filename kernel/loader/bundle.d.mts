export function bundle(entry: string): string;
/** Makes all bundles of the kernel, for a kernel that will run where nothing can be written. */
export function bundleAll(): void;
