import { rowMajor, store } from './matrices';
import type { Weight } from './network';
import type { Real, Tensor } from './real';
import type { Updates } from './updates';

/** A weight, and a copy of it from the best epoch. */
export interface Kept {
  readonly weight: Weight;
  readonly best: Real;
}

/** A tensor as it stands in memory. */
type Stored = Tensor & Pick<Weight, 'matrix'>;

/** All that a trainer works on, by the names in a checkpoint. */
function tensorsOf(kept: readonly Kept[], updates: Updates, withBest: boolean): Map<string, Stored> {
  const tensors = new Map<string, Stored>();
  for (const { weight, best } of kept) {
    const { name, shape, values, matrix } = weight;
    tensors.set(name, { shape, values, matrix });
    if (withBest) tensors.set(`best/${name}`, { shape, values: best, matrix });
  }
  for (const { parameter, slots } of updates.updated) {
    const { name, shape, matrix } = parameter;
    slots.forEach((slot, i) =>
      tensors.set(`optimizer/${name}/${updates.slotNames[i]}`, { shape, values: slot, matrix }),
    );
  }
  return tensors;
}

/** The same as copies, row-major. */
export function copiesOf(kept: readonly Kept[], updates: Updates, withBest: boolean): Map<string, Tensor> {
  const copies = new Map<string, Tensor>();
  for (const [name, { shape, values, matrix }] of tensorsOf(kept, updates, withBest))
    copies.set(name, { shape, values: rowMajor(values, matrix) });
  return copies;
}

/** Puts copies back where they were taken. */
export function putBack(
  copies: ReadonlyMap<string, Tensor>,
  kept: readonly Kept[],
  updates: Updates,
  withBest: boolean,
): void {
  for (const [name, { values, matrix }] of tensorsOf(kept, updates, withBest)) {
    const from = copies.get(name)!.values;
    if (matrix) store(values, from, matrix);
    else values.set(from);
  }
}

/** The shape of each of them, where the optimizer keeps these slots. */
export function shapesOf(
  kept: readonly Kept[],
  updates: Updates,
  withBest: boolean,
  slotNames: readonly string[],
): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const { weight } of kept) {
    shapes.set(weight.name, weight.shape);
    if (withBest) shapes.set(`best/${weight.name}`, weight.shape);
  }
  for (const { parameter } of updates.updated)
    for (const slot of slotNames) shapes.set(`optimizer/${parameter.name}/${slot}`, parameter.shape);
  return shapes;
}
