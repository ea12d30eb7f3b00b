/** Numbers that may differ: |got - expected| <= absolute + relative * |expected|. */
export interface Allowance {
  absolute?: number;
  relative?: number;
  /** In this range, whatever was committed; both ends belong to it. */
  range?: [number, number];
}

interface Base {
  /** Which outputs of the cell: their numbers from 0; by default all that the rule's kind fits. */
  outputs?: number[];
  /** Which part of the output; by default all that the rule's kind fits. */
  mime?: string;
  /** Holds only on this engine and data set; elsewhere the rule is passed over. */
  when?: { engine?: string; data?: string };
}

/** Text whose numbers may differ; the words must be equal. `labelled`: by the text in front of the number. */
export interface NumbersRule extends Base, Allowance {
  kind: 'numbers';
  labelled?: Record<string, Allowance>;
}

/** Text that is equal, or fits a pattern from its beginning to its end. */
export interface TextRule extends Base {
  kind: 'text';
  pattern?: string;
}

/** HTML or text tables: same columns and number of rows; each column by its own allowance, `varies` with a reason. */
export interface TableRule extends Base {
  kind: 'table';
  columns: Record<string, Allowance & { varies?: string }>;
}

/** A displayed tensor: shape and type equal, minimum, maximum, mean and deviation within the allowance. */
export interface TensorRule extends Base, Allowance {
  kind: 'tensor';
}

/** A plotly figure: titles, and each trace's type, name and length equal; ends of the values within `ends` of the span. */
export interface FigureRule extends Base {
  kind: 'figure';
  /** How far a trace's lowest and highest values may move, as a part of the committed span; default 0.05. */
  ends?: number;
  /** Limits for all y values of a trace, by its name. */
  ranges?: Record<string, [number, number]>;
  /** Trace lengths may differ (early stopping). */
  lengths?: 'any';
  /** Numbers in titles and in the alt text may differ by this. */
  numbers?: Allowance;
}

/** A picture: same size, and a perceptual distance of at most `distance` (0: equal, 1: nothing in common). */
export interface PictureRule extends Base {
  kind: 'picture';
  distance: number;
}

/** Differs from run to run. The outputs must still be there, with the same types. */
export interface VariesRule extends Base {
  kind: 'varies';
  reason: string;
}

export type Rule = NumbersRule | TextRule | TableRule | TensorRule | FigureRule | PictureRule | VariesRule;

/** `metadata.convbook.guard` of a cell. */
export interface CellGuard {
  rules?: Rule[];
  budget?: Budget;
}

export interface Budget {
  /** Of the calibration loop: 10 means ten times as long as that loop takes. Checked under --timing. */
  loops?: number;
  /** How much longer than committed, both in calibration loops; default 2. Checked under --timing. */
  ratio?: number;
  /** Of the process that runs the cells, after this one. */
  megabytes?: number;
  /** Tensors that the cell may leave alive beyond those before it; by default as many as were committed. */
  tensors?: number;
}

/** `metadata.convbook.measured` of a cell, written by --update. */
export interface CellMeasured {
  seconds: number;
  /** Tensors alive after the cell less those before it. */
  tensors: number;
  megabytes: number;
}

/** What a run computed with, `metadata.convbook.ran` of a notebook: only runs with equal facts are compared. */
export interface Facts {
  engine: string | null;
  data: string[];
}

/** `metadata.convbook.ran` of a notebook, written by --update. */
export interface Ran extends Facts {
  device?: string | null;
  /** Seconds that the calibration loop took on the machine of the committed run. */
  calibration: number;
}
