/**
 * Up to so many numbers a table is held in float64; beyond, in float32: half a gigabyte of text must not become a gigabyte
 * of numbers on its way to the float32 that the network reads.
 */
const MOST_WIDE = 2 ** 19;
/** Rows that the middle of a column is found from. */
const SAMPLED = 1024;
const LARGEST = 3.4028234663852886e38;

/**
 * The numbers of a table, row after row. A small table has them as they were read. A large one has what each differs from
 * the middle of its column, in float32: so a column of years, or of seconds since 1970, keeps the digits in which its rows
 * differ, and a number is off by at most 2^-24 of its distance from the middle.
 */
export class Cells {
  private constructor(
    private readonly values: Float64Array | Float32Array,
    readonly rows: number,
    readonly columns: number,
    /** Of each column; absent: numbers are held as they are. */
    private readonly middles?: Float64Array,
  ) {}

  /** @param values row-major, rows × columns */
  static of(values: Float64Array, columns: number): Cells {
    return new Cells(values, columns === 0 ? 0 : values.length / columns, columns);
  }

  /** @param values row-major, at least rows × columns: what a number differs from the middle of its column */
  static narrow(values: Float32Array, rows: number, middles: Float64Array): Cells {
    return new Cells(values, rows, middles.length, middles);
  }

  /** NaN where nothing is known. */
  at(row: number, column: number): number {
    const value = this.values[row * this.columns + column];
    return this.middles ? value + this.middles[column] : value;
  }

  /** True where numbers are held in float32: then `into` gives its own memory, and these numbers are gone. */
  get isNarrow(): boolean {
    return this.middles !== undefined;
  }

  /** The same numbers in memory that `recolumned` and `into` may use up without touching these. */
  kept(): Cells {
    const { values, rows, columns, middles } = this;
    return middles ? new Cells(values.slice(0, rows * columns), rows, columns, middles) : this;
  }

  /** Changes the numbers of one column, in place. */
  replace(column: number, change: (value: number) => number): void {
    const { values, columns, middles, rows } = this;
    const middle = middles?.[column] ?? 0;
    for (let row = 0, at = column; row < rows; row++, at += columns) values[at] = change(values[at] + middle) - middle;
  }

  /**
   * A table of as many rows with other columns. Of a large table it takes the memory over where there is room, so that both
   * are never held; these numbers are gone then.
   * @param from of each new column, the old one whose middle it keeps; -1: none
   * @param write puts the new row at `at` of `out`, from what `row` holds
   */
  recolumned(from: readonly number[], write: (row: Float64Array, out: Float64Array) => void): Cells {
    const { rows, columns } = this;
    const width = from.length;
    const old = new Float64Array(columns);
    const made = new Float64Array(width);
    const each = (put: (row: number) => void): void => {
      // From the last on: where rows grow wider in place, what is written lies behind all that is still to be read.
      for (let row = rows - 1; row >= 0; row--) {
        for (let c = 0; c < columns; c++) old[c] = this.at(row, c);
        made.fill(0);
        write(old, made);
        put(row);
      }
    };
    if (!this.middles) {
      const out = new Float64Array(rows * width);
      each((row) => out.set(made, row * width));
      return Cells.of(out, width);
    }
    const middles = Float64Array.from(from, (column) => (column < 0 ? 0 : this.middles![column]));
    const { values } = this;
    const fits = width >= columns && rows * width <= values.length;
    const out = fits ? (values as Float32Array) : new Float32Array(rows * width);
    each((row) => {
      for (let c = 0, at = row * width; c < width; c++, at++) out[at] = made[c] - middles[c];
    });
    return Cells.narrow(out, rows, middles);
  }

  /**
   * Hands the rows of each part over as the network reads them. Of a large table this is its own memory, rows changed and
   * moved in place; these numbers are gone then.
   * @param change gives what stands for a number: computed in float64, rounded once to float32
   */
  into(parts: readonly Uint32Array[], change: (value: number, row: number, column: number) => number): Float32Array[] {
    const { columns, rows, values, middles } = this;
    if (!middles) {
      return parts.map((part) => {
        const out = new Float32Array(part.length * columns);
        let at = 0;
        for (const row of part)
          for (let c = 0; c < columns; c++, at++) out[at] = change(values[row * columns + c], row, c);
        return out;
      });
    }
    for (let row = 0, at = 0; row < rows; row++)
      for (let c = 0; c < columns; c++, at++) values[at] = change(values[at] + middles[c], row, c);
    arrange(values as Float32Array, columns, rows, parts);
    let from = 0;
    return parts.map((part) => {
      const to = from + part.length * columns;
      const own = (values as Float32Array).subarray(from, to);
      from = to;
      return own;
    });
  }
}

