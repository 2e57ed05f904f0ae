/** Every number and every spoken sentence of the page, so that they are said the same way everywhere. No DOM here. */
import { bestIndex } from '../src/charts/series';
import type { Shape } from '../src/model/spec';
import type { Change } from '../src/protocol/training';

const MINUS = '\u2212';
const TIMES = '\u00d7';
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const minus = (text: string): string => text.replace('-', MINUS);

/** 8,320 */
export const count = (n: number): string => minus(grouped.format(n));

export { bestIndex };
export { bytes } from '../src/model/words';

/** `1 unit`, `2 units` */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** A checkpoint by its name, as in "shown with its best weights". */
export function weights(checkpoint: string): string {
  const epoch = /^epoch-0*(\d+)$/.exec(checkpoint)?.[1];
  return epoch === undefined ? `${checkpoint} weights` : `weights of epoch ${epoch}`;
}

/** A loss: three decimals; what is too large or too small for them in powers of ten; never "NaN.000". */
export function loss(value: number | undefined): string {
  if (value === undefined) return '\u2013';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '\u221e' : `${MINUS}\u221e`;
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.0005 || size >= 10_000))
    return value.toExponential(1).replace('e+', 'e').replaceAll('-', MINUS);
  if (size >= 1000) return count(value);
  return minus(value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3));
}

/** +0.003 */
export function signed(value: number): string {
  const text = Number.isFinite(value) && Math.abs(value) < 0.0005 ? '0.000' : loss(Math.abs(value));
  return `${value < 0 && text !== '0.000' ? MINUS : '+'}${text}`;
}

/** A unit's value beside a neuron. */
export function value(n: number): string {
  if (!Number.isFinite(n)) return loss(n);
  const size = Math.abs(n);
  return minus(size >= 100 ? n.toFixed(0) : size >= 10 ? n.toFixed(1) : n.toFixed(2));
}

/** 85.9 % of a share. */
export const percent = (share: number | undefined, digits = 0): string =>
  share === undefined ? '\u2013' : Number.isFinite(share) ? `${(share * 100).toFixed(digits)} %` : 'NaN';

/** A rate as it is written: at most two decimals, no trailing zeros. */
export const rate = (r: number): string => String(Math.round(r * 100) / 100);

/** "drop1 → 0.5" or "learning rate → 0.01". */
export const change = ({ layer, parameter, to }: Change): string =>
  `${layer ?? changed(parameter)} \u2192 ${plain(to)}`;

