import assert from 'node:assert/strict';
import { createKernels } from '../../../../src/engine/kernels/create';
import { drops } from '../../../../src/engine/lenses/answers';
import { QUANTILES } from '../../../../src/engine/lenses/weightHistory';
import { rowMajor } from '../../../../src/engine/matrices';
import { compile, type Network } from '../../../../src/engine/network';
import { predict, predictMonteCarlo } from '../../../../src/engine/predict';
import { RunHistory } from '../../../../src/engine/replay/history';
import { Trainer } from '../../../../src/engine/trainer';
import { dense, input, modelOf, numbersData, xorData } from '../support';
import { layers, seeing, sigmoid, softmax, started } from './support';

/** Another network with the weights of a trainer's. */
function copyOf({ network }: Trainer): Network {
  const copy = compile(network.model, { maxBatch: 7, gradients: false });
  for (const [name, { values }] of copy.weights)
    values.set(rowMajor(network.weights.get(name)!.values, network.weights.get(name)!.matrix));
  return copy;
}
const near = (a: number, b: number, within = 1e-5): void => assert.ok(Math.abs(a - b) <= within, `${a}, not ${b}`);

for (const [name, output, training] of [
  ['a probability a class', softmax, {}],
  ['one probability for two classes', sigmoid, { loss: 'binaryCrossentropy' }],
] as const)
  describe(`Lenses on a network with ${name}`, () => {
    const trainer = started({ output, training });
    const { dataset } = trainer;
    const see = seeing(trainer, Uint32Array.of(3, 5, 140));
    const probabilities = (part: 'train' | 'validation'): number[][] => {
      const all = Array.from(predict(copyOf(trainer), dataset[part], dataset.target));
      if (output === sigmoid) return all.map((p) => [1 - p, p]);
      return all.flatMap((_, i) => (i % 2 ? [] : [[all[i], all[i + 1]]]));
    };
    const labels = (part: 'train' | 'validation'): number[] =>
      Array.from({ length: dataset[part].count }, (_, i) => dataset[part].targets[2 * i + 1]);

    it('find the samples with the largest loss', () => {
      const { samples, of, meanLoss, noisy, step } = see('worst', { part: 'train', count: 12 });
      const losses = probabilities('train').map((p, i) => -Math.log(p[labels('train')[i]]));
      const sorted = [...losses].sort((a, b) => b - a);
      assert.equal(step, 33);
      assert.equal(of, 150);
      assert.equal(samples.length, 12);
      samples.forEach((s, i) => {
        near(s.loss, sorted[i]);
        near(s.loss, losses[s.position]);
        near(s.probability!.label, Math.exp(-s.loss));
        assert.equal(s.target, labels('train')[s.position]);
        assert.equal(s.row, dataset.train.rows[s.position]);
        assert.deepEqual(s.input, dataset.train.inputs.slice(2 * s.position, 2 * s.position + 2));
        assert.equal(s.noisy, [3, 5, 140].includes(s.position));
      });
      near(meanLoss, trainer.evaluate('train').loss);
      assert.deepEqual(noisy, { all: 3, here: samples.filter((s) => s.noisy).length });
    });

    it('count a cell of the confusion matrix and give its samples', () => {
      for (const cell of [
        [0, 1],
        [1, 0],
        [1, 1],
      ] as const) {
        const { counts, samples } = see('confusion', { part: 'validation', cell });
        assert.equal(samples!.length, Math.min(24, counts[cell[0]][cell[1]]));
        for (const s of samples!) assert.deepEqual([s.target, s.answered], cell);
      }
    });

    it('rank a class by its probability, and say the area that the metric says', () => {
      const one = see('ranking', { part: 'validation', positive: 1 });
      const other = see('ranking', { part: 'validation', positive: 0 });
      near(one.auc, other.auc, 1e-9);
      assert.equal(one.positives, labels('validation').filter((l) => l === 1).length);
      assert.equal(one.positives, other.negatives);
      const p = probabilities('validation').map((q) => q[1]);
      let above = 0;
      labels('validation').forEach((a, i) => {
        labels('validation').forEach((b, j) => {
          if (a === 1 && b === 0) above += p[i] > p[j] ? 1 : p[i] === p[j] ? 0.5 : 0;
        });
      });
      near(one.auc, above / (one.positives * one.negatives), 1e-9);
    });

    it('measure calibration with dropout off and by the mean over masks', () => {
      const { off, monteCarlo } = see('calibration', { part: 'validation', bins: 10, passes: 8 });
      const sure = probabilities('validation').map((p) => Math.max(...p));
      const right = probabilities('validation').map((p, i) => (p[1] > p[0] ? 1 : 0) === labels('validation')[i]);
      const gap = Array.from({ length: 10 }, (_, bin) => {
        const here = [...sure.keys()].filter((i) => Math.ceil(sure[i] * 10) - 1 === bin);
        return Math.abs(here.reduce((sum, i) => sum + (right[i] ? 1 : 0) - sure[i], 0)) / 70;
      });
      near(
        off.ece,
        gap.reduce((a, b) => a + b),
      );
      assert.equal(
        off.counts.reduce((a, b) => a + b),
        70,
      );
      assert.equal(monteCarlo!.passes, 8);
      assert.notEqual(monteCarlo!.ece, off.ece);
      const { mean } = predictMonteCarlo(copyOf(trainer), dataset.validation, dataset.target, 8);
      const columns = mean.length / 70;
      let brier = 0;
      for (let i = 0; i < 70; i++) {
        const second = mean[i * columns + columns - 1];
        brier += (2 * (second - labels('validation')[i]) ** 2) / 70;
      }
      near(monteCarlo!.brier, brier);
    });

    it('draw the answers over the plane, and what masks make of them', () => {
      const found = see('surface', { side: 5, passes: 6 });
      const { grid, off, columns, monteCarlo, points } = found;
      assert.equal(columns, 2);
      const copy = copyOf(trainer);
      for (const point of [0, 7, 12, 24]) {
        const [x, y] = [point % 5, Math.floor(point / 5)].map((at, i) => {
          const [low, high] = grid.ranges[i];
          return low + (at / 4) * (high - low);
        });
        copy.input.set([x, y]);
        copy.forward('evaluate', 1);
        near(off[2 * point + 1], copy.output[copy.outputSize - 1]);
        let mean = 0;
        const all: number[] = [];
        for (let pass = 0; pass < 6; pass++) {
          copy.forward('sample', 1, 2 ** 31 + pass);
          all.push(copy.output[copy.outputSize - 1]);
          mean += all[pass] / 6;
        }
        near(monteCarlo!.mean[2 * point + 1], mean);
        near(monteCarlo!.deviation[2 * point], Math.sqrt(all.reduce((sum, p) => sum + (p - mean) ** 2, 0) / 6));
        const h = (p: number): number => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
        near(monteCarlo!.entropy![point], h(mean));
        near(monteCarlo!.mutualInformation![point], h(mean) - all.reduce((sum, p) => sum + h(p) / 6, 0));
      }
      assert.equal(points.targets.length, 220);
      assert.equal(
        points.noisy.reduce((a, b) => a + b),
        3,
      );
      assert.equal(points.noisy[140], 1);
      assert.equal(
        points.validation.reduce((a, b) => a + b),
        70,
      );
      assert.deepEqual(points.inputs.slice(0, 300), dataset.train.inputs);
    });

    it('give what each unit answers over the plane', () => {
      const { layers, grid } = see('responses', { side: 4, mostUnits: 12 });
      assert.deepEqual(
        layers.map((l) => [l.id, l.units]),
        [
          ['input', 2],
          ['h', 9],
          ['d', 9],
          ['o', output === sigmoid ? 1 : 2],
        ],
      );
      const copy = copyOf(trainer);
      copy.input.set([grid.ranges[0][1], grid.ranges[1][0]]);
      copy.forward('evaluate', 1);
      const { values } = copy.layer('h');
      for (let unit = 0; unit < 9; unit++) near(layers[1].values[unit * 16 + 3], values[unit]);
    });

    it('give what the connections of small layers weigh, and of no others', () => {
      const { layers, step } = see('weights', { mostUnits: 9 });
      assert.equal(step, 33);
      assert.deepEqual(
        layers.map(({ id, inputs, units }) => [id, inputs, units]),
        [
          ['h', 2, 9],
          ['o', 9, output === sigmoid ? 1 : 2],
        ],
      );
      for (const { id, values } of layers) {
        const { values: kept, matrix } = trainer.network.weights.get(`${id}/kernel`)!;
        assert.deepEqual(values, Float32Array.from(rowMajor(kept, matrix)));
      }
      assert.deepEqual(see('weights', { mostUnits: 8 }).layers, []);
    });

    it('see inside: weights, gradients of the next batch, activations', () => {
      const found = see('inside', {});
      assert.equal(found.part, 'validation');
      assert.equal(found.samples, 70);
      assert.equal(found.batch, 10);
      assert.deepEqual(
        found.layers.map((l) => [l.id, l.tensors.map((t) => t.name)]),
        [
          ['h', ['kernel', 'bias']],
          ['o', ['kernel', 'bias']],
        ],
      );
      const copy = copyOf(trainer);
      const values: number[][] = Array.from({ length: 9 }, () => []);
      for (let at = 0; at < 70; at++) {
        copy.put(dataset.validation, at, 0);
        copy.forward('evaluate', 1);
        for (let u = 0; u < 9; u++) values[u].push(copy.layer('h').values[u]);
      }
      const { activations, tensors } = found.layers[0];
      near(activations.zero, values.flat().filter((v) => v === 0).length / 630);
      near(activations.mean, values.flat().reduce((a, b) => a + b) / 630);
      assert.deepEqual(
        activations.dead,
        [...values.keys()].filter((u) => values[u].every((v) => v === 0)),
      );
      assert.equal(
        activations.values.counts.reduce((a, b) => a + b),
        630,
      );
      const kernel = trainer.network.weights.get('h/kernel')!;
      near(tensors[0].norm, Math.hypot(...rowMajor(kernel.values, kernel.matrix)));
      assert.equal(
        tensors[0].values.counts.reduce((a, b) => a + b),
        18,
      );
      // The gradients are those of the next step itself.
      const twin = started({ output, training: { ...training, clipNorm: 1e9 } });
      twin.advance();
      const { gradient, matrix } = twin.network.parameters.get('h/kernel')!;
      near(tensors[0].gradientNorm, Math.hypot(...rowMajor(gradient!, matrix)));
    });

    it('change nothing of the run', () => {
      const [watched, alone] = [started({ output, training, steps: 0 }), started({ output, training, steps: 0 })];
      const look = seeing(watched);
      for (let i = 0; i < 60; i++) {
        watched.advance();
        alone.advance();
        look('inside', {});
        look('surface', { side: 3, passes: 2 });
        look('worst', { part: 'train', count: 3 });
        look('calibration', { part: 'train', bins: 5, passes: 2 });
      }
      for (const [name, { values }] of watched.network.weights)
        assert.deepEqual(values, alone.network.weights.get(name)!.values);
    });
  });

