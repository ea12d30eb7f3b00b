// The debug adapter: requests of the debug adapter protocol (and Jupyter's additions) over the inspector.
import { Breakpoints, type DebugCompiler } from './breakpoints.ts';
import { CaughtErrors } from './caught.ts';
import type { Inspector } from './inspector-channel.ts';
import { capabilities, exceptionBody, thread } from './replies.ts';
import { readFileText, SideFiles, steppedOver } from './side-files.ts';
import { cellOfUrl, DebugSources, hashParameters } from './sources.ts';
import { evaluateIn, type Frame, type Paused, Places } from './stop.ts';
import { type RemoteObject, textOf, Variables } from './variables.ts';

interface DapRequest {
  seq: number;
  command: string;
  arguments?: any;
}

export interface AdapterOptions {
  inspector: Inspector;
  compiler: DebugCompiler;
  emit(event: unknown): void;
  /** The debugger has made a variable of the notebook. */
  declared(name: string): void;
}

export class DebugAdapter {
  readonly sources = new DebugSources();
  private readonly inspector: Inspector;
  private readonly options: AdapterOptions;
  private readonly variables: Variables;
  private readonly breakpoints: Breakpoints;
  private readonly files: SideFiles;
  private readonly places: Places;
  private sequence = 0;
  private attached = false;
  private frames: Frame[] | undefined;
  private exception: RemoteObject | undefined;
  private stepping = false;
  private readonly caught: CaughtErrors;
  private pausesOn: 'none' | 'uncaught' | 'all' = 'none';
  /** Counts what the inspector tells, so that a stop that is over is not reported. */
  private turn = 0;

  constructor(options: AdapterOptions) {
    const { inspector, compiler } = options;
    this.options = options;
    this.inspector = inspector;
    this.variables = new Variables(inspector);
    this.breakpoints = new Breakpoints(inspector, this.sources, compiler);
    this.files = new SideFiles(inspector);
    this.caught = new CaughtErrors(inspector, compiler.catchRegions);
    this.places = new Places(this.sources, this.files);
  }

  get stopped(): boolean {
    return this.frames !== undefined;
  }

  /** Errors only stop a cell that is not evaluated silently. */
  get stopsOnErrors(): boolean {
    return this.attached && this.pausesOn !== 'none';
  }

  /** Called before a cell runs, so that its breakpoints are there. */
  async cellCompiled(cell: number, count: number, code: string, mappings: string): Promise<void> {
    this.sources.add(cell, count, code, mappings);
    if (!this.attached) return;
    await this.breakpoints.placeIn(cell);
    await this.breakpoints.refreshFiles();
  }

  /** A new runner knows nothing of the old one's breakpoints. */
  runnerRestarted(): void {
    this.over();
    this.sources.forgetAll();
    this.files.forgetAll();
    this.places.forgetAll();
    this.breakpoints.forgetPlaces();
    this.caught.forgetAll();
    if (this.attached) this.event('terminated', {});
    this.attached = false;
  }

  async handle(request: unknown): Promise<unknown> {
    const { seq = 0, command = '', arguments: args } = (request ?? {}) as Partial<DapRequest>;
    const reply = { seq: ++this.sequence, type: 'response', request_seq: seq, command };
    const known = Object.hasOwn(this.commands, command) ? this.commands[command] : undefined;
    if (!known) {
      return {
        ...reply,
        success: false,
        message: `The debugger does not know the request "${command}".`,
        body: {},
      };
    }
    try {
      return { ...reply, success: true, body: (await known(args ?? {})) ?? {} };
    } catch (error) {
      return { ...reply, success: false, message: (error as Error).message, body: {} };
    }
  }

  onInspectorEvent(method: string, params: any): void {
    if (method === 'Debugger.scriptParsed') {
      const cell = cellOfUrl(params.url);
      if (cell === undefined) this.files.add(params.scriptId, params.url);
      else this.places.addCell(params.scriptId, cell);
    } else if (method === 'Debugger.paused') void this.paused(params);
    else if (method === 'Debugger.resumed') {
      const stood = this.stopped;
      this.over();
      if (stood) this.event('continued', { threadId: thread, allThreadsContinued: true });
    }
  }

  private over(): void {
    this.turn++;
    this.frames = undefined;
    this.variables.forget();
  }

