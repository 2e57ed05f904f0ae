/** What the curves are drawn from, and how they are looked at. Pure. */
import type { EpochRecord } from '../engine/records';
import type { StepLossesData } from '../protocol/stepLosses';

/** From an epoch to an epoch; a step lies between the ends of two. */
export type Span = readonly [number, number];

/** Everything measured besides the loss, in the order of the records. */
export function metricsIn(history: readonly EpochRecord[]): readonly string[] {
  const last = history.at(-1);
  return last ? Object.keys(last.trainDropoutOff).filter((name) => name !== 'loss') : [];
}

/** One number an epoch; NaN where it was not measured. */
export const valuesOf = (
  history: readonly EpochRecord[],
  part: 'trainDropoutOff' | 'validation',
  name: string,
): readonly number[] => history.map((e) => e[part]?.[name] ?? NaN);

/** Index of the best finite value, the first of equals; -1 where there is none. */
export function bestIndex(values: readonly number[], better: 'lower' | 'higher'): number {
  let best = -1;
  values.forEach((v, i) => {
    if (Number.isFinite(v) && (best < 0 || (better === 'lower' ? v < values[best] : v > values[best]))) best = i;
  });
  return best;
}

/** The twin's number of each epoch of the run; NaN where it is not there yet. */
export function twinValues(
  history: readonly EpochRecord[],
  twin: readonly EpochRecord[] | undefined,
  name: string,
): readonly number[] {
  const byEpoch = new Map(twin?.map((e) => [e.epoch, e.validation?.[name] ?? NaN]));
  return history.map((e) => byEpoch.get(e.epoch) ?? NaN);
}

/**
 * An exponential average that starts without a bias (as Kingma and Ba's, 2015, section 3): the weight of a value falls by
 * `amount` with each value that follows. What is not finite stays as it is and moves nothing.
 * @param amount 0 to below 1; 0 gives the values themselves
 */
export function smooth(values: readonly number[], amount: number): readonly number[] {
  if (amount === 0) return values;
  let mean = 0;
  let weight = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    mean = amount * mean + (1 - amount) * value;
    weight = amount * weight + (1 - amount);
    return mean / weight;
  });
}

/** As far as one can look: the steps of the first epoch lie before its end, at which the curves begin. */
export const bounds = (whole: Span): Span => [0, whole[1]];

/** The least that is looked at: half an epoch, in which steps are seen one by one. */
const LEAST = 0.5;

/**
 * The span after zooming around a place. @returns undefined where it is the whole run
 * @param by above 1 comes nearer
 */
export function zoomed(span: Span, whole: Span, by: number, at: number): Span | undefined {
  const width = Math.max(LEAST, (span[1] - span[0]) / by);
  const share = span[1] > span[0] ? (at - span[0]) / (span[1] - span[0]) : 0.5;
  return within([at - share * width, at + (1 - share) * width], whole);
}

/** The span moved by a share of itself, and not out of the run. */
export const moved = (span: Span, whole: Span, share: number): Span | undefined => {
  const by = share * (span[1] - span[0]);
  return within([span[0] + by, span[1] + by], whole);
};

/** Keeps a span's width and brings it into the run; undefined where it holds all of that. */
export function within([from, to]: Span, whole: Span): Span | undefined {
  const width = Math.max(LEAST, to - from);
  if (width >= whole[1] - whole[0]) return undefined;
  const start = Math.min(Math.max(from, whole[0]), whole[1] - width);
  return [start, start + width];
}

/** The part of rising epochs that a span shows, with a neighbour on either side: lines leave the frame. */
export function visible(epochs: readonly number[], [from, to]: Span): readonly [number, number] {
  let first = 0;
  while (first + 1 < epochs.length && epochs[first + 1] <= from) first++;
  let last = epochs.length;
  while (last - 2 >= first && epochs[last - 2] >= to) last--;
  return [first, last];
}

/** Losses of single steps in a picture: one for each bucket. */
export interface StepPoints {
  /** In epochs: the end of a step, so that the last step of epoch 3 stands at 3. */
  readonly x: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
}

/**
 * The steps within a span. Steps are spread evenly over their epoch, by how many it had.
 * @param stepsPerEpoch of the epoch at work, of which no record tells yet
 * @param most buckets; undefined where there are more: then the band of each epoch says as much
 */
export function stepPoints(
  { count, size, min, max }: StepLossesData,
  history: readonly EpochRecord[],
  stepsPerEpoch: number,
  [from, to]: Span,
  most: number,
): StepPoints | undefined {
  const ends = history.map((e) => e.step);
  const begin = (epoch: number): number => (epoch < 1 ? 0 : (ends[epoch - 1] ?? ends.at(-1) ?? 0));
  const place = (epoch: number): number => {
    const whole = Math.min(Math.floor(epoch), ends.length);
    const length = whole < ends.length ? ends[whole] - begin(whole) : stepsPerEpoch;
    return begin(whole) + (epoch - whole) * length;
  };
  const first = Math.max(0, Math.floor(place(from) / size));
  const end = Math.min(min.length, Math.ceil((place(to) + 1) / size));
  if (end - first > most || end <= first) return undefined;
  const x: number[] = [];
  let epoch = Math.max(0, Math.floor(from));
  for (let bucket = first; bucket < end; bucket++) {
    const made = Math.min(count, (bucket + 1) * size);
    while (epoch < ends.length && made > ends[epoch]) epoch++;
    const length = epoch < ends.length ? ends[epoch] - begin(epoch) : stepsPerEpoch;
    x.push(epoch + (made - begin(epoch)) / Math.max(1, length));
  }
  return { x, min: [...min.subarray(first, end)], max: [...max.subarray(first, end)] };
}

/** Where the axis of what is looked at ends: all that is seen, with a little room. */
export function fitRange(lines: readonly (readonly number[])[], log: boolean): Span | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const line of lines)
    for (const value of line) {
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (low > high) return undefined;
  if (log) return [low / 1.2, high * 1.2];
  const room = (high - low) * 0.08 || Math.abs(high) * 0.1 || 0.1;
  return [low - room, high + room];
}
