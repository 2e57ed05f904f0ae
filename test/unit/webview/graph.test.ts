import assert from 'node:assert/strict';
import type { DataSummary, LayerMask, Sight } from '../../../src/protocol/training';
import { answersOf, argmax, graphOf, imageOf, metaOf, targetText, unitsShown } from '../../../webview/canvas/graph';
import { BEATS, type Beat } from '../../../webview/store/picture';
import { captionOf } from '../../../webview/train/beats';
import { catalogue, digits, modelOf } from './models';

const maskOf = (dropped: readonly number[], units: number): LayerMask => {
  const bits = new Uint8Array(Math.ceil(units / 8));
  for (const i of dropped) bits[i >> 3] |= 1 << (i & 7);
  return { rate: 0.5, units, dropped: dropped.length, bits };
};
const sightOf = (layers: Sight['layers']): Sight => ({
  step: 1,
  epoch: 1,
  sample: 0,
  batchSize: 4,
  row: 0,
  input: new Float32Array([1, 2]),
  target: 1,
  layers,
  answer: { withMask: new Float32Array([0.4, 0.6]), withoutMask: new Float32Array([0.9, 0.1]) },
});

describe('what a model is to the canvas', () => {
  it('gives each layer its part, and draws a mask on the units it drops', () => {
    const { byId } = graphOf(digits, catalogue);
    assert.deepEqual(
      [...byId.values()].map((n) => n.role),
      ['input', 'layer', 'gate', 'layer', 'gate', 'output'],
    );
    assert.equal(byId.get('dense1')!.maskBy, 'drop1');
    assert.equal(byId.get('drop1')!.drops, 'dense1');
    assert.equal(byId.get('drop1')!.docked, true);
    assert.equal(byId.get('drop1')!.ownMask, false);
  });

  it('draws a mask on the dropout itself where the layer before it has other readers', () => {
    const model = modelOf([
      ['input', 'input', 4],
      ['a', 'dense', 32],
      ['drop', 'dropout', 32, 'a'],
      ['sum', 'add', 32, 'a', 'drop'],
    ]);
    const { byId } = graphOf(model, catalogue);
    assert.equal(byId.get('a')!.maskBy, undefined);
    assert.equal(byId.get('drop')!.ownMask, true);
    assert.equal(byId.get('drop')!.docked, false);
  });

  it('draws the second of two dropouts in a row on itself', () => {
    const model = modelOf([
      ['input', 'input', 4],
      ['a', 'dense', 32],
      ['one', 'dropout', 32],
      ['two', 'dropout', 32],
      ['out', 'dense', 2],
    ]);
    const { byId } = graphOf(model, catalogue);
    assert.equal(byId.get('a')!.maskBy, 'one');
    assert.equal(byId.get('two')!.ownMask, true);
  });

  it('names sizes, activations and pictures', () => {
    const { byId } = graphOf(digits, catalogue);
    assert.equal(byId.get('input')!.meta, '8 \u00d7 8 image');
    assert.equal(byId.get('dense1')!.meta, '128 units, relu');
    assert.equal(byId.get('dense1')!.short, '128 relu');
    assert.equal(byId.get('dense2')!.meta, '64 units');
    assert.equal(metaOf(digits.layers[2], 'gate', catalogue.layers[3]), 'dropout');
    assert.equal(imageOf({ ...digits.layers[0], params: { image: [7, 7] } }), undefined);
  });

  it('counts dropped, active and silent units so that they add up', () => {
    const node = graphOf(digits, catalogue).byId.get('dense1')!;
    const values = new Float32Array(128).fill(0);
    values[0] = 3;
    values[1] = -1;
    values[5] = 9;
    const sight = sightOf([
      { id: 'dense1', values },
      { id: 'drop1', values, mask: maskOf([5, 6, 127], 128) },
    ]);
    const shown = unitsShown(node, sight)!;
    assert.deepEqual([shown.dropped, shown.active, shown.silent, shown.max], [3, 2, 123, 3]);
    assert.equal(unitsShown(node, undefined), undefined);
  });

  it('takes a mask of channels for all units of a channel', () => {
    const model = modelOf([
      ['input', 'input', 8],
      ['maps', 'dense', 8],
      ['drop', 'dropout', 8],
      ['out', 'dense', 2],
    ]);
    const node = graphOf(model, catalogue).byId.get('maps')!;
    const values = new Float32Array(8).fill(1);
    const shown = unitsShown(
      node,
      sightOf([
        { id: 'maps', values },
        { id: 'drop', values, mask: maskOf([1], 2) },
      ]),
    )!;
    assert.equal(shown.dropped, 4);
  });

  it('reads answers as classes, as two classes from one number, and as numbers', () => {
    const sight = sightOf([]);
    const rows = answersOf(sight, ['upper', 'lower']);
    assert.equal(rows[argmax(rows, 'withMask')].name, 'lower');
    assert.equal(rows[argmax(rows, 'without')].name, 'upper');
    const one = { ...sight, answer: { withMask: new Float32Array([0.25]), withoutMask: new Float32Array([0.5]) } };
    assert.deepEqual(
      answersOf(one, ['no', 'yes']).map((r) => [r.name, r.withMask]),
      [
        ['no', 0.75],
        ['yes', 0.25],
      ],
    );
    assert.deepEqual(
      answersOf(sight, [], ['price', 'area']).map((r) => r.name),
      ['price', 'area'],
    );
    const data = { title: '', train: 1, validation: 0, test: 0, inputShape: [2], inputNames: [] };
    assert.equal(targetText(sight, { ...data, classes: ['a', 'b'] }), 'b');
    assert.equal(targetText({ ...sight, target: [3.14159] }, { ...data, classes: [] }), '3.14');
  });

  it('shows in slow motion a part after the other: units, what of them is dropped, what the rest counts from then on', () => {
    const { byId } = graphOf(digits, catalogue);
    const values = new Float32Array(128).fill(1);
    const scaled = values.map((v, i) => (i === 3 ? 0 : 2 * v));
    const sight = sightOf([
      { id: 'dense1', values },
      { id: 'drop1', values: scaled, mask: maskOf([3], 128) },
    ]);
    const at = (beat: Beat) => unitsShown(byId.get('dense1')!, sight, undefined, beat);
    assert.equal(at('input'), undefined);
    assert.ok(unitsShown(byId.get('input')!, sight, undefined, 'input'));
    assert.deepEqual([at('units')!.mask, at('units')!.dropped, at('units')!.active], [undefined, 0, 128]);
    assert.equal(at('mask')!.dropped, 1);
    assert.deepEqual([at('mask')!.values[0], at('scaling')!.values[0], at('answer')!.values[0]], [1, 2, 2]);
    assert.deepEqual([at('scaling')!.max, at('scaling')!.active], [1, 127]);
    assert.equal(unitsShown(byId.get('dense1')!, sight)!.values[0], 1);
  });

  it('says what happens at each beat', () => {
    const graph = graphOf(digits, catalogue);
    const sight = sightOf([{ id: 'drop1', values: new Float32Array(128), mask: maskOf([3, 5], 128) }]);
    const data = { classes: ['no', 'yes'] } as unknown as DataSummary;
    assert.deepEqual(
      BEATS.map((beat) => captionOf(beat, sight, graph, data)),
      [
        'Sample 1 of 4 comes in; it should give yes.',
        'Each layer answers, before anything of it is dropped.',
        'Dropped for this sample: 2 of 128 of dense1.',
        'So that sums stay as large on average: dense1, survivors \u00d7 2.',
        'With this mask yes, 60 %; without a mask no, 90 %.',
      ],
    );
    assert.equal(captionOf('mask', sightOf([]), graph, data), 'No units are dropped in this network.');
  });
});
