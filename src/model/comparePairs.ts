import { equal } from './differences';
import { type Model, type ModelLayer, readersOf } from './model';

/**
 * Which layer of one model is which of the other: ids of before to ids of after. First by id; then, of those left over,
 * a layer is taken for one that was renamed where kind and parameters are the same and so are its neighbours. Nothing
 * is guessed: where two would do, none is taken. The other way round it finds the same pairs.
 */
export function pairLayers(before: Model, after: Model): Map<string, string> {
  const ids = new Set(after.layers.map((l) => l.id));
  const pairs = new Map(before.layers.filter((l) => ids.has(l.id)).map((l) => [l.id, l.id]));
  const taken = new Set(pairs.values());
  const readers = [readersOf(before), readersOf(after)] as const;

  const correspond = (b: readonly string[], a: readonly string[]): boolean =>
    b.length === a.length && b.every((id, i) => pairs.get(id) === a[i]);
  const correspondInAnyOrder = (b: readonly string[], a: readonly string[]): boolean =>
    b.length === a.length && b.every((id) => a.includes(pairs.get(id) ?? ''));

  /** @param both whether what it reads and what reads it must be the same, or one of the two is enough */
  const round = (both: boolean): boolean => {
    const left = before.layers.filter((l) => !pairs.has(l.id));
    const right = after.layers.filter((l) => !taken.has(l.id));
    const alike = (b: ModelLayer, a: ModelLayer): boolean => {
      if (b.kind !== a.kind || !equal(b.params, a.params)) return false;
      const reads = correspond(b.inputs, a.inputs);
      const isRead = correspondInAnyOrder(readers[0].get(b.id)!, readers[1].get(a.id)!);
      return both ? reads && isRead : reads || isRead;
    };
    const matches = new Map(left.map((b) => [b.id, right.filter((a) => alike(b, a)).map((a) => a.id)]));
    const wanted = new Map<string, number>();
    for (const id of [...matches.values()].flat()) wanted.set(id, (wanted.get(id) ?? 0) + 1);
    let found = false;
    for (const [b, all] of matches) {
      if (all.length !== 1 || wanted.get(all[0]) !== 1) continue;
      pairs.set(b, all[0]);
      taken.add(all[0]);
      found = true;
    }
    return found;
  };
  // Each pair that is found may be the neighbour that tells the next.
  while (round(true) || round(false));
  return pairs;
}
