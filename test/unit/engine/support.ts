import assert from 'node:assert/strict';
import type { Dataset, Samples } from '../../../src/engine/dataset';
import { MAX_COEFFICIENTS, type UpdateRule } from '../../../src/engine/kernels/functions';
import { layers } from '../../../src/engine/layers/index';
import { losses } from '../../../src/engine/losses/index';
import { metrics } from '../../../src/engine/metrics/index';
import { optimizers } from '../../../src/engine/optimizers/index';
import type { Real } from '../../../src/engine/real';
import { Random } from '../../../src/engine/rng/philox';
import { augmentations } from '../../../src/engine/augmentations/index';
import { rateSchedules } from '../../../src/engine/rateSchedules/index';
import { schedules } from '../../../src/engine/schedules/index';
import { analyze } from '../../../src/model/analyze';
import type { Model } from '../../../src/model/model';

export interface LayerText {
  readonly id?: string;
  readonly kind: string;
  readonly [parameter: string]: unknown;
}

/** A checked model from layers as a file writes them, and a training section whose parts may be left out. */
export function modelOf(written: readonly LayerText[], training: Record<string, unknown> | null = {}): Model {
  const text = JSON.stringify({
    version: 1,
    name: 'test',
    layers: written.map((l, i) => ({ id: l.id ?? `${l.kind}${i}`, ...l })),
    ...(training && {
      training: { loss: 'crossentropy', optimizer: { kind: 'sgd' }, batchSize: 4, epochs: 2, seed: 7, ...training },
    }),
  });
  const { model, diagnostics } = analyze(text, {
    layers,
    losses,
    optimizers,
    metrics,
    schedules,
    rateSchedules,
    augmentations,
    sources: new Map(),
  });
  assert.ok(model, diagnostics.map((d) => d.message).join('\n'));
  return model;
}

export const input = (...shape: number[]): LayerText => ({ id: 'input', kind: 'input', shape });
export const dense = (id: string, units: number, more: object = {}): LayerText => ({
  id,
  kind: 'dense',
  units,
  ...more,
});
export const dropout = (id: string, rate: number): LayerText => ({ id, kind: 'dropout', rate });

/** One update of one weight tensor. @param time its number, from 1 */
export function update(
  rule: UpdateRule,
  weights: Real,
  gradient: Real,
  slots: readonly Real[],
  time: number,
  learningRate: number,
): void {
  const coefficients = new Float64Array(MAX_COEFFICIENTS);
  rule.coefficients(time, learningRate, coefficients);
  rule.update(weights, gradient, slots, coefficients);
}

const split = (count: number, features: number, targets: number, fill: (index: number) => [number[], number[]]) => {
  const samples: Samples = {
    count,
    inputs: new Float32Array(count * features),
    targets: new Float32Array(count * targets),
    rows: Uint32Array.from({ length: count }, (_, i) => i + 100),
  };
  for (let i = 0; i < count; i++) {
    const [x, y] = fill(i);
    samples.inputs.set(x, i * features);
    samples.targets.set(y, i * targets);
  }
  return samples;
};

/** Points in the plane, of the class of the sign of x·y: no line parts them. */
export function xorData(train = 64, validation = 16, test = 16, seed = 3): Dataset {
  const random = new Random(seed, 'data/xor');
  const draw = (count: number) =>
    split(count, 2, 2, () => {
      const x = random.uniform(-1, 1);
      const y = random.uniform(-1, 1);
      return [[x, y], x * y > 0 ? [1, 0] : [0, 1]];
    });
  return {
    title: 'xor',
    inputShape: [2],
    inputNames: ['x', 'y'],
    target: { type: 'classes', names: ['same', 'other'] },
    train: draw(train),
    validation: draw(validation),
    test: draw(test),
  };
}

/** Two numbers of three: a linear map, and a little bend. */
export function numbersData(train = 64, validation = 16, test = 16, seed = 5): Dataset {
  const random = new Random(seed, 'data/numbers');
  const draw = (count: number) =>
    split(count, 3, 2, () => {
      const [a, b, c] = [random.normal(), random.normal(), random.normal()];
      return [
        [a, b, c],
        [0.5 * a - b, Math.tanh(c)],
      ];
    });
  return {
    title: 'numbers',
    inputShape: [3],
    inputNames: ['a', 'b', 'c'],
    target: { type: 'numbers', names: ['u', 'v'] },
    train: draw(train),
    validation: draw(validation),
    test: draw(test),
  };
}