describe('Lenses on a network that answers numbers', () => {
  const model = modelOf([input(3), dense('h', 8, { activation: 'relu' }), dense('o', 2)], {
    loss: 'meanSquaredError',
    batchSize: 8,
    epochs: 9,
  });
  const data = numbersData();
  const scale = [
    { scale: 2, offset: 10 },
    { scale: 3, offset: -1 },
  ];
  const trainer = new Trainer(compile(model), { ...data, target: { type: 'numbers', names: ['u', 'v'], scale } });
  for (let i = 0; i < 20; i++) trainer.advance();
  const see = seeing(trainer);

  it('set what was answered against what was wanted, in the data’s units', () => {
    const found = see('residuals', { part: 'validation', output: 1 });
    const answers = predict(copyOf(trainer), data.validation, trainer.dataset.target);
    assert.equal(found.count, 16);
    found.answered.forEach((value, i) => near(value, answers[2 * i + 1]));
    found.wanted.forEach((value, i) => near(value, data.validation.targets[2 * i + 1] * 3 - 1));
    assert.deepEqual(found.rows, data.validation.rows);
    const { samples } = see('worst', { part: 'validation', count: 16 });
    for (const s of samples) near((s.answered as number[])[1], answers[2 * s.position + 1]);
  });

  it('say what there is not', () => {
    assert.throws(() => see('confusion', { part: 'train' }), /for classes/);
    assert.throws(() => see('ranking', { part: 'train', positive: 0 }), /for classes/);
    assert.throws(() => see('calibration', { part: 'train', bins: 3, passes: 0 }), /for classes/);
    assert.throws(() => see('surface', { side: 3, passes: 0 }), /reads 3 numbers/);
    assert.throws(() => see('residuals', { part: 'train', output: 2 }), /0 to 1/);
    assert.throws(() => see('filters', { layer: 'h', from: 0 }), /does not read a picture/);
    assert.throws(() => see('worst', { part: 'test', count: 3 }), /once the run has ended/);
    assert.throws(() => see('worst', { part: 'train', count: 0 }), /whole number from 1/);
    assert.ok(!drops(trainer.network));
  });
});

