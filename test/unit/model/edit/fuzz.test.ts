import assert from 'node:assert/strict';
import fc from 'fast-check';
import { catalogue } from '../../../../src/catalogue';
import { analyze } from '../../../../src/model/analyze';
import { type EditOperation, EditRefused, planEdit } from '../../../../src/model/edit';
import { layersText } from '../../../../src/model/edit/clipboard';
import { text } from './support';

const ids = ['input', 'h1', 'd1', 'h2', 'out', 'drop1', 'add1', 'concat1', 'h3', 'd2', 'gone'];
const id = fc.constantFrom(...ids);
const some = fc.uniqueArray(id, { minLength: 1, maxLength: 3 });
const kind = fc.constantFrom(...catalogue.layers.keys());
const copied = fc.oneof(
  fc
    .uniqueArray(fc.constantFrom('input', 'h1', 'd1', 'h2', 'out'), { minLength: 1 })
    .map((l) => layersText(text, l, catalogue)),
  fc.json(),
  fc.string(),
);

/** Every gesture there is on who reads whom, of layers that are there and of others. */
const operation: fc.Arbitrary<EditOperation> = fc.oneof(
  kind.chain((k) =>
    fc.record({
      type: fc.constant('addLayer' as const),
      after: fc.option(id),
      before: fc.option(id, { nil: undefined, freq: 2 }),
      kind: fc.constant(k),
      params: fc.constantFrom({}, catalogue.layers.get(k)!.example),
    }),
  ),
  fc.record({ type: fc.constant('connect' as const), from: id, to: id }),
  fc.record({ type: fc.constant('disconnect' as const), from: id, to: id }),
  fc.record({ type: fc.constant('removeLayers' as const), layers: some }),
  fc.record({ type: fc.constant('duplicateLayers' as const), layers: some }),
  fc.record({ type: fc.constant('pasteLayers' as const), after: fc.option(id), text: copied }),
  fc.record({ type: fc.constant('moveLayer' as const), layer: id, by: fc.constantFrom(-1 as const, 1 as const) }),
);

/** Carries an operation out, or leaves the text where it is refused; whatever else is thrown is a fault. */
function tried(now: string, op: EditOperation): { readonly after: string; readonly undone: string } {
  let change;
  try {
    change = planEdit(now, op, catalogue);
  } catch (error) {
    assert.ok(error instanceof EditRefused || error instanceof RangeError, `${JSON.stringify(op)}: ${String(error)}`);
    assert.ok(error.message.length > 10 && !/undefined|\[object|NaN/.test(error.message), error.message);
    return { after: now, undone: now };
  }
  if (!change) return { after: now, undone: now };
  const { offset, length, text: put } = change;
  const after = now.slice(0, offset) + put + now.slice(offset + length);
  return {
    after,
    undone: after.slice(0, offset) + now.slice(offset, offset + length) + after.slice(offset + put.length),
  };
}

describe('edits, whatever is asked of them', () => {
  it('are made or refused with a reason; the text still parses, has no circle and unique ids, and undo gives it back', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 10 }), (operations) => {
        let now = text;
        for (const op of operations) {
          const { after, undone } = tried(now, op);
          assert.equal(undone, now);
          const { parses, diagnostics } = analyze(after, catalogue);
          assert.ok(parses, after);
          const wrong = diagnostics.find((d) => ['cycle', 'duplicate-id', 'unknown-input', 'syntax'].includes(d.code));
          assert.equal(wrong, undefined, `${JSON.stringify(op)}: ${wrong?.message}\n${after}`);
          now = after;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never fail otherwise on a text that is cut off or has been scribbled in', () => {
    const scribble = fc.record({ at: fc.nat(text.length), remove: fc.nat(20), put: fc.string({ maxLength: 4 }) });
    const cut = fc.nat(text.length).map((at) => text.slice(0, at));
    const scribbled = fc
      .array(scribble, { minLength: 1, maxLength: 3 })
      .map((all) => all.reduce((t, { at, remove, put }) => t.slice(0, at) + put + t.slice(at + remove), text));
    fc.assert(
      fc.property(fc.oneof(cut, scribbled), operation, (now, op) => {
        assert.equal(tried(now, op).undone, now);
      }),
      { numRuns: 2000 },
    );
  });
});
