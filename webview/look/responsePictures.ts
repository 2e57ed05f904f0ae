/** A small picture a unit of what it answers over the two inputs, on the ground of its neuron. */
import type { Answer } from '../../src/protocol/training';
import type { Palette } from '../canvas/theme';
import { imageOfGrid, mix, rgbOf } from './colour';

export type Responses = Answer<'responses'>;

/** One for each unit; undefined where the layer has none. */
export function responsePictures(
  responses: Responses | undefined,
  layer: string,
  p: Palette,
): readonly HTMLCanvasElement[] | undefined {
  const found = responses?.layers.find((l) => l.id === layer);
  if (!responses || !found) return undefined;
  const { side } = responses.grid;
  const points = side * side;
  let largest = 0;
  for (const value of found.values) largest = Math.max(largest, Math.abs(value));
  const [ground, positive, negative] = [rgbOf(p.bg), rgbOf(p.act), rgbOf(p.neg)];
  return Array.from({ length: found.units }, (_, unit) =>
    imageOfGrid(side, (point) => {
      const value = found.values[unit * points + point];
      return mix(ground, value < 0 ? negative : positive, 0.95 * Math.min(1, Math.abs(value) / (largest || 1)));
    }),
  );
}
