import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogue } from '../../../src/catalogue';
import { loadData } from '../../../src/data/load';
import { reference } from '../../../src/engine/kernels/reference';
import { fold, unfold } from '../../../src/engine/kernels/windows';
import type { Windows } from '../../../src/engine/kernels/set';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import { analyze } from '../../../src/model/analyze';
import { ModelError } from '../../../src/model/diagnostics';
import { dense, input, modelOf, numbersData, type LayerText } from './support';
import { filesOf } from '../data/support';

const regression = { loss: 'meanSquaredError' };
const root = process.env.DROPOUT_STUDIO_ROOT ?? process.cwd();

describe('Window kernels', () => {
  /** Windows of 2 x 2 over 2 x 3 values, with a padding of one row above and one column behind. */
  const windows: Windows = {
    height: 2,
    width: 3,
    channels: 1,
    rows: 2,
    columns: 2,
    windowHeight: 2,
    windowWidth: 2,
    strideY: 1,
    strideX: 2,
    dilationY: 1,
    dilationX: 1,
    top: 1,
    left: 0,
  };
  const image = Float32Array.from([1, 2, 3, -4, -5, -6]);

  it('unfold what each window sees, zeros in the padding, and fold it back where it came from', () => {
    const patches = new Float32Array(16).fill(NaN);
    unfold(patches, image, 0, windows);
    assert.deepEqual([...patches], [0, 0, 1, 2, 0, 0, 3, 0, 1, 2, -4, -5, 3, 0, -6, 0]);
    const back = new Float32Array(6).fill(10);
    fold(back, 0, patches, windows);
    // Those of the first row are seen twice.
    assert.deepEqual([...back], [12, 14, 16, 6, 5, 4]);
  });

  it('never take padding for the largest value, and let NaN win', () => {
    const output = new Float32Array(8);
    const chosen = new Uint32Array(8);
    reference.maxPool(output, chosen, Float32Array.from([-1, -2, -3, -4, -5, -6, 1, 2, NaN, 4, 5, 6]), 2, windows);
    assert.deepEqual([...output], [-1, -3, -1, -3, 2, NaN, 5, NaN]);
    assert.deepEqual([...chosen], [0, 2, 0, 2, 7, 8, 10, 8]);
  });

  it('leave padding out of the mean', () => {
    const output = new Float32Array(4);
    reference.averagePool(output, image, 1, windows);
    assert.deepEqual([...output], [1.5, 3, -1.5, -1.5]);
    const gradient = new Float32Array(6);
    reference.averagePoolGradient(gradient, Float32Array.from([2, 3, 4, 6]), 1, windows, false);
    assert.deepEqual([...gradient], [2, 2, 6, 1, 1, 3]);
  });
});

describe('batchNorm', () => {
  const model = modelOf(
    [input(3), dense('h', 4), { id: 'n', kind: 'batchNorm', momentum: 0.5 }, dense('o', 2)],
    regression,
  );

  it('begins with moving averages of mean 0 and variance 1, which no optimizer moves', () => {
    const { weights, parameters } = compile(model);
    assert.deepEqual([...weights.get('n/movingMean')!.values], [0, 0, 0, 0]);
    assert.deepEqual([...weights.get('n/movingVariance')!.values], [1, 1, 1, 1]);
    assert.deepEqual([...parameters.keys()], ['h/kernel', 'h/bias', 'n/gamma', 'n/beta', 'o/kernel', 'o/bias']);
    assert.equal(model.layers.find((l) => l.id === 'n')!.parameters, 8);
  });

  it('moves them only in a step that learns: measurements and pictures leave no trace', () => {
    const network = compile(model, { precision: 'float64' });
    network.input.forEach((_, i) => (network.input[i] = Math.sin(i)));
    const moving = () => [...network.weights.get('n/movingMean')!.values];
    network.forward('train', 4);
    network.forward('evaluate', 4);
    assert.deepEqual(moving(), [0, 0, 0, 0]);
    network.forward('train', 4);
    network.backward();
    const h = network.layer('h').values;
    const means = [0, 1, 2, 3].map((c) => (h[c] + h[c + 4] + h[c + 8] + h[c + 12]) / 4);
    moving().forEach((m, c) => assert.ok(Math.abs(m - means[c] / 2) < 1e-12));
  });

  it('keeps the moving averages of the best epoch with its weights, and in a checkpoint', () => {
    const trainer = new Trainer(compile(model), numbersData());
    for (const event of trainer.events()) if (event.type === 'epoch') break;
    const names = [...trainer.state().tensors.keys()];
    for (const name of ['n/movingMean', 'best/n/movingMean', 'best/n/movingVariance'])
      assert.ok(names.includes(name), name);
    assert.ok(!names.some((name) => /^optimizer\/n\/moving/.test(name)));
    const best = trainer.best!.weights.get('n/movingMean')!.values;
    assert.deepEqual(best, trainer.network.weights.get('n/movingMean')!.values);
    assert.ok(best.some((m) => m !== 0));
  });
});

