/** Finds kinds by what is typed, keeping the catalogue's groups and order. Pure. */
import type { LayerDescription } from '../../src/protocol/designer';
import type { Model } from '../../src/model/model';

export interface KindGroup {
  readonly name: string;
  readonly kinds: readonly LayerDescription[];
}
const ORDER = ['Inputs', 'Layers', 'Dropout'];

export function search(kinds: readonly LayerDescription[], text: string): readonly KindGroup[] {
  const wanted = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (k: LayerDescription): boolean =>
    wanted.every((w) => `${k.kind} ${k.title} ${k.group}`.toLowerCase().includes(w));
  return ORDER.map((name) => ({ name, kinds: kinds.filter((k) => k.group === name && fits(k)) })).filter(
    (g) => g.kinds.length > 0,
  );
}

/** Behind which layer a new one goes: the selected one; with none selected, the one before the output. */
export function placeFor(model: Model, selection: string | undefined): string | null {
  if (selection !== undefined && model.layers.some((l) => l.id === selection)) return selection;
  const output = model.layers.find((l) => l.id === model.output);
  const before = output?.inputs.at(-1);
  return before ?? model.layers.at(-1)?.id ?? null;
}
