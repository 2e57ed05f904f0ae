/** Ranges and ticks of the curves. Pure. */
import type { EpochRecord } from '../engine/records';

export interface Curves {
  readonly epochs: readonly number[];
  readonly on: readonly number[];
  readonly onMin: readonly number[];
  readonly onMax: readonly number[];
  readonly off: readonly number[];
  readonly validation: readonly number[];
}

export function lossCurves(history: readonly EpochRecord[]): Curves {
  return {
    epochs: history.map((e) => e.epoch),
    on: history.map((e) => e.train.loss),
    onMin: history.map((e) => e.train.min),
    onMax: history.map((e) => e.train.max),
    off: history.map((e) => e.trainDropoutOff.loss),
    validation: history.map((e) => e.validation?.loss ?? NaN),
  };
}

/** Enough values to tell what is usual: sorting every one of a long run would take longer than drawing it. */
const SAMPLES = 3000;

interface Spread {
  /** Finite values there are. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly smallestPositive: number;
  /** The value that the share `q` of all lies below, from an even sample. */
  readonly quantile: (q: number) => number;
}

function spreadOf(lines: readonly (readonly number[])[]): Spread {
  const total = lines.reduce((n, line) => n + line.length, 0);
  const every = Math.max(1, Math.ceil(total / SAMPLES));
  const sample: number[] = [];
  let count = 0;
  let min = Infinity;
  let max = -Infinity;
  let smallestPositive = Infinity;
  for (const line of lines) {
    for (const value of line) {
      if (!Number.isFinite(value)) continue;
      if (count++ % every === 0) sample.push(value);
      if (value < min) min = value;
      if (value > max) max = value;
      if (value > 0 && value < smallestPositive) smallestPositive = value;
    }
  }
  sample.sort((x, y) => x - y);
  const quantile = (q: number): number => sample[Math.min(sample.length - 1, Math.floor(q * sample.length))];
  return { count, min, max, smallestPositive, quantile };
}

/** The next of 1, 2, 2.5, 4, 5 times a power of ten that `steps` of reach `top`. */
export function niceStep(top: number, steps: number): number {
  const raw = top / steps;
  const power = 10 ** Math.floor(Math.log10(raw));
  const found = [1, 2, 2.5, 4, 5, 10].find((m) => m * power >= raw - 1e-12);
  return (found ?? 10) * power;
}

/**
 * Where the loss axis ends. It starts at 0; a steep beginning leaves the frame rather than flattening the rest.
 * The band's outliers have no say.
 */
export function lossRange(c: Curves, log: boolean): readonly [number, number] {
  const { count, min, max, smallestPositive, quantile } = spreadOf([c.on, c.off, c.validation]);
  if (count === 0) return log ? [0.01, 1] : [0, 1];
  if (log) {
    const low = Number.isFinite(smallestPositive) ? smallestPositive : 0.01;
    const high = Math.max(max > 0 ? max : 1, low * 2);
    return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))];
  }
  const usual = quantile(0.94) * 1.15;
  const top = c.epochs.length >= 8 && max > usual * 1.6 ? usual : max;
  if (!(top > 0)) return [Math.min(0, min), 1];
  const step = niceStep(top * 1.02, 4);
  // Half a step is enough room above the highest line.
  const half = step / 2;
  return [Math.min(0, Math.floor(min / step) * step), Math.ceil((top * 1.02) / half) * half];
}

/** A share of right answers: from a round number below the lowest to 100 %. */
export function shareRange(...lines: readonly (readonly number[])[]): readonly [number, number] {
  const { count, min, quantile } = spreadOf(lines);
  const low = count === 0 ? 0 : count >= 16 ? quantile(0.06) : min;
  return [Math.min(0.9, Math.max(0, Math.floor((low - 0.02) * 10) / 10)), 1];
}

/** Round shares from 100 % downwards. */
export function shareTicks([low]: readonly [number, number]): number[] {
  const span = Math.round((1 - low) * 100);
  const step = [5, 10, 20, 25, 50].find((s) => span / s <= 4) ?? 50;
  const ticks: number[] = [];
  for (let t = 100; t >= Math.round(low * 100); t -= step) ticks.unshift(t / 100);
  return ticks;
}

export function ticksOf([low, high]: readonly [number, number], steps: number): number[] {
  const step = niceStep(high - low, steps);
  const ticks: number[] = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-6; v += step)
    // Adding 0 turns -0, which would be written "-0", into 0.
    ticks.push(Math.round(v / step) * step + 0);
  return ticks;
}

/** For a logarithmic axis: powers of ten; between few of them their twofold and fivefold too. */
export function logTicks([low, high]: readonly [number, number]): number[] {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const powers = Array.from({ length: Math.ceil(Math.log10(high) - 1e-9) - first + 1 }, (_, i) => first + i);
  const steps = powers.length > 3 ? [1] : [1, 2, 5];
  return powers
    .flatMap((power) => steps.map((m) => Number(`${m}e${power}`)))
    .filter((v) => v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9));
}

/** Whole epochs for the axis: 1 first, then round ones that do not touch it. */
export function epochTicks(first: number, last: number, most: number): number[] {
  if (last <= first) return [first];
  const step = Math.max(1, niceStep(last - first, most));
  const whole = Number.isInteger(step) ? step : Math.ceil(step);
  const ticks = [first];
  for (let e = Math.ceil((first + whole * 0.5) / whole) * whole; e <= last; e += whole) if (e > first) ticks.push(e);
  return ticks;
}

/** Moves labels apart so that they stand at least `space` from each other, within `low` and `high`. */
export function spread(wanted: readonly number[], space: number, low: number, high: number): number[] {
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  const ys = order.map((o) => o.y);
  for (let pass = 0; pass < 40; pass++) {
    for (let k = 1; k < ys.length; k++) {
      const lack = space - (ys[k] - ys[k - 1]);
      if (lack > 0) {
        ys[k - 1] -= lack / 2;
        ys[k] += lack / 2;
      }
    }
  }
  for (let k = ys.length - 1; k >= 0; k--) ys[k] = Math.min(ys[k], high - space * (ys.length - 1 - k));
  for (let k = 0; k < ys.length; k++) ys[k] = Math.max(ys[k], low + space * k);
  const result = new Array<number>(wanted.length);
  order.forEach((o, k) => (result[o.i] = ys[k]));
  return result;
}
