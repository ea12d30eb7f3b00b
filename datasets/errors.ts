/** What went wrong with a data file: lets a caller fall back on made data where there is no network, and only there. */
export type DataErrorCode =
  | 'not-found'
  | 'no-network'
  | 'bad-checksum'
  | 'wrong-size'
  | 'wrong-magic'
  | 'truncated'
  | 'bad-request';

/** A data set could not be had. The message says what was found, what was expected and what to do. */
export class DataError extends Error {
  readonly code: DataErrorCode;
  constructor(code: DataErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DataError';
    this.code = code;
  }
}

/** The data is neither here nor to be had: the one failure for which a lab takes made data. Damaged files are no such thing. */
export const isAbsent = (error: unknown): error is DataError =>
  error instanceof DataError && (error.code === 'not-found' || error.code === 'no-network');
