import assert from 'node:assert/strict';
import { activations } from '../../../src/engine/activations/index';
import { layers } from '../../../src/engine/layers/index';
import { writtenKinds } from '../../../src/formats/onnx/kinds';
import { writeOnnx } from '../../../src/formats/onnx/write';
import type { Model } from '../../../src/model/model';
import { dense, input, modelOf } from '../../unit/engine/support';
import { aloneOf, answersOf, distance, runOnnx, trainedOf } from './support';

const inference = { variant: 'inference', scaling: false } as const;
const close = 1e-5;

describe('A network as ONNX, run by ONNX Runtime', function () {
  this.timeout(60_000);

  it('has a form for every kind of layer', () => {
    assert.deepEqual(
      [...layers.keys()].filter((kind) => !writtenKinds.includes(kind)),
      [],
    );
  });

  for (const kind of layers.values())
    it(`answers as the engine does: ${kind.kind}`, async () => {
      const model = aloneOf(kind);
      const { network, trained } = trainedOf(model);
      const { x, y, rows } = answersOf(network, kind);
      const { bytes } = writeOnnx(trained, '{}', inference);
      const seen = await runOnnx(bytes, x, [rows, ...model.layers[0].shape]);
      assert.deepEqual(seen.shape, [rows, ...model.layers.at(-1)!.shape]);
      assert.ok(distance(seen.values, y) < close, `differs by ${distance(seen.values, y)}`);
    });

  /** What tells a kind's dropping from another's: more than its example says. */
  const dropping: readonly (readonly [string, object])[] = [
    ['dropout', { rate: 0.3 }],
    ['dropout', { rate: 0.5, noiseShape: [null, 1, 1, null] }],
    ['spatialDropout', {}],
    ['dropBlock', {}],
    ['stochasticDepth', {}],
    ['dropConnect', {}],
    ['alphaDropout', { rate: 0.2 }],
    ['gaussianDropout', {}],
    ['gaussianNoise', {}],
  ];
  for (const [name, more] of dropping)
    it(`drops as the engine does, with other random numbers: ${name} ${JSON.stringify(more)}`, async () => {
      const kind = layers.get(name)!;
      const pictured = 'noiseShape' in more ? { ...kind, exampleInputs: [[3, 3, 4]] } : kind;
      const { network, trained } = trainedOf(aloneOf(pictured, more));
      const { x } = answersOf(network);
      const count = 3000;
      // One sample, many times: only the masks differ.
      const one = x.subarray(0, network.inputSize);
      const batch = new Float32Array(count * one.length);
      for (let row = 0; row < count; row++) batch.set(one, row * one.length);
      const { bytes } = writeOnnx(trained, '{}', { ...inference, variant: 'training' });
      const theirs = await runOnnx(bytes, batch, [count, ...network.model.layers[0].shape]);
      const ours = new Float32Array(count * network.outputSize);
      network.input.set(one);
      for (let row = 0; row < count; row++) {
        network.forward('sample', 1, row);
        ours.set(network.output.subarray(0, network.outputSize), row * network.outputSize);
      }
      for (let unit = 0; unit < network.outputSize; unit++) {
        const [a, b] = [theirs.values, ours].map((all) => momentsOf(all, unit, network.outputSize));
        // Six standard errors of a difference: one test in a billion fails by chance.
        const error = Math.hypot(a.deviation, b.deviation) / Math.sqrt(count);
        assert.ok(Math.abs(a.mean - b.mean) <= 6 * error + 1e-6, `unit ${unit}: mean ${a.mean}, ours ${b.mean}`);
        assert.ok(
          Math.abs(a.deviation - b.deviation) <= 0.2 * b.deviation + 1e-6,
          `unit ${unit}: ${a.deviation}, ours ${b.deviation}`,
        );
        assert.ok(Math.abs(a.zeros - b.zeros) < 0.08, `unit ${unit}: ${a.zeros} are 0, ours ${b.zeros}`);
      }
    });

  it('says what ONNX cannot say', () => {
    const model = modelOf([input(8), { id: 'd', kind: 'dropout', rate: 0.5, mode: 'exact' }, dense('o', 2)], null);
    const { notes } = writeOnnx(trainedOf(model).trained, '{}', { ...inference, variant: 'training' });
    assert.deepEqual(
      notes.map((note) => note.layer),
      ['d'],
    );
  });

  for (const kind of activations.keys())
    it(`answers as the engine does: dense and a picture activated by ${kind}`, async () => {
      const model = modelOf(
        [
          input(5, 5, 2),
          { id: 'c', kind: 'conv2d', filters: 3, kernelSize: 3, activation: kind },
          { id: 'f', kind: 'flatten' },
          dense('d', 4, { activation: kind }),
        ],
        null,
      );
      const { network, trained } = trainedOf(model);
      const { x, y, rows } = answersOf(network);
      const seen = await runOnnx(writeOnnx(trained, '{}', inference).bytes, x, [rows, 5, 5, 2]);
      assert.ok(distance(seen.values, y) < close, `differs by ${distance(seen.values, y)}`);
    });

  const windows = { kernelSize: [3, 2], strides: [2, 3], padding: 'same' };
  const networks: Readonly<Record<string, Model>> = {
    'windows of odd sizes, strides and gaps': modelOf(
      [
        input(7, 8, 2),
        { id: 'a', kind: 'conv2d', filters: 3, ...windows },
        {
          id: 'b',
          kind: 'conv2d',
          filters: 4,
          kernelSize: 2,
          dilationRate: [2, 1],
          padding: 'same',
          bias: false,
          activation: 'tanh',
        },
        { id: 'c', kind: 'maxPool2d', poolSize: [3, 2], strides: [2, 1], padding: 'same' },
        { id: 'd', kind: 'averagePool2d', poolSize: [2, 2], strides: [1, 2], padding: 'same' },
      ],
      null,
    ),
    'a residual network with branches of both layouts': modelOf(
      [
        input(6, 6, 3),
        { id: 'a', kind: 'conv2d', filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' },
        { id: 'n', kind: 'batchNorm', scale: false },
        { id: 'sum', kind: 'add', inputs: ['n', 'input'] },
        { id: 'joined', kind: 'concat', inputs: ['sum', 'input', 'a'] },
        { id: 'l', kind: 'layerNorm', axis: 'all', center: false },
        { id: 'p', kind: 'activation', activation: 'softmax' },
        { id: 'm', kind: 'multiply', inputs: ['p', 'joined'] },
        { id: 'g', kind: 'globalAveragePool2d' },
        dense('o', 3, { activation: 'softmax' }),
      ],
      null,
    ),
    sequences: modelOf(
      [
        input(9, 2),
        { id: 'c', kind: 'conv1d', filters: 3, kernelSize: 4, strides: 2, padding: 'same', activation: 'elu' },
        { id: 'n', kind: 'batchNorm', center: false },
        { id: 'f', kind: 'flatten' },
        { id: 'b', kind: 'batchNorm' },
        { id: 'drop', kind: 'dropout' },
      ],
      null,
    ),
  };
  for (const [name, model] of Object.entries(networks))
    it(`answers as the engine does: ${name}`, async () => {
      const { network, trained } = trainedOf(model);
      const { x, y, rows } = answersOf(network);
      const seen = await runOnnx(writeOnnx(trained, '{}', inference).bytes, x, [rows, ...model.layers[0].shape]);
      assert.ok(distance(seen.values, y) < close, `differs by ${distance(seen.values, y)}`);
      assert.equal(seen.name, model.output);
    });

  it('takes and gives the numbers of the data where scaling is part of it', async () => {
    const { network, trained } = trainedOf(
      modelOf([input(3), dense('h', 5, { activation: 'tanh' }), dense('o', 2)], null),
    );
    const scaling = { offset: [1, 2, 0.5], scale: [2, 0.25, 1], logarithm: [0, 1, 0] };
    const scale = [
      { scale: 3, offset: -1 },
      { scale: 0.5, offset: 10 },
    ];
    const raw = Float32Array.of(1, 2, 3, 0.5, 0.25, -7);
    network.input.set(
      raw.map((v, i) => ((i % 3 === 1 ? Math.log1p(v) : v) - scaling.offset[i % 3]) / scaling.scale[i % 3]),
    );
    network.forward('evaluate', 2);
    const wanted = Float32Array.from(
      network.output.subarray(0, 4),
      (v, i) => v * scale[i % 2].scale + scale[i % 2].offset,
    );
    const { bytes } = writeOnnx({ ...trained, scaling, target: { type: 'numbers', names: ['u', 'v'], scale } }, '{}', {
      variant: 'inference',
      scaling: true,
    });
    const seen = await runOnnx(bytes, raw, [2, 3]);
    assert.ok(distance(seen.values, wanted) < close, `differs by ${distance(seen.values, wanted)}`);
    assert.equal(seen.name, 'o');
  });
});

/** Of one unit over all rows. */
function momentsOf(
  values: Float32Array,
  unit: number,
  units: number,
): { mean: number; deviation: number; zeros: number } {
  const rows = values.length / units;
  let mean = 0;
  let squares = 0;
  let zeros = 0;
  for (let row = 0; row < rows; row++) {
    const value = values[row * units + unit];
    mean += value / rows;
    squares += value ** 2 / rows;
    zeros += Number(value === 0) / rows;
  }
  return { mean, deviation: Math.sqrt(Math.max(0, squares - mean ** 2)), zeros };
}
