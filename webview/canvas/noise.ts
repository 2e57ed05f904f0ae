/** What the kinds of the dropout family that drop nothing do to a value: they multiply it or add to it. Pure. */
import type { ModelLayer } from '../../src/model/model';
import type { Sight } from '../../src/protocol/training';
import * as words from '../words';

/** Below this a value tells nothing of what it was multiplied by. */
const NOTHING = 1e-6;

const before = (layer: ModelLayer, sight: Sight): Float32Array | undefined =>
  sight.layers.find((l) => l.id === layer.inputs[0])?.values;

/**
 * Of Gaussian dropout: how far each factor is from 1, 0 where the value is 0 and nothing can be multiplied.
 * @returns undefined for other kinds
 */
export function factorsOf(layer: ModelLayer, sight: Sight): Float32Array | undefined {
  if (layer.kind !== 'gaussianDropout') return undefined;
  const from = before(layer, sight);
  const to = sight.layers.find((l) => l.id === layer.id)?.values;
  if (!from || !to) return undefined;
  return to.map((v, i) => (Math.abs(from[i]) > NOTHING ? v / from[i] - 1 : 0));
}

/** Smallest and largest factor, or number added, of the sample; undefined for kinds without noise, or where all is 0. */
export function noiseRange(layer: ModelLayer, sight: Sight): readonly [number, number] | undefined {
  const from = before(layer, sight);
  const to = sight.layers.find((l) => l.id === layer.id)?.values;
  const multiplies = layer.kind === 'gaussianDropout';
  if (!from || !to || (!multiplies && layer.kind !== 'gaussianNoise')) return undefined;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < to.length; i++) {
    if (multiplies && Math.abs(from[i]) <= NOTHING) continue;
    const noise = multiplies ? to[i] / from[i] : to[i] - from[i];
    low = Math.min(low, noise);
    high = Math.max(high, noise);
  }
  return low <= high ? [low, high] : undefined;
}

/** "multiplied by 0.42 to 1.63, nothing dropped" */
export function spokenNoise(layer: ModelLayer, sight: Sight): string | undefined {
  const range = noiseRange(layer, sight);
  if (!range) return undefined;
  const [low, high] = range.map(words.value);
  return layer.kind === 'gaussianDropout'
    ? `values multiplied by ${low} to ${high}, nothing dropped`
    : `noise of ${low} to ${high} added, nothing dropped`;
}

/** "1.20 × 0.83 = 1.00": what became of one value. */
export function noiseAt(layer: ModelLayer, sight: Sight, i: number): string | undefined {
  const from = before(layer, sight)?.[i];
  const to = sight.layers.find((l) => l.id === layer.id)?.values[i];
  if (from === undefined || to === undefined) return undefined;
  if (layer.kind === 'gaussianNoise') return `${words.value(from)} + ${words.value(to - from)} = ${words.value(to)}`;
  if (layer.kind !== 'gaussianDropout') return undefined;
  if (Math.abs(from) <= NOTHING) return '0, whatever it is multiplied by';
  return `${words.value(from)} \u00d7 ${words.value(to / from)} = ${words.value(to)}`;
}