/** What was changed, in words: "optimizer.learningRate" is the learning rate. */
export const changed = (parameter: string): string =>
  parameter.slice(parameter.lastIndexOf('.') + 1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** A number as it is written, at most four digits of it. */
export const plain = (n: number): string => minus(String(Number(n.toPrecision(4))));

/** 0.6 s, 1:05 or 1:02:03 */
export function duration(seconds: number): string {
  // Small networks are done before a clock would show it.
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  return s < 3600
    ? `${Math.floor(s / 60)}:${two(s % 60)}`
    : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

export const shape = (dims: Shape): string => dims.map(count).join(` ${TIMES} `);

/** How much survivors are scaled up, such as "survivors × 1.43". */
export function survivors(r: number): string {
  const scale = 1 / (1 - r);
  return `survivors ${TIMES} ${String(Math.round(scale * 100) / 100)}`;
}

/** "Rate of drop1, 0.5, drops about 64 of 128" */
export const spokenRate = (id: string, r: number, effect: string): string => `Rate of ${id}, ${rate(r)}, ${effect}`;

/** A step's place among all steps, from 1: "step 634" is the one after which 634 are made. */
export const ordinal = (sight: { readonly step: number }): number => sight.step + 1;

export interface MaskWords {
  readonly id: string;
  readonly sample: number;
  readonly batchSize: number;
  /** Row of the data, from 0, where the sample was picked and is no place in a batch. */
  readonly row?: number;
  readonly step: number;
  readonly units: number;
  /** Absent where nothing drops units of this layer. */
  readonly dropped?: number;
  /** Instead, where it is not single units that are dropped: "3 of 16 channels dropped". */
  readonly drops?: string;
  readonly active: number;
  readonly silent: number;
}
/** "dense1, sample 7 of 20, step 634: 62 of 128 dropped, 20 active, 46 silent" */
export function spokenMask(m: MaskWords): string {
  const sample =
    m.row === undefined
      ? `sample ${count(m.sample + 1)} of ${count(m.batchSize)}`
      : `row ${count(m.row + 1)} of the data`;
  const where = `${m.id}, ${sample}, step ${count(m.step)}`;
  const counted = m.dropped === undefined ? undefined : `${count(m.dropped)} of ${count(m.units)} dropped`;
  const told = m.drops ?? counted;
  const drops = told === undefined ? '' : `${told}, `;
  return `${where}: ${drops}${count(m.active)} active, ${count(m.silent)} silent`;
}

export interface NodeWords {
  readonly id: string;
  readonly title: string;
  readonly meta: string;
  readonly parameters: number;
  readonly index: number;
  readonly layers: number;
}
/** "dense1, dense, 128 units, relu, 8,320 parameters, layer 2 of 6" */
export function spokenNode(n: NodeWords): string {
  const parts = [n.id, n.title.toLowerCase(), n.meta];
  if (n.parameters > 0) parts.push(plural(n.parameters, 'parameter'));
  parts.push(`layer ${n.index + 1} of ${n.layers}`);
  return parts.filter(Boolean).join(', ');
}

export interface CurveWords {
  readonly name: string;
  readonly values: readonly number[];
  readonly epochs: readonly number[];
  readonly better: 'lower' | 'higher';
  readonly format: (value: number) => string;
}
/** "Validation loss 0.725 at epoch 63; best 0.521 at epoch 30; rising by 0.003 an epoch." */
export function spokenCurve(c: CurveWords): string {
  const last = c.values.length - 1;
  if (last < 0) return `${c.name}: no epoch yet.`;
  const best = bestIndex(c.values, c.better);
  const parts = [`${c.name} ${c.format(c.values[last])} at epoch ${count(c.epochs[last])}`];
  if (best >= 0) parts.push(`best ${c.format(c.values[best])} at epoch ${count(c.epochs[best])}`);
  const change = slope(c.values.slice(-10));
  if (change !== undefined) {
    const text = c.format(Math.abs(change));
    const still = text === c.format(0);
    parts.push(still ? 'level' : `${change > 0 ? 'rising' : 'falling'} by ${text} an epoch`);
  }
  return `${parts.join('; ')}.`;
}

/** Least-squares change a step; undefined for fewer than three finite values. */
export function slope(values: readonly number[]): number | undefined {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 3) return undefined;
  const middle = (finite.length - 1) / 2;
  let up = 0;
  let down = 0;
  finite.forEach((v, i) => {
    up += (i - middle) * v;
    down += (i - middle) ** 2;
  });
  return up / down;
}

/** A number at an axis: three digits that count, small and large ones in powers of ten. */
export const axis = (n: number): string => digits(n, 3);

/** Both ends of an axis, in as many digits as leave them apart where there is room for so many letters. */
export function ends(low: number, high: number, letters: number): readonly [string, string] {
  for (const most of [3, 2]) {
    const [a, b] = [digits(low, most), digits(high, most)];
    if (a.length + b.length <= letters) return [a, b];
  }
  return [digits(low, 1), digits(high, 1)];
}

function digits(n: number, most: number): string {
  const size = Math.abs(n);
  if (size !== 0 && (size < 0.001 || size >= 100_000)) return minus(n.toExponential(0).replace('e+', 'e'));
  return minus(size >= 1000 ? grouped.format(n) : String(Number(n.toPrecision(most))));
}