describe('embedding', () => {
  const layers = (vocabulary: number): LayerText[] => [
    input(3),
    { id: 'words', kind: 'embedding', inputDimension: vocabulary, outputDimension: 4 },
    { id: 'flat', kind: 'flatten' },
    dense('o', 2),
  ];

  it('refuses data that are no indices before training, with layer, value, row and remedy', () => {
    assert.throws(
      () => new Trainer(compile(modelOf(layers(5), regression)), numbersData()),
      (error: unknown) => {
        assert.ok(error instanceof ModelError);
        assert.deepEqual(error.path, ['layers', 1]);
        assert.match(
          error.message,
          /Layer "words" .* 0 to 4, but found -?\d+\.\d+\..*"inputDimension".*row \d+ of numbers/,
        );
        return true;
      },
    );
  });

  it('names layer and value where one comes from elsewhere', () => {
    const network = compile(modelOf(layers(5), regression));
    for (const wrong of [5, -1, 1.5, NaN, Infinity]) {
      network.input.fill(4);
      network.forward('evaluate', 4);
      network.input[7] = wrong;
      assert.throws(() => network.forward('evaluate', 4), new RegExp(`"words".*0 to 4.*found ${wrong}\\.`));
    }
  });
});

describe('A residual network', () => {
  const conv = (id: string, more: object = {}): LayerText => ({
    id,
    kind: 'conv2d',
    filters: 8,
    kernelSize: 3,
    padding: 'same',
    bias: false,
    initializer: 'heNormal',
    ...more,
  });
  const written = {
    version: 1,
    data: {
      source: 'csv',
      path: 'digits.csv',
      target: 'digit',
      scale: 'divide',
      divisor: 16,
      split: { train: 300, validation: 100, test: 200 },
    },
    layers: [
      { id: 'input', kind: 'input', shape: [8, 8, 1] },
      conv('c1'),
      { id: 'n1', kind: 'batchNorm', momentum: 0.9 },
      { id: 'r1', kind: 'activation' },
      conv('c2'),
      { id: 'n2', kind: 'batchNorm', momentum: 0.9 },
      { id: 'sum', kind: 'add', inputs: ['r1', 'n2'] },
      { id: 'r2', kind: 'activation' },
      { id: 'pool', kind: 'maxPool2d' },
      { id: 'flat', kind: 'flatten' },
      { id: 'o', kind: 'dense', units: 10, activation: 'softmax' },
    ],
    training: { loss: 'crossentropy', optimizer: { kind: 'adam', learningRate: 0.005 }, epochs: 6, seed: 7 },
  };

  it('learns digits as pictures [8, 8, 1]', async () => {
    const { model, diagnostics } = analyze(JSON.stringify(written), catalogue);
    assert.ok(model, diagnostics.map((d) => d.message).join('\n'));
    const { dataset } = await loadData(
      model,
      filesOf({ 'digits.csv': await readFile(join(root, 'examples/data/digits.csv')) }),
    );
    const trainer = new Trainer(compile(model), dataset);
    const losses: number[] = [];
    for (const event of trainer.events()) if (event.type === 'epoch') losses.push(event.record.train.loss);
    assert.ok(losses[5] < losses[0] / 8, losses.join());
    assert.ok(trainer.end!.test!.accuracy! > 0.9, String(trainer.end!.test!.accuracy));
  });
});
