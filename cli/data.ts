// The command lives beside the loaders that it shares its files with.
export { main } from '../datasets/cli.ts';
