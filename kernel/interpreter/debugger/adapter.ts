// The debug adapter: requests of the debug adapter protocol (and Jupyter's additions) over the inspector.
import { Breakpoints } from './breakpoints.ts';
import type { Inspector } from './inspector-channel.ts';
import { cellOfUrl, DebugSources, hashParameters } from './sources.ts';
import { type RemoteObject, textOf, Variables } from './variables.ts';

interface DapRequest {
  seq: number;
  command: string;
  arguments?: any;
}

interface CallFrame {
  callFrameId: string;
  functionName: string;
  location: { scriptId: string; lineNumber: number; columnNumber: number };
  scopeChain: { type: string; object: RemoteObject }[];
}

const thread = 1;
/** Frames of Node and of the kernel's own bundles are stepped over. */
const blackbox = ['^node:', '/\\.cache/bundles/', '^$'];
const capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsEvaluateForHovers: true,
  supportsExceptionInfoRequest: true,
  supportsTerminateRequest: true,
  supportsConditionalBreakpoints: true,
  exceptionBreakpointFilters: [
    { filter: 'uncaught', label: 'Uncaught errors', default: false },
    { filter: 'all', label: 'All errors', default: false },
  ],
};

export interface AdapterOptions {
  inspector: Inspector;
  emit(event: unknown): void;
}

export class DebugAdapter {
  readonly sources = new DebugSources();
  private readonly inspector: Inspector;
  private readonly emit: (event: unknown) => void;
  private readonly variables: Variables;
  private readonly breakpoints: Breakpoints;
  private sequence = 0;
  private attached = false;
  /** Cells by the inspector's ids of their scripts: a call frame carries no URL where a script got its name by a comment. */
  private readonly cells = new Map<string, number>();
  private frames: CallFrame[] | undefined;
  private exception: RemoteObject | undefined;
  private stepping = false;
  private pausesOnErrors = false;

  constructor({ inspector, emit }: AdapterOptions) {
    this.inspector = inspector;
    this.emit = emit;
    this.variables = new Variables(inspector);
    this.breakpoints = new Breakpoints(inspector, this.sources);
  }

  get stopped(): boolean {
    return this.frames !== undefined;
  }

  /** Errors only stop a cell that is not evaluated silently. */
  get stopsOnErrors(): boolean {
    return this.attached && this.pausesOnErrors;
  }

  /** Called before a cell runs, so that its breakpoints are there. */
  async cellCompiled(cell: number, count: number, code: string, mappings: string): Promise<void> {
    this.sources.add(cell, count, code, mappings);
    if (this.attached) await this.breakpoints.placeIn(cell);
  }

  /** A new runner knows nothing of the old one's breakpoints. */
  runnerRestarted(): void {
    this.frames = undefined;
    this.variables.forget();
    this.sources.forgetAll();
    this.cells.clear();
    this.breakpoints.forgetPlaces();
    if (this.attached) this.event('terminated', {});
    this.attached = false;
  }

  async handle(request: unknown): Promise<unknown> {
    const { seq = 0, command = '', arguments: args = {} } = (request ?? {}) as Partial<DapRequest>;
    const reply = { seq: ++this.sequence, type: 'response', request_seq: seq, command };
    const known = this.commands[command];
    if (!known) {
      return {
        ...reply,
        success: false,
        message: `The debugger does not know the request "${command}".`,
        body: {},
      };
    }
    try {
      return { ...reply, success: true, body: (await known(args)) ?? {} };
    } catch (error) {
      return { ...reply, success: false, message: (error as Error).message, body: {} };
    }
  }

  onInspectorEvent(method: string, params: any): void {
    if (method === 'Debugger.scriptParsed') {
      const cell = cellOfUrl(params.url);
      if (cell !== undefined) this.cells.set(params.scriptId, cell);
    } else if (method === 'Debugger.paused') this.paused(params);
    else if (method === 'Debugger.resumed' && this.frames) {
      this.frames = undefined;
      this.variables.forget();
      this.event('continued', { threadId: thread, allThreadsContinued: true });
    }
  }

  private paused({ callFrames, reason, data, hitBreakpoints }: any): void {
    const frames = (callFrames as CallFrame[]).filter((frame) => this.placeOf(frame));
    if (frames.length === 0 || this.placeOf(callFrames[0]) === undefined) {
      // A step that left the user's code goes on to the next breakpoint.
      void this.inspector.send('Debugger.resume', {}).catch(() => {});
      return;
    }
    this.frames = frames;
    const isError = reason === 'exception' || reason === 'promiseRejection';
    this.exception = isError ? data : undefined;
    const why = isError
      ? 'exception'
      : hitBreakpoints?.length
        ? 'breakpoint'
        : this.stepping
          ? 'step'
          : 'pause';
    this.stepping = false;
    this.event('stopped', {
      reason: why,
      threadId: thread,
      allThreadsStopped: true,
      preserveFocusHint: false,
      ...(isError ? { text: textOf(data).split('\n')[0] } : {}),
    });
  }

  private placeOf(
    frame: CallFrame,
  ): { path: string; name: string; line: number; column: number } | undefined {
    const cell = this.cells.get(frame.location.scriptId);
    const script = cell === undefined ? undefined : this.sources.script(cell);
    if (!script || cell === undefined) return undefined;
    const place = this.sources.cellPlace(cell, frame.location.lineNumber, frame.location.columnNumber);
    return place && { path: script.path, name: `Cell [${script.count}]`, ...place };
  }

  private event(event: string, body: object): void {
    this.emit({ seq: ++this.sequence, type: 'event', event, body });
  }

