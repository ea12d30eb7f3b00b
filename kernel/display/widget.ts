// Jupyter's widget messages (protocol 2.1), spoken without ipywidgets: JupyterLab draws its own controls, and this side
// keeps their state. The Python package only brings JupyterLab's half.
import { type Comm, openComm } from './comm.ts';

export type WidgetState = Record<string, unknown>;

/** One model of the widget protocol: a state that both sides change. */
export class Widget {
  readonly state: WidgetState;
  private readonly comm: Comm;
  private readonly listeners: ((changed: WidgetState) => void)[] = [];

  constructor(module: 'base' | 'controls', model: string, state: WidgetState = {}) {
    const name = `@jupyter-widgets/${module}`;
    // All styles share one view, of the base module.
    const style = model.endsWith('StyleModel');
    const view = style ? 'StyleView' : model.replace(/Model$/, 'View');
    const versions = { _model_module_version: '2.0.0', _view_module_version: '2.0.0' };
    this.state = {
      _model_module: name,
      _model_name: model,
      _view_module: style ? '@jupyter-widgets/base' : name,
      _view_name: view,
      ...versions,
      ...state,
    };
    this.comm = openComm('jupyter.widget', { state: this.state, buffer_paths: [] }, { version: '2.1.0' });
    this.comm.onMessage((data) => this.receive(data));
  }

  get id(): string {
    return this.comm.id;
  }

  /** How one model names another one in its state. */
  get reference(): string {
    return `IPY_MODEL_${this.comm.id}`;
  }

  /** Told what the front end has changed. */
  onChange(listener: (changed: WidgetState) => void): void {
    this.listeners.push(listener);
  }

  set(changed: WidgetState): void {
    Object.assign(this.state, changed);
    this.comm.send({ method: 'update', state: changed, buffer_paths: [] });
  }

  close(): void {
    this.comm.close();
  }

  private receive(data: unknown): void {
    const message = data as { method?: string; state?: WidgetState };
    if (message?.method === 'request_state') {
      this.comm.send({ method: 'update', state: this.state, buffer_paths: [] });
    } else if (message?.method === 'update' && typeof message.state === 'object' && message.state !== null) {
      Object.assign(this.state, message.state);
      for (const listener of this.listeners) listener(message.state);
    }
  }
}

/** What a cell shows for a widget: the control where there is one, words elsewhere. */
export function widgetBundle(widget: Widget, text: string): Record<string, unknown> {
  return {
    'application/vnd.jupyter.widget-view+json': { version_major: 2, version_minor: 0, model_id: widget.id },
    'text/plain': text,
  };
}
