import { ancestorsOf } from './connecting';
import type { Model, ModelLayer } from './model';

/** A layer read by another, in one model or in both. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly mark: 'same' | 'added' | 'removed';
}

/**
 * The layers of both models in one graph. Those of after keep their ids; what was removed has none of theirs, since the same
 * id is the same layer.
 * @param pairs ids of before to ids of after
 */
export function joinGraphs(
  before: Model,
  after: Model,
  pairs: ReadonlyMap<string, string>,
): { readonly model: Model; readonly links: readonly Link[] } {
  const now = (id: string): string => pairs.get(id) ?? id;
  const earlier = new Map<string, readonly string[]>(before.layers.map((l) => [now(l.id), l.inputs.map(now)]));
  const later = new Map<string, readonly string[]>(after.layers.map((l) => [l.id, l.inputs]));
  const removed = before.layers.filter((l) => !pairs.has(l.id));

  const links: Link[] = [];
  const inputs = new Map<string, string[]>([...later].map(([id, of]) => [id, [...of]]));
  for (const { id } of removed) inputs.set(id, []);
  for (const [to, of] of later)
    for (const from of new Set(of)) links.push({ from, to, mark: earlier.get(to)?.includes(from) ? 'same' : 'added' });
  for (const [to, of] of earlier) {
    for (const from of new Set(of)) {
      if (later.get(to)?.includes(from)) continue;
      links.push({ from, to, mark: 'removed' });
      // Where two layers changed places, the former link would close a circle: it is a link, but nothing stands behind it.
      if (from !== to && !ancestorsOf(from, (id) => inputs.get(id)).has(to)) inputs.get(to)!.push(from);
    }
  }

  const layers = new Map([...removed, ...after.layers].map((l) => [l.id, l]));
  const ordered = inOrder(
    removed.map((l) => l.id),
    after.layers.map((l) => l.id),
    inputs,
  ).map((id, index): ModelLayer => ({ ...layers.get(id)!, index, inputs: inputs.get(id)! }));
  return { model: { ...after, layers: ordered }, links };
}

/** Every layer behind what it reads; of those that could come next, what was removed goes first. */
function inOrder(
  removed: readonly string[],
  kept: readonly string[],
  inputs: ReadonlyMap<string, readonly string[]>,
): string[] {
  const placed = new Set<string>();
  const left = new Set([...removed, ...kept]);
  while (left.size > 0) {
    const next = [...left].find((id) => inputs.get(id)!.every((i) => placed.has(i)));
    if (next === undefined) throw new RangeError('The layers read each other in a circle.');
    placed.add(next);
    left.delete(next);
  }
  return [...placed];
}
