export {
  type FullRecord,
  FullResults,
  type FullResultsOptions,
  fullResults,
  type Scale,
} from './full-results.ts';
