// Parts of replies that are the same whatever runs.
import { type RemoteObject, textOf } from './variables.ts';

/** Cells run on one thread. */
export const thread = 1;

export const capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsEvaluateForHovers: true,
  supportsExceptionInfoRequest: true,
  supportsTerminateRequest: true,
  supportsConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsSetVariable: true,
  supportsModulesRequest: true,
  exceptionBreakpointFilters: [
    { filter: 'uncaught', label: 'Uncaught errors', default: false },
    { filter: 'all', label: 'All errors', default: false },
  ],
};

/** The answer to `exceptionInfo`. */
export function exceptionBody(exception: RemoteObject): object {
  const description = exception.description ?? textOf(exception);
  const first = description.split('\n')[0];
  return {
    exceptionId: exception.className ?? 'Error',
    description: first,
    breakMode: 'always',
    details: { message: first, typeName: exception.className, stackTrace: description },
  };
}
