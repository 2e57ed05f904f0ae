import assert from 'node:assert/strict';
import type { Dataset, Samples } from '../../../src/engine/dataset';
import { evaluate } from '../../../src/engine/evaluation';
import { createKernels } from '../../../src/engine/kernels/create';
import { isFusedAvailable } from '../../../src/engine/kernels/wasm/machine';
import { rowMajor } from '../../../src/engine/matrices';
import { compile, type Network } from '../../../src/engine/network';
import { Random } from '../../../src/engine/rng/philox';
import { Trainer } from '../../../src/engine/trainer';
import { dense, input, modelOf } from './support';

const LOSSES = [
  { loss: 'crossentropy', activation: 'softmax', columns: 3 },
  {
    loss: { kind: 'crossentropy', labelSmoothing: 0.1, classWeights: 'given', weights: [1, 2, 3] },
    activation: 'softmax',
    columns: 3,
  },
  { loss: 'binaryCrossentropy', activation: 'sigmoid', columns: 2 },
  { loss: 'meanSquaredError', activation: 'linear', columns: 2 },
  { loss: 'meanAbsoluteError', activation: 'linear', columns: 2 },
  { loss: { kind: 'huber', delta: 0.5 }, activation: 'linear', columns: 2 },
];

/** Samples, some as often as `weights` says. */
function samplesOf(columns: number, count: number, activation: string): Samples {
  const random = new Random(5, 'samples');
  const isNumber = activation === 'linear';
  return {
    count,
    inputs: Float32Array.from({ length: 4 * count }, () => random.uniform() * 2 - 1),
    targets: Float32Array.from({ length: columns * count }, (_, i) =>
      isNumber ? random.uniform() * 2 - 1 : +(i % columns === Math.floor(i / columns) % columns),
    ),
    rows: Uint32Array.from({ length: count }, (_, i) => i),
  };
}

const modelFor = ({ loss, activation, columns }: (typeof LOSSES)[number], dropped = false) =>
  modelOf(
    [
      input(4),
      dense('hidden', 5, { activation: 'tanh' }),
      dense('output', columns, { activation }),
      // Something behind the output: its loss is that of probabilities.
      ...(dropped ? [{ id: 'behind', kind: 'dropout', rate: 0.2 }] : []),
    ],
    { loss, batchSize: 12 },
  );

function pass(network: Network, samples: Samples): { total: number; gradients: number[][] } {
  for (let i = 0; i < samples.count; i++) network.put(samples, i, i);
  network.forward('evaluate', samples.count);
  const total = network.totalLoss();
  network.backward();
  return {
    total,
    gradients: [...network.parameters.values()].map(({ gradient, matrix }) => [...rowMajor(gradient!, matrix)]),
  };
}

