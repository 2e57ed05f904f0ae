import assert from 'node:assert/strict';
import fc from 'fast-check';
import { catalogue } from '../../../../src/catalogue';
import { analyze } from '../../../../src/model/analyze';
import type { JsonObject } from '../../../../src/model/json';
import { type EditOperation, EditRefused, planEdit } from '../../../../src/model/edit';
import { apply, chain, commentsOf, refused, text } from './support';

describe('edit', () => {
  it('replaces one number and nothing else', () => {
    const change = planEdit(text, { type: 'setParameter', layer: 'd1', key: 'rate', value: 0.3 }, catalogue);
    assert.deepEqual(change, { offset: text.indexOf('0.5') + 2, length: 1, text: '3' });
  });

  it('writes numbers as people do', () => {
    assert.ok(
      apply(text, { type: 'setParameter', layer: 'd1', key: 'rate', value: 0.1 + 0.2 }).includes('"rate": 0.3\n'),
    );
  });

  it('makes no edit where the text says it already', () => {
    assert.equal(planEdit(text, { type: 'setParameter', layer: 'd1', key: 'rate', value: 0.5 }, catalogue), undefined);
  });

  it('adds a parameter in the manner of its object', () => {
    assert.ok(
      apply(text, { type: 'setParameter', layer: 'h2', key: 'activation', value: 'relu' }).includes(
        '"units": 4, "activation": "relu" } /* odd',
      ),
    );
  });

  it('removes a parameter, so that its default holds', () => {
    const after = apply(text, { type: 'setParameter', layer: 'h1', key: 'activation' });
    assert.ok(after.includes('"units": 8 }, // eight'));
    assert.equal(analyze(after, catalogue).model?.layers[1].params.activation, 'linear');
  });

  it('adds a layer behind another, on a line of its own, with the other’s comment left in place', () => {
    const after = apply(text, { type: 'addLayer', after: 'h1', kind: 'dropout', params: { rate: 0.25 } });
    assert.ok(
      after.includes('}, // eight\n    { "id": "drop1", "kind": "dropout", "rate": 0.25 },\n    {\n      "id": "d1"'),
      after,
    );
    assert.equal(chain(after), '>input input>h1 h1>drop1 drop1>d1 d1>h2 h2>out');
  });

  it('adds a layer behind the last one', () => {
    const after = apply(text, {
      type: 'addLayer',
      after: 'out',
      kind: 'dense',
      params: { units: 2, activation: 'softmax' },
    });
    assert.ok(after.includes('}, // the answer\n    { "id": "dense1"'), after);
    assert.equal(chain(after), '>input input>h1 h1>d1 d1>h2 h2>out out>dense1');
  });

  it('removes a layer and joins its neighbours; comments stay', () => {
    const after = apply(text, { type: 'removeLayer', layer: 'd1' });
    assert.equal(chain(after), '>input input>h1 h1>h2 h2>out');
    const last = apply(text, { type: 'removeLayer', layer: 'h2' });
    assert.equal(chain(last), '>input input>h1 h1>d1 d1>out');
    assert.deepEqual(commentsOf(last), commentsOf(text));
  });

  it('removes the last layer with the comma before it', () => {
    const after = apply(text, { type: 'removeLayer', layer: 'out' });
    assert.equal(chain(after.replace('"crossentropy"', '"meanSquaredError"')), '>input input>h1 h1>d1 d1>h2');
  });

  it('moves a layer one place; comments of lines stay in their lines', () => {
    const after = apply(text, { type: 'moveLayer', layer: 'd1', by: 1 });
    assert.equal(chain(after), '>input input>h1 h1>h2 h2>d1 d1>out');
    assert.equal(apply(after, { type: 'moveLayer', layer: 'd1', by: -1 }), text);
  });

  it('moves layers that name their inputs', () => {
    const named = text
      .replace('"id": "h2",   "kind"', '"id": "h2", "inputs": ["d1"], "kind"')
      .replace('"id": "out",', '"id": "out", "inputs": ["h2"],');
    assert.equal(chain(apply(named, { type: 'moveLayer', layer: 'd1', by: 1 })), '>input input>h1 h1>h2 h2>d1 d1>out');
    assert.equal(chain(apply(named, { type: 'removeLayer', layer: 'd1' })), '>input input>h1 h1>h2 h2>out');
    assert.equal(
      chain(apply(named, { type: 'addLayer', after: 'd1', kind: 'dense', params: { units: 3 } })),
      '>input input>h1 h1>d1 d1>dense1 dense1>h2 h2>out',
    );
  });

  it('renames a layer wherever it is read', () => {
    const named = text.replace('"id": "out",', '"id": "out", "inputs": ["h2"],');
    assert.equal(
      chain(apply(named, { type: 'renameLayer', layer: 'h2', id: 'second' })),
      '>input input>h1 h1>d1 d1>second second>out',
    );
  });

  it('turns "adam" into an object when a parameter of it is set', () => {
    const after = apply(text, { type: 'setValue', path: ['training', 'optimizer', 'learningRate'], value: 0.01 });
    assert.ok(after.includes('"optimizer": { "kind": "adam", "learningRate": 0.01 }'));
  });

  it('makes a section that is missing', () => {
    const bare = '{ "version": 1, "layers": [{ "id": "a", "kind": "input", "shape": [2] }] }';
    const after = apply(bare, { type: 'setValue', path: ['training', 'loss'], value: 'meanSquaredError' });
    assert.deepEqual((JSON.parse(after) as { training: unknown }).training, { loss: 'meanSquaredError' });
  });

  it('keeps Windows line ends', () => {
    const after = apply(text.replaceAll('\n', '\r\n'), { type: 'addLayer', after: 'h1', kind: 'dropout', params: {} });
    assert.ok(!/[^\r]\n/.test(after));
  });

  it('refuses what does not fit, with the reason', () => {
    refused({ type: 'setParameter', layer: 'gone', key: 'rate', value: 0.1 }, /no longer has a layer "gone"/);
    refused({ type: 'setParameters', layers: ['h1', 'gone'], key: 'units', value: 3 }, /no longer has a layer "gone"/);
    refused({ type: 'renameLayer', layer: 'h1', id: 'h2' }, /There is a layer "h2" already/);
    refused({ type: 'renameLayer', layer: 'h1', id: 'a b' }, /cannot be an id/);
    refused({ type: 'moveLayer', layer: 'out', by: 1 }, /no layer behind "out"/);
    refused({ type: 'moveLayer', layer: 'h1', by: -1 }, /"input" is the input/);
  });

  it('any chain of gestures leaves valid text with every comment, and undoing it leaves the very same text', () => {
    const ids = ['input', 'h1', 'd1', 'h2', 'out', 'drop1', 'dense1'];
    const id = fc.constantFrom(...ids);
    const operation: fc.Arbitrary<EditOperation> = fc.oneof(
      fc.record({
        type: fc.constant('setParameter' as const),
        layer: id,
        key: fc.constantFrom('units', 'rate'),
        value: fc.constantFrom(1, 0.25, 7),
      }),
      fc.record({
        type: fc.constant('addLayer' as const),
        after: id,
        kind: fc.constantFrom('dense', 'dropout'),
        params: fc.constantFrom<JsonObject>({}, { units: 3 }),
      }),
      fc.record({ type: fc.constant('removeLayer' as const), layer: id }),
      fc.record({ type: fc.constant('moveLayer' as const), layer: id, by: fc.constantFrom(-1 as const, 1 as const) }),
      fc.record({ type: fc.constant('renameLayer' as const), layer: id, id: fc.constantFrom('x', 'y', 'h1') }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 12 }), (operations) => {
        let now = text;
        const undo: (() => void)[] = [];
        for (const op of operations) {
          let change;
          try {
            change = planEdit(now, op, catalogue);
          } catch (error) {
            assert.ok(error instanceof EditRefused, String(error));
            continue;
          }
          if (!change) continue;
          const { offset, length, text: put } = change;
          const old = now.slice(offset, offset + length);
          now = now.slice(0, offset) + put + now.slice(offset + length);
          undo.push(() => (now = now.slice(0, offset) + old + now.slice(offset + put.length)));
          assert.ok(analyze(now, catalogue).parses, now);
        }
        assert.ok(
          commentsOf(now).length >= commentsOf(text).length - operations.filter((o) => o.type === 'removeLayer').length,
          now,
        );
        while (undo.length) undo.pop()!();
        assert.equal(now, text);
      }),
      { numRuns: 300 },
    );
  });
});