/** Moves rows so that those of the first part come first, in its order, then those of the next; the others end last. */
function arrange(values: Float32Array, columns: number, rows: number, parts: readonly Uint32Array[]): void {
  const order = new Uint32Array(rows);
  const isPlaced = new Uint8Array(rows);
  let next = 0;
  for (const part of parts) {
    for (const row of part) {
      order[next++] = row;
      isPlaced[row] = 1;
    }
  }
  for (let row = 0; row < rows; row++) if (!isPlaced[row]) order[next++] = row;
  // Now: 1 where the row that belongs to a place has not come yet.
  isPlaced.fill(1);
  const kept = new Float32Array(columns);
  for (let first = 0; first < rows; first++) {
    if (!isPlaced[first]) continue;
    // Around one cycle: each row moves to the place that the one before it left.
    kept.set(values.subarray(first * columns, (first + 1) * columns));
    let place = first;
    for (;;) {
      isPlaced[place] = 0;
      const row = order[place];
      if (row === first) break;
      values.copyWithin(place * columns, row * columns, (row + 1) * columns);
      place = row;
    }
    values.set(kept, place * columns);
  }
}

/** Numbers of a table as its rows come. */
export class GrowingCells {
  /** Whole rows. */
  rows = 0;
  private values: Float64Array | Float32Array = new Float64Array(4096);
  private middles: Float64Array | undefined;

  /**
   * @param columns of a row
   * @param growth how many times the rows so far there will be in all, as far as can be told now
   * @param widthOf how many columns a row will have once categories stand one by one
   * @param codes columns that hold places among categories: they stay as they are
   */
  constructor(
    private readonly columns: number,
    private readonly growth: () => number,
    private readonly widthOf: () => number,
    private readonly codes: ReadonlySet<number>,
  ) {}

  /**
   * @param row one number a column, NaN where nothing is known
   * @returns the first column whose number is too far from the others for float32; -1: all are held
   */
  add(row: Float64Array): number {
    const { columns, rows } = this;
    let at = rows * columns;
    if (at + columns > this.values.length) this.grow();
    const { values, middles } = this;
    if (!middles) {
      values.set(row, at);
    } else {
      for (let c = 0; c < columns; c++) {
        const value = row[c] - middles[c];
        if (value > LARGEST || value < -LARGEST) return c;
        values[at++] = value;
      }
    }
    this.rows++;
    return -1;
  }

  done(): Cells {
    const { rows, columns, values, middles } = this;
    if (middles) return Cells.narrow(values as Float32Array, rows, middles);
    return Cells.of((values as Float64Array).subarray(0, rows * columns), columns);
  }

  private grow(): void {
    const { columns, rows, values } = this;
    if (!this.middles && 2 * values.length + columns <= MOST_WIDE) {
      const larger = new Float64Array(2 * values.length + columns);
      larger.set(values);
      this.values = larger;
      return;
    }
    // What is told of the rest of the file is seldom far off; memory beyond its use is never touched, and costs nothing.
    const expected = Math.ceil(rows * Math.max(1.02, this.growth()) * 1.03) + SAMPLED;
    const wide = this.middles ? undefined : (this.middles = this.middlesOf(values as Float64Array));
    const larger = new Float32Array(expected * Math.max(columns, this.widthOf()));
    if (!wide) larger.set(values.subarray(0, rows * columns));
    else
      for (let at = 0, c = 0; at < rows * columns; at++, c = c + 1 === columns ? 0 : c + 1)
        larger[at] = values[at] - wide[c];
    this.values = larger;
  }

  /** The median of each column over some of its rows: a few numbers far away do not move it. */
  private middlesOf(values: Float64Array): Float64Array {
    const { columns, rows } = this;
    const step = Math.max(1, Math.floor(rows / SAMPLED));
    return Float64Array.from({ length: columns }, (_, column) => {
      if (this.codes.has(column)) return 0;
      const some: number[] = [];
      for (let row = 0; row < rows; row += step) {
        const value = values[row * columns + column];
        if (!Number.isNaN(value)) some.push(value);
      }
      return some.sort((a, b) => a - b)[some.length >> 1] ?? 0;
    });
  }
}