  private frame(id: number | undefined): CallFrame {
    const frame = this.frames?.[(id ?? 1) - 1];
    if (!frame)
      throw new Error(
        'Nothing is stopped: a frame can only be asked about while a cell stands at a breakpoint.',
      );
    return frame;
  }

  private async step(method: string): Promise<object> {
    this.stepping = method !== 'Debugger.resume';
    await this.inspector.send(method, {});
    return { allThreadsContinued: true };
  }

  private async evaluate(expression: string, frameId?: number): Promise<RemoteObject> {
    const common = { expression, silent: true, objectGroup: 'debugger' };
    const answer = this.stopped
      ? await this.inspector.send('Debugger.evaluateOnCallFrame', {
          callFrameId: this.frame(frameId).callFrameId,
          ...common,
        })
      : await this.inspector.send('Runtime.evaluate', { replMode: true, ...common });
    if (answer.exceptionDetails) {
      const { exception, text } = answer.exceptionDetails;
      throw new Error(exception ? textOf(exception) : text);
    }
    return answer.result;
  }

  private async detach(): Promise<void> {
    if (!this.attached) return;
    this.attached = false;
    this.frames = undefined;
    await this.breakpoints.clear();
    await this.inspector.send('Debugger.disable', {});
  }

  private readonly commands: Record<string, (args: any) => unknown> = {
    debugInfo: () => ({
      isStarted: this.attached,
      ...hashParameters,
      breakpoints: this.breakpoints.list(),
      stoppedThreads: this.stopped ? [thread] : [],
      richRendering: true,
      exceptionPaths: ['Cell'],
      copyToGlobals: false,
    }),
    initialize: () => capabilities,
    attach: async () => {
      await this.inspector.send('Debugger.enable', {});
      await this.inspector.send('Debugger.setBlackboxPatterns', { patterns: blackbox }).catch(() => {});
      this.attached = true;
      this.event('initialized', {});
    },
    launch: (args) => this.commands['attach']!(args),
    configurationDone: () => {},
    dumpCell: ({ code }) => ({ sourcePath: this.sources.dump(String(code)) }),
    setBreakpoints: async ({ source, breakpoints }) => ({
      breakpoints: await this.breakpoints.set(source?.path ?? '', breakpoints ?? []),
    }),
    setExceptionBreakpoints: async ({ filters = [] }) => {
      const state = filters.includes('all') ? 'all' : filters.includes('uncaught') ? 'uncaught' : 'none';
      this.pausesOnErrors = state !== 'none';
      await this.inspector.send('Debugger.setPauseOnExceptions', { state });
    },
    threads: () => ({ threads: [{ id: thread, name: 'main' }] }),
    stackTrace: () => {
      const stackFrames = (this.frames ?? []).map((frame, index) => {
        const { path, name, line, column } = this.placeOf(frame)!;
        return { id: index + 1, name: frame.functionName || '<cell>', line, column, source: { name, path } };
      });
      return { stackFrames, totalFrames: stackFrames.length };
    },
    scopes: ({ frameId }) => {
      const chain = this.frame(frameId).scopeChain;
      const group = (name: string, types: string[]) => {
        const ids = chain.filter(({ type }) => types.includes(type)).map(({ object }) => object.objectId!);
        return { name, variablesReference: this.variables.handle(ids), expensive: false };
      };
      const all = [
        group('Local', ['local', 'block', 'catch', 'with', 'eval']),
        group('Closure', ['closure', 'module']),
        group('Notebook', ['script']),
      ];
      return { scopes: all.filter(({ variablesReference }) => variablesReference !== 0) };
    },
    variables: async ({ variablesReference }) => ({
      variables: await this.variables.list(variablesReference),
    }),
    inspectVariables: async () => ({ variables: await this.variables.ofNotebook() }),
    evaluate: async ({ expression, frameId }) => {
      const {
        name: _,
        value,
        ...rest
      } = await this.variables.describe('', await this.evaluate(expression, frameId));
      return { result: value, ...rest };
    },
    richInspectVariables: async ({ variableName, frameId }) => {
      const object = await this.evaluate(String(variableName), frameId);
      if (!object.objectId) return { data: { 'text/plain': textOf(object) }, metadata: {} };
      const { result } = await this.inspector.send('Runtime.callFunctionOn', {
        objectId: object.objectId,
        functionDeclaration: 'function () { return __convbook.describe(this); }',
        returnByValue: true,
        silent: true,
      });
      return result?.value ?? { data: { 'text/plain': textOf(object) }, metadata: {} };
    },
    source: ({ source }) => {
      const content = this.sources.code(source?.path ?? '');
      if (content === undefined) throw new Error(`There is no cell with the path ${source?.path}.`);
      return { content, mimeType: 'text/x-typescript' };
    },
    exceptionInfo: () => {
      if (!this.exception) throw new Error('The cell does not stand at an error.');
      const description = this.exception.description ?? textOf(this.exception);
      return {
        exceptionId: this.exception.className ?? 'Error',
        description: description.split('\n')[0],
        breakMode: 'always',
        details: {
          message: description.split('\n')[0],
          typeName: this.exception.className,
          stackTrace: description,
        },
      };
    },
    continue: () => this.step('Debugger.resume'),
    next: () => this.step('Debugger.stepOver'),
    stepIn: () => this.step('Debugger.stepInto'),
    stepOut: () => this.step('Debugger.stepOut'),
    pause: async () => {
      await this.inspector.send('Debugger.pause', {});
    },
    modules: () => ({ modules: [], totalModules: 0 }),
    disconnect: () => this.detach(),
    terminate: () => this.detach(),
  };
}
