import assert from 'node:assert/strict';
import { catalogue } from '../../../../src/catalogue';
import { analyze } from '../../../../src/model/analyze';
import type { Comparison, Mark } from '../../../../src/model/compare';
import type { Model } from '../../../../src/model/model';

export type Line = Record<string, unknown> & { readonly id: string; readonly kind: string };

export const base: readonly Line[] = [
  { id: 'input', kind: 'input', shape: [2] },
  { id: 'hidden1', kind: 'dense', units: 32, activation: 'relu' },
  { id: 'drop1', kind: 'dropout', rate: 0.5 },
  { id: 'hidden2', kind: 'dense', units: 16, activation: 'relu' },
  { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
];

export function modelOf(layers: readonly Line[], rest: Record<string, unknown> = {}): Model {
  const { model, diagnostics } = analyze(JSON.stringify({ version: 1, layers, ...rest }), catalogue);
  assert.ok(model, JSON.stringify(diagnostics));
  return model;
}

/** The base with some layers replaced by others, or by none. */
export const withLayers = (by: Record<string, readonly Line[]>): Line[] => base.flatMap((l) => by[l.id] ?? [l]);

/** What is not the same: `changed hidden1`. */
export const marks = ({ layers }: Comparison): string[] =>
  layers.filter((l) => l.mark !== 'same').map((l) => `${l.mark} ${l.id}`);

/** `rate 0.5 > 0.3` */
export const changesOf = ({ layers }: Comparison, id: string): string[] =>
  layers
    .find((l) => l.id === id)!
    .changes.map((c) => `${c.path.join('.') || c.of} ${JSON.stringify(c.before)} > ${JSON.stringify(c.after)}`);

const other: Readonly<Record<Mark, Mark>> = { same: 'same', changed: 'changed', added: 'removed', removed: 'added' };

/** Everything a comparison says, without order and with layers named by the ids of both sides. */
export function told({ layers, links, sections, parameters }: Comparison, mirrored = false): unknown {
  const turn = <T extends { before?: unknown; after?: unknown }>(d: T): unknown =>
    mirrored ? { ...d, before: d.after, after: d.before } : { ...d, before: d.before, after: d.after };
  const nameOf = new Map(layers.map((l) => [l.id, JSON.stringify(turn({ before: l.before?.id, after: l.after?.id }))]));
  const sorted = (items: unknown[]): string[] => items.map((i) => JSON.stringify(i)).sort();
  return {
    layers: sorted(
      layers.map((l) => [
        nameOf.get(l.id),
        mirrored ? other[l.mark] : l.mark,
        sorted(l.changes.map((c) => [c.of, c.path, (turn(c) as { before: unknown }).before ?? null])),
      ]),
    ),
    links: sorted(links.map((l) => [nameOf.get(l.from), nameOf.get(l.to), mirrored ? other[l.mark] : l.mark])),
    sections: sorted(sections.map((d) => [d.path, turn(d)])),
    parameters: turn(parameters),
  };
}
