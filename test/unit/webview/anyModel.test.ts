import assert from 'node:assert/strict';
import fc from 'fast-check';
import { catalogue } from '../../../src/catalogue';
import { describeCatalogue } from '../../../src/host/describe';
import { analyze } from '../../../src/model/analyze';
import { EditRefused, planEdit } from '../../../src/model/edit';
import type { Model } from '../../../src/model/model';
import { NO_SESSION } from '../../../src/protocol/designer';
import { boxesOf, DENSITIES } from '../../../webview/canvas/geometry';
import { mayConnect } from '../../../webview/canvas/gestures';
import { graphOf } from '../../../webview/canvas/graph';
import { layoutOf } from '../../../webview/canvas/layout';
import {
  initialState,
  selected,
  trainable,
  withSession,
  withSnapshot,
  withToggled,
} from '../../../webview/store/state';

const described = describeCatalogue(catalogue);
const start = `{ "version": 1, "layers": [
  { "id": "input", "kind": "input", "shape": [8, 8, 2] },
  { "id": "flat", "kind": "flatten" },
  { "id": "out", "kind": "dense", "units": 2, "activation": "softmax" }
] }`;

/** A valid model that some gestures made: layers of any kind put anywhere, and connected anyhow. */
const model: fc.Arbitrary<Model> = fc
  .array(
    fc.record({ kind: fc.constantFrom(...catalogue.layers.keys()), at: fc.nat(20), from: fc.nat(20), to: fc.nat(20) }),
    { maxLength: 14 },
  )
  .map((steps) => {
    let text = start;
    const attempt = (make: (ids: readonly string[]) => Parameters<typeof planEdit>[1]): void => {
      const ids = analyze(text, catalogue).model!.layers.map((l) => l.id);
      try {
        const change = planEdit(text, make(ids), catalogue);
        if (!change) return;
        const after = text.slice(0, change.offset) + change.text + text.slice(change.offset + change.length);
        if (analyze(after, catalogue).model) text = after;
      } catch (error) {
        if (!(error instanceof EditRefused)) throw error;
      }
    };
    for (const { kind, at, from, to } of steps) {
      const params = { ...catalogue.layers.get(kind)!.example };
      attempt((ids) => ({ type: 'addLayer', after: ids[at % ids.length], kind, params }));
      attempt((ids) => ({ type: 'connect', from: ids[from % ids.length], to: ids[to % ids.length] }));
    }
    return analyze(text, catalogue).model!;
  });

describe('the page, given any model', () => {
  it('places every layer, at no other’s place, in every density', () => {
    fc.assert(
      fc.property(model, fc.boolean(), (m, train) => {
        const graph = graphOf(m, described);
        for (const density of DENSITIES) {
          const boxes = boxesOf(graph, { density, train, classes: ['a', 'b'] });
          const { nodes, links, byId } = layoutOf(graph, boxes, density.gap, 900);
          const all = [...nodes.values()];
          assert.deepEqual(all.map((n) => n.id).sort(), m.layers.map((l) => l.id).sort());
          for (const n of all) assert.ok([n.x, n.y, n.width, n.height].every(Number.isFinite), n.id);
          for (const [i, a] of all.entries())
            for (const b of all.slice(i + 1))
              assert.ok(
                a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y,
                `${a.id} and ${b.id} overlap`,
              );
          assert.equal(byId.size, links.length, 'links have names of their own');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('offers only connections that the language makes', () => {
    fc.assert(
      fc.property(model, (m) => {
        const graph = graphOf(m, described);
        const text = JSON.stringify({
          version: 1,
          layers: [...m.layers].map(({ id, kind, inputs }) => ({ id, kind, inputs })),
        });
        for (const a of m.layers)
          for (const b of m.layers) {
            const connect = (): unknown => planEdit(text, { type: 'connect', from: a.id, to: b.id }, catalogue);
            if (mayConnect(graph, a.id, b.id)) assert.ok(connect(), `${a.id} to ${b.id}`);
            else if (a.id !== b.id && !b.inputs.includes(a.id)) assert.throws(connect, EditRefused);
          }
      }),
      { numRuns: 30 },
    );
  });

  it('keeps a selection that is there', () => {
    fc.assert(
      fc.property(model, model, fc.array(fc.nat(20)), (before, after, picks) => {
        const snapshot = {
          version: 1,
          fileName: 'm',
          empty: false,
          model: before,
          current: true,
          editable: true,
          diagnostics: [],
        };
        let state = withSnapshot(initialState({}, false), snapshot);
        for (const pick of picks) state = withToggled(state, before.layers[pick % before.layers.length].id);
        state = withSession(withSnapshot(state, { ...snapshot, version: 2, model: after }), NO_SESSION);
        const chosen = selected(state);
        assert.equal(new Set(chosen).size, chosen.length);
        assert.ok(chosen.every((id) => after.layers.some((l) => l.id === id)));
        assert.equal(trainable(state.snapshot).ok, false);
      }),
      { numRuns: 60 },
    );
  });
});