describe('Activations and gradients over the steps', () => {
  it('are those of the weights of then, as they were seen inside at those steps', () => {
    const model = modelOf([...layers, softmax], { batchSize: 10, epochs: 50 });
    const trainer = new Trainer(compile(model, { kernels: createKernels() }), xorData(150, 40, 0));
    const history = new RunHistory(trainer);
    const see = seeing(trainer, undefined, history);
    const then = new Map<number, ReturnType<typeof see<'inside'>>>();
    while (trainer.step < 40) {
      if (trainer.upcoming()) then.set(trainer.step, see('inside', {}));
      history.keep();
      const event = trainer.advance();
      if (event.type === 'epoch') history.measured(event.record);
    }
    const { steps, layers: seen, step } = see('overSteps', {});
    assert.deepEqual([step, steps], [40, [...history.kept]]);
    assert.ok(steps.length > 10 && steps[0] === 0);
    const { activations, gradients } = seen.find(({ id }) => id === 'h')!;
    for (const [i, at] of steps.entries()) {
      const bands = activations.subarray(i * QUANTILES.length, (i + 1) * QUANTILES.length);
      const all = then.get(at)!.layers.find(({ id }) => id === 'h')!.activations.values;
      // Forty samples fit the few that are taken: quantiles lie within what was seen of all.
      assert.ok(bands[0] >= all.low - 1e-6 && bands[4] <= all.high + 1e-6, `${at}: ${[...bands].join()}`);
      for (let q = 1; q < QUANTILES.length; q++) assert.ok(bands[q] >= bands[q - 1]);
    }
    assert.ok(gradients!.some((g) => g !== 0));
    assert.deepEqual(see('overSteps', {}).layers, seen, 'what is known is not measured again');
  });

  it('forget what the run no longer keeps, and change nothing of it', () => {
    const model = modelOf([...layers, softmax], { batchSize: 10, epochs: 50 });
    const [looked, plain] = [1, 2].map(
      () => new Trainer(compile(model, { kernels: createKernels() }), xorData(150, 40, 0)),
    );
    const history = new RunHistory(looked, { bytes: 2 ** 20, states: 4 });
    const see = seeing(looked, undefined, history);
    while (looked.step < 60) {
      history.keep();
      const event = looked.advance();
      if (event.type === 'epoch') history.measured(event.record);
      plain.advance();
      if (looked.step % 7 === 0) assert.ok(see('overSteps', {}).steps.length <= 4);
    }
    for (const [name, { values }] of looked.network.weights)
      assert.deepEqual(values, plain.network.weights.get(name)!.values);
  });
});
