/** What one line is better by than another, as shapes to fill. Pure. */

type Point = readonly [x: number, y: number];

/**
 * The areas where `worse` lies above `better`, one for each stretch of epochs. Where the lines cross within a stretch, as
 * they are drawn, its area begins or ends there.
 * @param x @param y from an epoch and a value to where they are drawn
 * @param step epochs that one stretch spans
 */
export function gainAreas(
  { epochs, worse, better }: Record<'epochs' | 'worse' | 'better', readonly number[]>,
  { first, end, step, log }: { first: number; end: number; step: number; log: boolean },
  x: (epoch: number) => number,
  y: (value: number) => number,
): readonly (readonly Point[])[] {
  const areas: Point[][] = [];
  for (let i = first; i + step < end; i += step) {
    const j = i + step;
    const values = [worse[i], better[i], worse[j], better[j]];
    if (!values.every((v) => Number.isFinite(v) && (!log || v > 0))) continue;
    const [above, below] = [worse[i] > better[i], worse[j] > better[j]];
    if (!above && !below) continue;
    const [a, b, c, d] = values.map(y);
    const [x0, x1] = [x(epochs[i]), x(epochs[j])];
    const share = (a - b) / (a - b - (c - d));
    const cross: Point = [x0 + share * (x1 - x0), b + share * (d - b)];
    const from: readonly Point[] = above
      ? [
          [x0, a],
          [x0, b],
        ]
      : [cross];
    const to: readonly Point[] = below
      ? [
          [x1, d],
          [x1, c],
        ]
      : [cross];
    areas.push([...from, ...to]);
  }
  return areas;
}
