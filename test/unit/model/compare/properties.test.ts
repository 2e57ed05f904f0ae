import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compare, isSame } from '../../../../src/model/compare';
import type { Model } from '../../../../src/model/model';
import { type Line, modelOf, told } from './support';

/** Models with few ids and few parameters, so that two of them have much in common. */
const models = fc
  .array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      kind: fc.constantFrom('dense', 'dropout', 'add'),
      size: fc.constantFrom(4, 8),
      reads: fc.tuple(fc.nat(20), fc.nat(20)),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((drawn): Model => {
    const layers: Line[] = [{ id: 'input', kind: 'input', shape: [4] }];
    const widths = new Map([['input', 4]]);
    for (const { id, kind, size, reads } of drawn) {
      if (widths.has(id)) continue;
      const first = layers[reads[0] % layers.length].id;
      const second = layers[reads[1] % layers.length].id;
      const joins = kind === 'add' && first !== second && widths.get(first) === widths.get(second);
      if (joins) layers.push({ id, kind, inputs: [first, second] });
      else if (kind === 'dropout') layers.push({ id, kind, rate: size / 16, inputs: [first] });
      else layers.push({ id, kind: 'dense', units: size, inputs: [first] });
      widths.set(id, joins || kind === 'dropout' ? widths.get(first)! : size);
    }
    // One layer that nothing reads: the answer.
    const read = new Set(layers.flatMap((l) => (l.inputs as string[] | undefined) ?? []));
    const ends = layers.filter((l) => !read.has(l.id)).map((l) => l.id);
    if (ends.length > 1) layers.push({ id: 'joined', kind: 'concat', inputs: ends });
    return modelOf(layers);
  });

const renamings = fc.constantFrom('x', 'y').map((prefix) => (model: Model): Model => {
  const name = (id: string): string => (id === 'b' || id === 'c' ? `${prefix}${id}` : id);
  return {
    ...model,
    output: name(model.output),
    layers: model.layers.map((l) => ({ ...l, id: name(l.id), inputs: l.inputs.map(name) })),
  };
});
const pairs = fc.oneof(
  fc.tuple(models, models),
  fc.tuple(models, renamings).map(([m, rename]): [Model, Model] => [m, rename(m)]),
);

describe('compare, given any two models', () => {
  it('finds no difference between a model and itself', () => {
    fc.assert(
      fc.property(models, (model) => {
        const found = compare(model, structuredClone(model));
        assert.ok(isSame(found));
        assert.ok(found.layers.every((l) => l.mark === 'same' && l.changes.length === 0));
        assert.ok(found.links.every((l) => l.mark === 'same'));
        assert.deepEqual(
          found.joined.layers.map((l) => [l.id, l.inputs]),
          model.layers.map((l) => [l.id, l.inputs]),
        );
      }),
    );
  });

  it('finds the mirror image the other way round', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        assert.deepEqual(told(compare(b, a), true), told(compare(a, b)));
      }),
      { numRuns: 500 },
    );
  });

  it('takes each layer of either model once, and keeps layers behind what they read', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const { layers, joined, links } = compare(a, b);
        const ids = (of: 'before' | 'after') => layers.flatMap((l) => l[of]?.id ?? []).sort();
        assert.deepEqual(ids('before'), a.layers.map((l) => l.id).sort());
        assert.deepEqual(ids('after'), b.layers.map((l) => l.id).sort());
        const seen = new Set<string>();
        for (const { id, inputs } of joined.layers) {
          assert.ok(!seen.has(id), `${id} stands twice`);
          assert.ok(
            inputs.every((i) => seen.has(i)),
            `${id} stands before one of ${inputs.join(', ')}`,
          );
          for (const from of inputs) assert.ok(links.some((l) => l.from === from && l.to === id));
          seen.add(id);
        }
        for (const l of layers) assert.equal(l.mark === 'changed', l.changes.length > 0);
      }),
      { numRuns: 500 },
    );
  });
});
