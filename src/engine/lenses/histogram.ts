/** How often values fall into bins of equal width. */
export interface Histogram {
  /** Where the first bin begins and the last one ends. */
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  /** Values that are not finite: in no bin. */
  readonly nonFinite: number;
}

/**
 * Bins from the smallest to the largest value, both included; values that are all equal get bins half a unit to each side,
 * as numpy.histogram. Bins but the last do not hold their upper end.
 * @param range other ends; values beyond them are in no bin
 */
export function histogram(values: ArrayLike<number>, bins: number, range?: readonly [number, number]): Histogram {
  let low = Infinity;
  let high = -Infinity;
  let nonFinite = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) nonFinite++;
    else {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (range) [low, high] = range;
  else if (low > high) [low, high] = [0, 1];
  if (low === high) {
    low -= 0.5;
    high += 0.5;
  }
  const counts = new Array<number>(bins).fill(0);
  const width = (high - low) / bins;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value >= low && value <= high) counts[Math.min(bins - 1, Math.floor((value - low) / width))]++;
  }
  return { low, high, counts, nonFinite };
}
