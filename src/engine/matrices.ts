import type { Real } from './real';

/**
 * How a weight matrix [rows, columns] stands in memory: in panels of `panel` columns one after another, each of them
 * [rows, panel], the last one filled up with zeros. A panel as wide as the matrix is the usual row-major order. Kernels
 * that work through a panel at a time so find what they need next to each other.
 */
export interface MatrixLayout {
  readonly rows: number;
  readonly columns: number;
  readonly panel: number;
}

/** Columns of a panel where kernels in WebAssembly work: NR of kernels/generate.mjs. */
export const PANEL = 8;

/** @param shape a weight's: all but the last dimension are the rows, as in every kernel of this engine */
export function matrixLayout(shape: readonly number[], panel: number | undefined): MatrixLayout {
  const columns = shape[shape.length - 1];
  const rows = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  return { rows, columns, panel: panel ?? columns };
}

/** Numbers that the stored matrix takes. */
export const storedLength = ({ rows, columns, panel }: MatrixLayout): number =>
  rows * Math.ceil(columns / panel) * panel;

/** Where the value (0, column) stands; those of the next rows follow at every `panel`-th place. */
export const columnStart = ({ rows, panel }: MatrixLayout, column: number): number =>
  (column - (column % panel)) * rows + (column % panel);

/** Brings row-major values into the order of the layout. What fills the last panel up is 0 before and after. */
export function store(stored: Real, values: Real, layout: MatrixLayout): void {
  const { rows, columns, panel } = layout;
  for (let column = 0; column < columns; column++)
    for (let row = 0, at = columnStart(layout, column), from = column; row < rows; row++, at += panel, from += columns)
      stored[at] = values[from];
}

/** The values in row-major order, as a copy that shares no memory. */
export function rowMajor(stored: Real, layout: MatrixLayout | undefined): Real {
  if (!layout) return stored.slice();
  const { rows, columns, panel } = layout;
  const values = stored instanceof Float32Array ? new Float32Array(rows * columns) : new Float64Array(rows * columns);
  for (let column = 0; column < columns; column++)
    for (let row = 0, at = columnStart(layout, column), to = column; row < rows; row++, at += panel, to += columns)
      values[to] = stored[at];
  return values;
}