  private async paused(paused: Paused): Promise<void> {
    const turn = ++this.turn;
    const { reason, data, hitBreakpoints } = paused;
    const isError = reason === 'exception' || reason === 'promiseRejection';
    const passes = isError && this.pausesOn === 'uncaught' && (await this.caught.isCaught(paused));
    const frames = passes ? [] : await this.places.framesOf(paused);
    if (turn !== this.turn) return;
    if (frames.length === 0) {
      // An error that is caught, or a step that left the user's code: on to the next breakpoint.
      void this.inspector.send('Debugger.resume', {}).catch(() => {});
      return;
    }
    this.frames = frames;
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
      ...(isError && data ? { text: textOf(data).split('\n')[0] } : {}),
    });
  }

  private event(event: string, body: object): void {
    this.options.emit({ seq: ++this.sequence, type: 'event', event, body });
  }

  private frame(id: number | undefined): Frame {
    const frame = this.frames?.[(id || 1) - 1];
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

  private async evaluate(code: unknown, frameId?: number): Promise<RemoteObject> {
    const expression = await this.options.compiler.expression(String(code));
    const call = this.stopped ? this.frame(frameId).call : undefined;
    const answer = await evaluateIn(this.inspector, expression, call);
    if (answer.exceptionDetails) {
      const { exception, text } = answer.exceptionDetails;
      throw new Error(exception ? textOf(exception) : text);
    }
    return answer.result;
  }

  private async detach(): Promise<void> {
    if (!this.attached) return;
    this.attached = false;
    this.pausesOn = 'none';
    this.over();
    await this.breakpoints.clear();
    await this.inspector.send('Debugger.disable', {});
    this.files.forgetAll();
    this.caught.forgetAll();
  }

  private readonly commands: Record<string, (args: any) => unknown> = {
    debugInfo: () => ({
      isStarted: this.attached,
      ...hashParameters,
      breakpoints: this.breakpoints.list(),
      stoppedThreads: this.stopped ? [thread] : [],
      richRendering: true,
      exceptionPaths: ['Cell'],
      copyToGlobals: true,
    }),
    initialize: () => capabilities,
    attach: async () => {
      await this.inspector.send('Debugger.enable', {});
      await this.inspector.send('Debugger.setBlackboxPatterns', { patterns: steppedOver });
      this.attached = true;
      this.event('initialized', {});
    },
    launch: (args) => this.commands['attach']!(args),
    configurationDone: () => {},
    dumpCell: ({ code }) => ({ sourcePath: this.sources.dump(String(code)) }),
    setBreakpoints: async ({ source, breakpoints }) => ({
      breakpoints: await this.breakpoints.set(String(source?.path ?? ''), breakpoints ?? []),
    }),
    setExceptionBreakpoints: async ({ filters = [] }) => {
      this.pausesOn = filters.includes('all') ? 'all' : filters.includes('uncaught') ? 'uncaught' : 'none';
      const state = this.pausesOn === 'none' ? 'none' : 'all'; // which are uncaught, caught.ts tells
      await this.inspector.send('Debugger.setPauseOnExceptions', { state });
      const maxDepth = this.pausesOn === 'uncaught' ? 8 : 0;
      await this.inspector.send('Debugger.setAsyncCallStackDepth', { maxDepth });
    },
    threads: () => ({ threads: [{ id: thread, name: 'main' }] }),
    stackTrace: ({ startFrame = 0, levels = 0 }) => {
      const all = (this.frames ?? []).map(({ call, path, source, line, column }, index) => {
        return {
          id: index + 1,
          name: call.functionName || '<cell>',
          line,
          column,
          source: { name: source, path },
        };
      });
      const stackFrames = all.slice(startFrame, levels > 0 ? startFrame + levels : undefined);
      return { stackFrames, totalFrames: all.length };
    },
    scopes: ({ frameId }) => {
      const { call } = this.frame(frameId);
      const group = (name: string, types: string[]) => {
        return { name, variablesReference: this.variables.scope(call, types), expensive: false };
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
    setVariable: async ({ variablesReference, name, value, frameId }) => {
      const made = await this.evaluate(value, frameId);
      const changed = await this.variables.set(variablesReference, String(name), made);
      return { value: changed.value, variablesReference: changed.variablesReference };
    },
    inspectVariables: async () => ({ variables: await this.variables.ofNotebook() }),
    evaluate: async ({ expression, frameId }) => {
      const object = await this.evaluate(expression, frameId);
      const { value, variablesReference } = await this.variables.describe('', object);
      return { result: value, variablesReference };
    },
    richInspectVariables: async ({ variableName, frameId }) =>
      this.variables.rich(await this.evaluate(variableName, frameId)),
    copyToGlobals: async ({ srcVariableName, dstVariableName, srcFrameId }) => {
      const name = String(dstVariableName);
      if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
        throw new Error(`${name} is no name of a variable.`);
      const object = await this.evaluate(srcVariableName, srcFrameId);
      await this.variables.copyToNotebook(object, name);
      this.options.declared(name);
    },
    source: ({ source }) => {
      const path = String(source?.path ?? '');
      const content = this.sources.code(path) ?? (path.startsWith('/') ? readFileText(path) : undefined);
      if (content === undefined) throw new Error(`There is no cell and no file with the path ${path}.`);
      return { content, mimeType: 'text/x-typescript' };
    },
    exceptionInfo: () => {
      if (!this.exception) throw new Error('The cell does not stand at an error.');
      return exceptionBody(this.exception);
    },
    continue: () => this.step('Debugger.resume'),
    next: () => this.step('Debugger.stepOver'),
    stepIn: () => this.step('Debugger.stepInto'),
    stepOut: () => this.step('Debugger.stepOut'),
    pause: async () => {
      await this.inspector.send('Debugger.pause', {});
    },
    modules: () => {
      const modules = this.files.paths().map((path, index) => ({
        id: index + 1,
        name: path.slice(path.lastIndexOf('/') + 1),
        path,
      }));
      return { modules, totalModules: modules.length };
    },
    disconnect: () => this.detach(),
    terminate: () => this.detach(),
  };
}
