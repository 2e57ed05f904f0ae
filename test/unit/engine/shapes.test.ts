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

const conv = (kernelSize: unknown, more: object = {}): LayerText => ({
  kind: 'conv2d',
  filters: 5,
  kernelSize,
  ...more,
});
const same = { padding: 'same' };

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
    ['conv2d on a list', [input(64), conv(3)], /conv2d.*\[height, width, channels\].*\[64\].*"shape": \[8, 8, 1\]/],
    ['conv2d on a sequence', [input(8, 3), conv(3)], /found \[8, 3\].*"shape": \[8, 3, 1\]/],
    ['conv2d wider than its input', [input(8, 2, 1), conv(3)], /3 wide.*dimension 2 of \[8, 2\].*"padding": "same"/],
    ['conv2d reaching too far', [input(8, 8, 1), conv(3, { dilationRate: 4 })], /9 wide.*"kernelSize" smaller/],
    ['conv1d on a list', [input(30), { kind: 'conv1d', filters: 2, kernelSize: 3 }], /\[length, channels\].*\[30, 1\]/],
    ['maxPool2d on a list', [input(9), { kind: 'maxPool2d' }], /maxPool2d.*found \[9\].*\[3, 3, 1\]/],
    ['maxPool2d wider than its input', [input(8, 1, 4), { kind: 'maxPool2d' }], /2 wide.*"poolSize" smaller/],
    ['averagePool2d on a list', [input(10), { kind: 'averagePool2d' }], /averagePool2d.*found \[10\].*\[1, 10, 1\]/],
    ['globalAveragePool2d on a list', [input(4), { kind: 'globalAveragePool2d' }], /globalAverage.*found \[4\]/],
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
    assert.deepEqual(shapeOf([input(8, 7, 2), conv(3)]), [6, 5, 5]);
    assert.deepEqual(shapeOf([input(8, 7, 2), conv([2, 3], { strides: [3, 2] })]), [3, 3, 5]);
    assert.deepEqual(shapeOf([input(8, 7, 2), conv(3, same)]), [8, 7, 5]);
    assert.deepEqual(shapeOf([input(8, 7, 2), conv(3, { ...same, strides: 2 })]), [4, 4, 5]);
    assert.deepEqual(shapeOf([input(8, 7, 2), conv(3, { dilationRate: 3 })]), [2, 1, 5]);
    assert.deepEqual(shapeOf([input(9, 2), { kind: 'conv1d', filters: 4, kernelSize: 3, strides: 2 }]), [4, 4]);
    assert.deepEqual(shapeOf([input(7, 6, 2), { kind: 'maxPool2d' }]), [3, 3, 2]);
    assert.deepEqual(shapeOf([input(7, 6, 2), { kind: 'maxPool2d', ...same }]), [4, 3, 2]);
    assert.deepEqual(shapeOf([input(7, 6, 2), { kind: 'averagePool2d', poolSize: [3, 2], strides: 1 }]), [5, 5, 2]);
    assert.deepEqual(shapeOf([input(7, 6, 2), { kind: 'globalAveragePool2d' }]), [2]);
    assert.deepEqual(shapeOf([input(7, 6, 2), { kind: 'batchNorm' }]), [7, 6, 2]);
    assert.deepEqual(shapeOf([input(9), { kind: 'embedding', inputDimension: 5, outputDimension: 3 }]), [9, 3]);
  });

  it('take a lone number for all dimensions of a window, and refuse what is neither', () => {
    const text = (kernelSize: unknown) =>
      JSON.stringify({ version: 1, layers: [{ ...input(8, 8, 1) }, { ...conv(kernelSize), id: 'c' }] });
    assert.deepEqual(analyze(text(3), catalogue).model!.layers[1].params.kernelSize, [3, 3]);
    for (const [kernelSize, words] of [
      ['3', /a whole number from 1, such as 3, or a list of whole numbers from 1, such as \[3, 3\], found "3"/],
      [0, /found 0/],
      [[3], /a list of 2 numbers/],
      [[3, 3, 3], /a list of 2 numbers/],
    ] as const) {
      const [error] = analyze(text(kernelSize), catalogue).diagnostics;
      assert.match(error.message, /Layer "c", "kernelSize"/);
      assert.match(error.message, words);
    }
  });
});
