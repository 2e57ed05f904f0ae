/** Which layers are behind a run that does not move, or explodes, in words. */
import type { Answer } from '../../src/protocol/training';
import * as words from '../words';

/** Gradients of a layer that are this much smaller than the largest have all but vanished. */
const VANISHED = 1e-4;
/** Weights or gradients of this size come from no start and no data that is scaled. */
const LARGE = 100;

/** @returns at most three lines, the first layers first: what goes wrong there goes wrong in all behind it */
export function suspects({ layers }: Answer<'health'>): string[] {
  const most = Math.max(...layers.map((l) => l.gradient));
  const lines = layers.flatMap(({ id, units, silent, weights, gradient }, i) => {
    const last = i === layers.length - 1;
    if (weights > LARGE || gradient > LARGE || !Number.isFinite(weights + gradient))
      return [`${id}: weights of about ${words.loss(weights)}, gradients of about ${words.loss(gradient)}.`];
    if (!last && silent === units)
      return [`${id}: all ${words.plural(units, 'unit')} are silent, nothing gets through.`];
    if (!last && silent > units / 2)
      return [`${id}: ${words.count(silent)} of ${words.plural(units, 'unit')} are silent.`];
    if (gradient < VANISHED * most) return [`${id}: gradients have vanished, about ${words.loss(gradient)} a weight.`];
    return [];
  });
  if (lines.length === 0 && most < 1e-7)
    return ['Gradients have vanished in all layers: the loss no longer depends on the weights.'];
  return lines.slice(0, 3);
}
