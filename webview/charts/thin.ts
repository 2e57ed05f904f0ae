/**
 * Makes a long run drawable: more points than pixels cost time and show nothing. Each stretch of points becomes two that
 * hold its smallest and its largest value in the order in which they came, so no peak is lost. The last point stays itself.
 */
export interface Column {
  readonly values: readonly number[];
  /** `both`: a line. `min`, `max`: an edge of a band, which must not dip into it. */
  readonly keep: 'both' | 'min' | 'max';
}
export interface Thinned {
  /** Which of the given points each drawn one stands at. */
  readonly index: readonly number[];
  readonly columns: readonly (readonly number[])[];
}

/** @param most points to draw, at least 4; fewer given points are returned as they are */
export function thin(count: number, columns: readonly Column[], most: number): Thinned {
  if (count <= most)
    return { index: Array.from({ length: count }, (_, i) => i), columns: columns.map((c) => c.values) };
  const stretches = Math.floor((most - 1) / 2);
  const index: number[] = [];
  const out: number[][] = columns.map(() => []);
  for (let s = 0; s < stretches; s++) {
    const from = Math.floor((s * (count - 1)) / stretches);
    const to = Math.floor(((s + 1) * (count - 1)) / stretches);
    index.push(from, to - 1);
    columns.forEach(({ values, keep }, c) => out[c].push(...extremes(values, keep, from, to)));
  }
  index.push(count - 1);
  columns.forEach(({ values }, c) => out[c].push(values[count - 1]));
  return { index, columns: out };
}

/** NaN where nothing in the stretch is a number. */
function extremes(values: readonly number[], keep: Column['keep'], from: number, to: number): [number, number] {
  let low = -1;
  let high = -1;
  for (let i = from; i < to; i++) {
    const v = values[i];
    if (!Number.isFinite(v)) continue;
    if (low < 0 || v < values[low]) low = i;
    if (high < 0 || v > values[high]) high = i;
  }
  if (low < 0) return [NaN, NaN];
  if (keep === 'min') return [values[low], values[low]];
  if (keep === 'max') return [values[high], values[high]];
  return low <= high ? [values[low], values[high]] : [values[high], values[low]];
}
