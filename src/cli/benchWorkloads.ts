import type { Dataset, Samples } from '../engine/dataset';
import { Random } from '../engine/rng/philox';
import type { JsonObject } from '../model/json';

/** A network whose training is timed: what `netjson bench` and bench/ share, so that both speak of the same thing. */
export interface Workload {
  readonly id: string;
  readonly title: string;
  /** What a `.netjson` file of it would hold, without data. */
  readonly model: JsonObject;
  readonly inputs: number;
  readonly classes: number;
  readonly batchSize: number;
}

const dense = (id: string, units: number): JsonObject => ({ id, kind: 'dense', units, activation: 'relu' });
const drop = (id: string, rate: number): JsonObject => ({ id, kind: 'dropout', rate });
const answer = (units: number): JsonObject => ({ id: 'output', kind: 'dense', units, activation: 'softmax' });
const conv = (id: string, filters: number): JsonObject => ({
  id,
  kind: 'conv2d',
  filters,
  kernelSize: 3,
  activation: 'relu',
});
const pool = (id: string): JsonObject => ({ id, kind: 'maxPool2d', poolSize: 2 });

const adam: JsonObject = { kind: 'adam', learningRate: 0.001 };
const momentum: JsonObject = { kind: 'sgd', learningRate: 0.01, momentum: 0.9 };

/** Every one of its layers but the input, the last a softmax. */
export function workload(
  id: string,
  title: string,
  shape: readonly number[],
  layers: readonly JsonObject[],
  optimizer: JsonObject,
  batchSize: number,
): Workload {
  const model: JsonObject = {
    version: 1,
    name: title,
    layers: [{ id: 'input', kind: 'input', shape: [...shape] }, ...layers],
    training: { loss: 'crossentropy', optimizer, batchSize, epochs: 1_000_000, seed: 1 },
  };
  const inputs = shape.reduce((product, n) => product * n, 1);
  return { id, title, model, inputs, classes: layers.at(-1)!.units as number, batchSize };
}

export const workloads: readonly Workload[] = [
  workload(
    'a',
    'dense 784-1024-1024-10, Adam',
    [784],
    [
      drop('drop0', 0.2),
      dense('dense1', 1024),
      drop('drop1', 0.5),
      dense('dense2', 1024),
      drop('drop2', 0.5),
      answer(10),
    ],
    adam,
    128,
  ),
  workload(
    'b',
    'dense 784-128-64-10, SGD with momentum',
    [784],
    [dense('dense1', 128), drop('drop1', 0.5), dense('dense2', 64), drop('drop2', 0.5), answer(10)],
    momentum,
    32,
  ),
  workload(
    'c',
    'dense 2-16-16-2, SGD with momentum',
    [2],
    [dense('dense1', 16), drop('drop1', 0.2), dense('dense2', 16), drop('drop2', 0.2), answer(2)],
    momentum,
    16,
  ),
  workload(
    'd',
    'convolutions 16 and 32 on 28x28, Adam',
    [28, 28, 1],
    [
      conv('conv1', 16),
      pool('pool1'),
      conv('conv2', 32),
      pool('pool2'),
      drop('drop1', 0.25),
      { id: 'flat', kind: 'flatten' },
      dense('dense1', 128),
      drop('drop2', 0.5),
      answer(10),
    ],
    adam,
    64,
  ),
];

/** Samples to train and to validate on, with classes drawn at random: how fast a step is does not depend on what they say. */
export function randomData(of: Workload, train: number, validation: number, seed = 1): Dataset {
  const numbers = new Random(seed, 'bench/inputs');
  const classes = new Random(seed, 'bench/classes');
  const samples = (count: number): Samples => {
    const inputs = Float32Array.from({ length: count * of.inputs }, () => numbers.uniform());
    return labelled(
      of,
      inputs,
      Uint8Array.from({ length: count }, () => classes.below(of.classes)),
    );
  };
  return datasetOf(of, samples(train), samples(validation));
}

/** @param labels a class each sample */
export function labelled({ classes }: Workload, inputs: Float32Array, labels: Uint8Array): Samples {
  const count = labels.length;
  const targets = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) targets[i * classes + labels[i]] = 1;
  return { count, inputs, targets, rows: Uint32Array.from({ length: count }, (_, i) => i) };
}

export function datasetOf({ inputs, classes }: Workload, train: Samples, validation: Samples): Dataset {
  return {
    title: 'bench',
    inputShape: [inputs],
    inputNames: Array.from({ length: inputs }, (_, i) => String(i)),
    target: { type: 'classes', names: Array.from({ length: classes }, (_, i) => String(i)) },
    train,
    validation,
    test: { count: 0, inputs: new Float32Array(0), targets: new Float32Array(0), rows: new Uint32Array(0) },
  };
}
