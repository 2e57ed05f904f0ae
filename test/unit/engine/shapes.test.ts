import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { analyze } from '../../../src/model/analyze';
import { input, type LayerText } from './support';

/** The first error of a model, with the layer that it marks. */
function errorOf(layers: readonly LayerText[]): { message: string; layer: string } {
  const text = JSON.stringify({ version: 1, layers: layers.map((l, i) => ({ id: l.id ?? `l${i}`, ...l })) });
  const [error] = analyze(text, catalogue).diagnostics.filter((d) => d.severity === 'error');
  assert.ok(error, 'no error');
  const layer = layers[error.path[1] as number];
  return { message: error.message, layer: layer.kind };
}
const shapeOf = (layers: readonly LayerText[]): readonly number[] => {
  const text = JSON.stringify({ version: 1, layers: layers.map((l, i) => ({ id: l.id ?? `l${i}`, ...l })) });
  const { model, diagnostics } = analyze(text, catalogue);
  assert.ok(model, diagnostics.map((d) => d.message).join('\n'));
  return model.layers.at(-1)!.shape;
};
const branches = (first: number[], second: number[], join: LayerText): LayerText[] => [
  input(4),
  { id: 'a1', kind: 'dense', units: first.reduce((a, b) => a * b, 1), inputs: ['input'] },
  { id: 'a', kind: 'reshape', shape: first },
  { id: 'b1', kind: 'dense', units: second.reduce((a, b) => a * b, 1), inputs: ['input'] },
  { id: 'b', kind: 'reshape', shape: second },
  { ...join, inputs: ['a', 'b'] },
];

describe('Shapes', () => {
  for (const [name, layers, words] of [
    ['dense on a picture', [input(8, 8, 2), { kind: 'dense', units: 2 }], /\[128\].*\[8, 8, 2\].*"kind": "flatten"/],
    [
      'reshape to another size',
      [input(64), { kind: 'reshape', shape: [8, 9] }],
      /\[8, 9\] has 72.*\[64\].*multiply to 64/,
    ],
    ['add of two shapes', branches([4, 2], [2, 4], { kind: 'add' }), /\[4, 2\].*\[2, 4\] from input 2.*same shape/],
    ['multiply of two shapes', branches([4], [4, 1], { kind: 'multiply' }), /\[4\].*\[4, 1\] from input 2/],
    ['concat of other places', branches([4, 2], [2, 2], { kind: 'concat' }), /last dimension.*\[4, 2\].*\[2, 2\]/],
    ['add with one input', [input(4), { kind: 'add' }], /reads 1 layer,.*at least 2.*"inputs": \["…", "…"\]/],
  ] as [string, LayerText[], RegExp][])
    it(`${name}: names the layer, what was expected and found, and the remedy`, () => {
      const { message, layer } = errorOf(layers);
      assert.match(message, words);
      assert.match(message, /^Layer "l\d"/);
      assert.equal(layer, layers.at(-1)!.kind);
    });

  it('are those of Keras', () => {
    assert.deepEqual(shapeOf([input(8, 8, 2), { kind: 'flatten' }]), [128]);
    assert.deepEqual(shapeOf([input(64), { kind: 'reshape', shape: [8, 8, 1] }]), [8, 8, 1]);
    assert.deepEqual(shapeOf(branches([4, 2], [4, 3], { kind: 'concat' })), [4, 5]);
    assert.deepEqual(shapeOf(branches([4, 2], [4, 2], { kind: 'add' })), [4, 2]);
    assert.deepEqual(shapeOf(branches([4], [3], { kind: 'concat' })), [7]);
  });
});
