// The functions that a cell imports to show and to ask: `import { display, html, progress } from 'convbook'`.
// All of them work outside a notebook too, as text.

export { input, password } from './ask.ts';
export { html, type ImageOptions, image, json, latex, markdown, picture, svg, table } from './builders.ts';
export { type Comm, openComm } from './comm.ts';
export type { Control } from './control.ts';
export { type DrawingPadOptions, drawingPad } from './drawing-pad.ts';
export { inNotebook, MemoryReport, memory, typecheck } from './notebook.ts';
export type { Pixels } from './png.ts';
export { type Progress as ProgressBar, progress } from './progress.ts';
export { DISPLAY as displaySymbol, Display } from './rendered.ts';
export { clearOutput, type DisplayHandle, type DisplayOptions, display, updateDisplay } from './show.ts';
export { type SliderOptions, slider } from './slider.ts';
export type { TableOptions } from './table.ts';
