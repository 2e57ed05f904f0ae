/**
 * What a rate does, in words, before any mask is there to count. Not every kind of the family drops units one by one and
 * scales the rest: what does otherwise must not be told so. Pure.
 */
import type { JsonObject } from '../../src/model/json';
import * as words from '../words';

export interface Dropping {
  readonly kind: string;
  readonly params: JsonObject;
  /** Of what is dropped in one piece: values, or whole channels where the noun says so. */
  readonly units: number;
  readonly noun?: 'channel';
}

const deviation = (rate: number): string => words.value(Math.sqrt(rate / (1 - rate)));
const isExact = ({ params }: Dropping): boolean => params['mode'] === 'exact';
const isShared = ({ params }: Dropping): boolean => Array.isArray(params['noiseShape']);

/** "about 64 of 128": how much of a sample goes. `short` where there is little room. */
export function expected(d: Dropping, rate: number, short = false): string {
  const some = `${words.count(Math.round(rate * d.units))} of ${words.count(d.units)}`;
  switch (d.kind) {
    case 'gaussianDropout':
      return short ? `noise ${deviation(rate)}` : `noise, deviation ${deviation(rate)}`;
    case 'stochasticDepth':
      return `all, in ${words.percent(rate)}${short ? '' : ' of samples'}`;
    default:
      return isExact(d) && !isShared(d)
        ? some
        : `${short ? '\u2248' : 'about'} ${some}${d.noun && !short ? ` ${d.noun}s` : ''}`;
  }
}

/** "survivors × 2": what happens to what is left. */
export function remains(d: Dropping, rate: number): string {
  switch (d.kind) {
    case 'gaussianDropout':
      return 'drops nothing';
    case 'alphaDropout':
      return 'mean, variance kept';
    case 'dropBlock':
      return 'sum kept';
    default:
      return words.survivors(rate);
  }
}

/** "survivors × 2", or what a mask did to what it dropped: alpha dropout sets it to a number, given as `to`. */
export const remained = (d: Dropping, rate: number, to?: number): string =>
  d.kind === 'alphaDropout' && to !== undefined ? `dropped to ${words.value(to)}` : remains(d, rate);

/** How a slider says what it does. */
export function spoken(d: Dropping, rate: number): string {
  switch (d.kind) {
    case 'gaussianDropout':
      return `adds ${expected(d, rate)}, drops nothing`;
    case 'stochasticDepth':
      return `drops everything in ${words.percent(rate)} of samples`;
    default:
      return `drops ${expected(d, rate)}`;
  }
}

/** A sentence or two for the inspector; undefined where the catalogue's own words say it better. */
export function explained(d: Dropping, rate: number): string | undefined {
  if (d.kind !== 'dropout' || isShared(d)) return undefined;
  if (rate === 0) return 'Nothing is dropped: every unit takes part in every sample.';
  const dropped = Math.round(rate * d.units);
  const kept = d.units - dropped;
  const scale = isExact(d) && kept > 0 ? d.units / kept : 1 / (1 - rate);
  const rounded = Math.round(scale * 100) / 100;
  const grown = rounded === 2 ? 'doubled' : `multiplied by ${String(rounded)}`;
  const rest = `Survivors are ${grown}. Nothing is dropped in evaluation.`;
  if (isExact(d))
    return `Exactly ${dropped} of ${d.units} units are dropped in each sample, others every time. ${rest}`;
  const spread = Math.max(1, Math.round(Math.sqrt(d.units * rate * (1 - rate))));
  return `Each unit is dropped with probability ${words.rate(rate)}, drawn anew for each sample: ${dropped} of ${d.units} on average, give or take ${spread}. ${rest}`;
}
