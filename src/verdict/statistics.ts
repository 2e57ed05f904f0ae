/** Robust figures of short series: one epoch out of line must not turn a verdict. Lists given are left as they are. */

/** The middle value, of an even number the mean of the two; NaN of none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A straight line through a series, and how far the values scatter about it. */
export interface Line {
  /** Change a step of the series. */
  readonly slope: number;
  /** Standard deviation of the values about the line, from their median distance: 1.4826 of it, as for normal noise. */
  readonly noise: number;
  /** Standard error of the slope, as of least squares with that noise. */
  readonly error: number;
}

/**
 * The line whose slope is the median of the slopes between all pairs (Theil 1950; Sen, "Estimates of the Regression
 * Coefficient Based on Kendall's Tau", 1968): up to 29 % of the values may be anything.
 * @param values evenly spaced, at least two
 */
export function robustLine(values: readonly number[]): Line {
  const n = values.length;
  const slopes: number[] = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) slopes.push((values[j] - values[i]) / (j - i));
  const slope = median(slopes);
  const start = median(values.map((v, i) => v - slope * i));
  const noise = 1.4826 * median(values.map((v, i) => Math.abs(v - start - slope * i)));
  // The sum of squared distances of 0..n-1 from their middle.
  const error = noise / Math.sqrt((n * (n * n - 1)) / 12);
  return { slope, noise, error };
}

/**
 * Standard deviation of single values about a smooth curve, whatever its shape: from how far each is off the middle of its two neighbours
 * (Gasser, Sroka and Jennen-Steinmetz, "Residual Variance and Residual Pattern in Nonlinear Regression", 1986), by the median
 * of that, as for normal noise. NaN of fewer than three.
 */
export function roughness(values: readonly number[]): number {
  const off = values.slice(1, -1).map((v, i) => Math.abs((values[i] + values[i + 2]) / 2 - v));
  return (1.4826 * median(off)) / Math.sqrt(1.5);
}
