import type { FloatSamples, Target } from '../engine/dataset';

/** What is odd about the columns of a table; columns by their place among the inputs. */
export interface ColumnFindings {
  /** One value in all training rows. */
  readonly constant: readonly number[];
  /** The same values as an earlier column, which is not constant. */
  readonly copies: readonly { readonly column: number; readonly of: number }[];
  /** Tells the target by itself: by its correlation, or as each class has a value of its own. */
  readonly leaks: readonly { readonly column: number; readonly correlation?: number }[];
}

/** With fewer rows a column may well fit the target by chance. */
const fewestRows = 20;
const strongest = 0.999;
/** Of more classes it is not looked whether each has a value of its own: a table of them would be too large. */
const mostClasses = 1000;

/** Looks at each column over the training rows, in one pass whose memory does not grow with the rows. */
export function lookAtColumns(train: FloatSamples, columns: number, target: Target): ColumnFindings {
  const { inputs, count } = train;
  const bits = new Int32Array(inputs.buffer, inputs.byteOffset, inputs.length);
  const constant = new Uint8Array(columns).fill(1);
  const hashes = new Int32Array(columns);
  const correlations = new Correlations(columns, train, target);
  const classes = new ClassValues(columns, train, target);
  for (let row = 0, at = 0; row < count; row++) {
    correlations.begin(row);
    classes.begin(row);
    for (let c = 0; c < columns; c++, at++) {
      const x = inputs[at];
      if (x !== inputs[c]) constant[c] = 0;
      const hash = Math.imul(hashes[c] ^ bits[at], 0x01000193);
      hashes[c] = hash ^ (hash >>> 15);
      correlations.add(c, x);
      classes.add(c, x);
    }
  }
  const varying = [...constant.keys()].filter((c) => !constant[c]);
  return {
    constant: [...constant.keys()].filter((c) => constant[c]),
    copies: copiesOf(varying, hashes, inputs, columns),
    leaks:
      count < fewestRows
        ? []
        : varying.flatMap((column) => {
            if (classes.isOneToOne(column)) return [{ column }];
            const correlation = correlations.of(column);
            return Math.abs(correlation) > strongest ? [{ column, correlation }] : [];
          }),
  };
}

/** Columns of the same hash are held against the first of them, value by value. */
function copiesOf(
  varying: readonly number[],
  hashes: Int32Array,
  inputs: Float32Array,
  columns: number,
): ColumnFindings['copies'] {
  const first = new Map<number, number>();
  return varying.flatMap((column) => {
    const of = first.get(hashes[column]);
    if (of === undefined) {
      first.set(hashes[column], column);
      return [];
    }
    for (let at = 0; at < inputs.length; at += columns) if (inputs[at + column] !== inputs[at + of]) return [];
    return [{ column, of }];
  });
}

/** Of each column with a target that is one number, or one of two classes. */
class Correlations {
  private readonly on: boolean;
  private readonly width: number;
  private y = 0;
  private count = 0;
  private sumY = 0;
  private sumYY = 0;
  private readonly sumX: Float64Array;
  private readonly sumXX: Float64Array;
  private readonly sumXY: Float64Array;

  constructor(
    columns: number,
    private readonly train: FloatSamples,
    { type, names }: Target,
  ) {
    this.on = type === 'numbers' ? names.length === 1 : names.length === 2;
    this.width = names.length;
    this.sumX = new Float64Array(columns);
    this.sumXX = new Float64Array(columns);
    this.sumXY = new Float64Array(columns);
  }

  begin(row: number): void {
    const { targets } = this.train;
    // Of two classes the second; all measured from the first row, so that large values keep their digits.
    this.y = targets[(row + 1) * this.width - 1] - targets[this.width - 1];
    this.count++;
    this.sumY += this.y;
    this.sumYY += this.y * this.y;
  }

  add(column: number, x: number): void {
    if (!this.on) return;
    const d = x - this.train.inputs[column];
    this.sumX[column] += d;
    this.sumXX[column] += d * d;
    this.sumXY[column] += d * this.y;
  }

  /** 0 where there is none. */
  of(column: number): number {
    if (!this.on) return 0;
    const { count, sumX, sumXX, sumXY, sumY, sumYY } = this;
    const xx = sumXX[column] - sumX[column] ** 2 / count;
    const yy = sumYY - sumY ** 2 / count;
    const correlation = (sumXY[column] - (sumX[column] * sumY) / count) / Math.sqrt(xx * yy);
    return Number.isFinite(correlation) ? correlation : 0;
  }
}

/** Whether each class has one value of a column, which no other class has. */
class ClassValues {
  private readonly classes: number;
  /** The value that a class has in a column, as far as seen; NaN: none yet. */
  private readonly values: Float32Array;
  private readonly fits: Uint8Array;
  private label = 0;

  constructor(
    private readonly columns: number,
    private readonly train: FloatSamples,
    { type, names }: Target,
  ) {
    this.classes = type === 'classes' && names.length <= mostClasses ? names.length : 0;
    this.values = new Float32Array(columns * this.classes).fill(NaN);
    this.fits = new Uint8Array(columns).fill(this.classes > 0 ? 1 : 0);
  }

  begin(row: number): void {
    if (this.classes === 0) return;
    const { targets } = this.train;
    this.label = 0;
    while (targets[row * this.classes + this.label] === 0) this.label++;
  }

  add(column: number, x: number): void {
    if (!this.fits[column]) return;
    const at = this.label * this.columns + column;
    if (Number.isNaN(this.values[at])) this.values[at] = x;
    else if (this.values[at] !== x) this.fits[column] = 0;
  }

  isOneToOne(column: number): boolean {
    if (!this.fits[column]) return false;
    const seen = Array.from({ length: this.classes }, (_, k) => this.values[k * this.columns + column]).filter(
      (x) => !Number.isNaN(x),
    );
    return new Set(seen).size === seen.length;
  }
}