describe('sample weights', () => {
  for (const wanted of LOSSES)
    for (const dropped of wanted.activation === 'linear' ? [false] : [false, true])
      it(`of ${JSON.stringify(wanted.loss)}${dropped ? ' behind a layer' : ''}: a sample of weight 2 counts as two, one of weight 0 as none`, () => {
        const network = compile(modelFor(wanted, dropped), { precision: 'float64' });
        const samples = samplesOf(wanted.columns, 4, wanted.activation);
        const times = [2, 0, 1, 3];
        const order = times.flatMap((n, i) => Array.from({ length: n }, () => i));
        const many: Samples = {
          count: order.length,
          inputs: Float32Array.from(order.flatMap((i) => [...samples.inputs.subarray(4 * i, 4 * i + 4)])),
          targets: Float32Array.from(
            order.flatMap((i) => [...samples.targets.subarray(wanted.columns * i, wanted.columns * (i + 1))]),
          ),
          rows: Uint32Array.from(order),
        };
        const repeated = pass(network, many);
        const weighted = pass(network, { ...samples, weights: Float32Array.from(times) });
        assert.ok(Math.abs(weighted.total - repeated.total) <= 1e-12 * Math.abs(repeated.total));
        // Both divide by the number of samples that there are.
        const share = many.count / samples.count;
        weighted.gradients.forEach((own, p) =>
          own.forEach((g, i) => assert.ok(Math.abs(g - repeated.gradients[p][i] * share) <= 1e-12)),
        );
        // What is put without weights afterwards counts 1 again.
        const plain = pass(network, samples);
        const ones = pass(network, { ...samples, weights: new Float32Array(4).fill(1) });
        assert.ok(Math.abs(plain.total - ones.total) <= 1e-12 * plain.total);
        assert.deepEqual(plain.gradients, ones.gradients);
      });

  for (const wanted of LOSSES)
    it(`of ${JSON.stringify(wanted.loss)}: the kernels in WebAssembly compute what the reference does`, () => {
      const samples = { ...samplesOf(wanted.columns, 12, wanted.activation), weights: new Float32Array(12) };
      samples.weights.forEach((_, i) => (samples.weights[i] = ((i * 5) % 7) / 3));
      const reference = pass(compile(modelFor(wanted)), samples);
      for (const numerics of isFusedAvailable() ? (['strict', 'fused'] as const) : (['strict'] as const)) {
        const found = pass(compile(modelFor(wanted), { kernels: createKernels({ numerics }) }), samples);
        assert.ok(Math.abs(found.total - reference.total) <= 1e-5 * Math.abs(reference.total), numerics);
        found.gradients.forEach((own, p) => {
          const scale = Math.max(...reference.gradients[p].map(Math.abs));
          own.forEach((g, i) => assert.ok(Math.abs(g - reference.gradients[p][i]) <= 1e-5 * scale, numerics));
        });
      }
    });

  it('weigh the loss of every part, and leave metrics alone', () => {
    const wanted = LOSSES[3];
    const model = modelFor(wanted);
    const train = samplesOf(2, 12, 'linear');
    const weights = Float32Array.from({ length: 12 }, (_, i) => i / 4);
    const target: Dataset['target'] = { type: 'numbers', names: ['a', 'b'] };
    const network = compile(model);
    const plain = evaluate(network, train, target);
    const weighted = evaluate(network, { ...train, weights }, target);
    assert.equal(weighted.rmse, plain.rmse);
    assert.equal(weighted.r2, plain.r2);
    let sum = 0;
    for (let i = 0; i < 12; i++) {
      const one = {
        ...train,
        count: 1,
        inputs: train.inputs.subarray(4 * i, 4 * i + 4),
        targets: train.targets.subarray(2 * i, 2 * i + 2),
      };
      sum += weights[i] * evaluate(network, one as Samples, target).loss;
    }
    assert.ok(Math.abs(weighted.loss - sum / 12) < 1e-6);
  });

  it('change what is learned: samples of weight 0 teach nothing', () => {
    const wanted = LOSSES[3];
    const samples = samplesOf(2, 12, 'linear');
    const weights = Float32Array.from({ length: 12 }, (_, i) => Number(i < 6));
    const trained = (targets: Float32Array, w?: Float32Array): number[] => {
      const part: Samples = { ...samples, targets, ...(w && { weights: w }) };
      const dataset: Dataset = {
        title: 'test',
        inputShape: [4],
        inputNames: [],
        target: { type: 'numbers', names: ['a', 'b'] },
        train: part,
        validation: part,
        test: part,
      };
      const trainer = new Trainer(compile(modelFor(wanted)), dataset);
      while (!trainer.end) trainer.advance();
      return [...trainer.network.weights.values()].flatMap(({ values }) => [...values]);
    };
    const other = samples.targets.map((t, i) => (i >= 12 ? -t : t));
    assert.deepEqual(trained(samples.targets, weights), trained(other, weights));
    assert.notDeepEqual(trained(samples.targets), trained(other));
  });
});
