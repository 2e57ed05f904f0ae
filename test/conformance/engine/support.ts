import assert from 'node:assert/strict';
import type { Dataset, Samples } from '../../../src/engine/dataset';
import type { LayerDefinition } from '../../../src/engine/define';
import { losses } from '../../../src/engine/losses/index';
import { compile, type Network } from '../../../src/engine/network';
import { Random } from '../../../src/engine/rng/philox';
import type { Model } from '../../../src/model/model';
import { sizeOf } from '../../../src/model/spec';
import { dense, input, modelOf, type LayerText } from '../../unit/engine/support';

const ROWS = 3;
/** Of each tensor: enough to meet every part of a kernel, few enough for the example of every kind. */
const CHECKED = 80;

/**
 * Holds gradients against (L(w + h) - L(w - h)) / 2h, in 64-bit floats, masks fixed by the step.
 * @param draw gives one value of the input
 */
export function checkGradients(
  model: Model,
  mode: 'train' | 'evaluate' = 'train',
  draw: (random: Random) => number = (random) => random.normal(),
): void {
  const network = compile(model, { precision: 'float64', maxBatch: ROWS });
  const random = new Random(1, 'gradients');
  for (const { values } of network.parameters.values()) values.forEach((_, i) => (values[i] += random.normal(0, 0.3)));
  network.input.forEach((_, i) => (network.input[i] = draw(random)));
  const { target, range } = losses.get(model.training!.loss.kind)!;
  for (let row = 0; row < ROWS; row++)
    for (let i = 0; i < network.outputSize; i++)
      network.targets[row * network.outputSize + i] =
        target === 'classes' ? Number(i === row % network.outputSize) : range ? random.below(2) : random.normal();
  const mean = (n: Network) => {
    n.forward(mode, ROWS, 5);
    return n.totalLoss() / ROWS;
  };
  mean(network);
  network.backward();
  const h = 1e-5;
  for (const { name, values, gradient } of network.parameters.values()) {
    const analytic = gradient!.slice();
    const some = [...random.permutation(values.length).subarray(0, CHECKED)];
    for (const i of some) {
      const kept = values[i];
      values[i] = kept + h;
      const above = mean(network);
      values[i] = kept - h;
      const below = mean(network);
      values[i] = kept;
      const numeric = (above - below) / (2 * h);
      const error = Math.abs(numeric - analytic[i]) / Math.max(1e-3, Math.abs(numeric) + Math.abs(analytic[i]));
      assert.ok(error < 1e-6, `${name}[${i}]: ${analytic[i]} by backward, ${numeric} by differences`);
    }
  }
}

/** What a kind's example can stand in: a network that learns below it where it hands gradients on, and behind it. */
export interface Stage {
  readonly model: Model;
  /** One value of the input. */
  readonly draw: (random: Random) => number;
}

/** A network around a kind's example, as layer "it". */
export function stageOf(kind: LayerDefinition, training: object = {}): Stage {
  const { exampleInputs, example } = kind;
  const end = [{ id: 'flat', kind: 'flatten' }, dense('o', 2)];
  const it: LayerText = { id: 'it', kind: kind.kind, ...example };
  const wanted = { loss: 'meanSquaredError', optimizer: { kind: 'sgd', learningRate: 0.001 }, ...training };
  if (exampleInputs.length === 0) return { model: modelOf([it, ...end], wanted), draw: (random) => random.normal() };
  if (kind.indices) {
    const model = modelOf([input(...exampleInputs[0]), it, ...end], wanted);
    const below = kind.indices(model.layers.find((l) => l.id === 'it')!.params);
    return { model, draw: (random) => random.below(below) };
  }
  const branches = exampleInputs.flatMap((shape, i): LayerText[] => [
    dense(`h${i}`, sizeOf(shape), { inputs: ['input'] }),
    { id: `shape${i}`, kind: 'reshape', shape },
  ]);
  const inputs = exampleInputs.map((_, i) => `shape${i}`);
  return { model: modelOf([input(4), ...branches, { ...it, inputs }, ...end], wanted), draw: (r) => r.normal() };
}

/** Samples that fit a stage: 10 to train, 4 to validate, 4 to test. */
export function dataFor({ model, draw }: Stage): Dataset {
  const random = new Random(2, 'data/stage');
  const { shape } = model.layers[0];
  const samples = (count: number): Samples => ({
    count,
    inputs: Float32Array.from({ length: count * sizeOf(shape) }, () => draw(random)),
    targets: Float32Array.from({ length: count * 2 }, () => random.normal()),
    rows: Uint32Array.from({ length: count }, (_, i) => i),
  });
  return {
    title: 'stage',
    inputShape: shape,
    inputNames: [],
    target: { type: 'numbers', names: ['u', 'v'] },
    train: samples(10),
    validation: samples(4),
    test: samples(4),
  };
}
