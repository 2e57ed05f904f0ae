// Small real runs whose truth is known: what they came to is measured on thousands of fresh samples that no verdict sees.
import type { JsonObject } from '../../../src/model/json';

export type Set = 'tuning' | 'heldOut';

/** Tasks, each learned in all of some ways. */
export interface Family {
  readonly set: Set;
  readonly tasks: readonly Task[];
  readonly ways: (task: Task) => readonly Way[];
  /** Of the first network of each task; the next ones count on. */
  readonly seed: number;
}

/** One thing to learn, from so many samples. */
export interface Task {
  readonly name: string;
  readonly data: JsonObject;
  readonly input: number;
  /** Units of the output; 1 with `number`. */
  readonly outputs: number;
  readonly number?: true;
  /** Epochs that are told of: a run goes on to twice as many, for the truth alone. */
  readonly epochs: number;
  /** What divides the units of its larger networks, to keep runs short. */
  readonly batchSize?: number;
  /** Such as 10 where the networks that are right need more units than most. */
  readonly wide?: number;
}

export const drawn = (source: string, train: number, validation: number, more: JsonObject = {}): JsonObject => ({
  source,
  samples: train + validation + 3000,
  split: { train, validation, test: 3000 },
  seed: 5,
  ...more,
});
export const table = (name: string, target: string, split: JsonObject, more: JsonObject = {}): JsonObject => ({
  source: 'csv',
  path: `data/${name}.csv`,
  target,
  split,
  seed: 2,
  ...more,
});

export const digits = (train: number, validation: number, more: JsonObject = {}): JsonObject =>
  table('digits', 'digit', { train, validation, test: 900 }, { scale: 'divide', divisor: 16, ...more });

export const plane = { input: 2, outputs: 2 };
const tasks: readonly Task[] = [
  { name: 'moons', data: drawn('moons', 100, 60, { noise: 0.25 }), ...plane, epochs: 80 },
  { name: 'spiral', data: drawn('spiral', 200, 150), ...plane, epochs: 100, wide: 4 },
  { name: 'gaussians', data: drawn('gaussians', 60, 200), ...plane, epochs: 60 },
  {
    name: 'moons, wrong labels',
    data: drawn('moons', 150, 100, { labelNoise: 0.3 }),
    ...plane,
    epochs: 80,
  },
  { name: 'nothing to learn', data: drawn('moons', 100, 100, { noise: 30 }), ...plane, epochs: 60 },
  { name: 'digits', data: digits(200, 200), input: 64, outputs: 10, epochs: 40, wide: 2 },
  {
    name: 'wine',
    data: table('wine', 'class', { train: 60, validation: 38, test: 80 }),
    input: 13,
    outputs: 3,
    epochs: 60,
  },
  {
    name: 'sine',
    data: drawn('sine', 30, 40),
    input: 1,
    outputs: 1,
    number: true,
    epochs: 100,
    wide: 2,
  },
  {
    name: 'diabetes',
    data: table('diabetes', 'progression', { train: 120, validation: 80, test: 242 }, { scaleTarget: 'standardize' }),
    input: 10,
    outputs: 1,
    number: true,
    epochs: 60,
  },
  { name: 'many moons', data: drawn('moons', 1500, 400, { noise: 0.2 }), ...plane, epochs: 30 },

  { name: 'circles', data: drawn('circles', 80, 80), ...plane, epochs: 80, wide: 2 },
  { name: 'xor', data: drawn('xor', 120, 40), ...plane, epochs: 80, wide: 2 },
  { name: 'checkerboard', data: drawn('checkerboard', 400, 200), ...plane, epochs: 60, wide: 4 },
  {
    name: 'circles, wrong labels',
    data: drawn('circles', 200, 80, { labelNoise: 0.2 }),
    ...plane,
    epochs: 60,
    wide: 2,
  },
  { name: 'nothing in circles', data: drawn('circles', 150, 60, { noise: 30 }), ...plane, epochs: 60 },
  {
    name: 'digits, wrong labels',
    data: digits(300, 300, { labelNoise: 0.2 }),
    input: 64,
    outputs: 10,
    epochs: 40,
    wide: 2,
  },
  {
    name: 'breast cancer',
    data: table('breast-cancer', 'class', { train: 100, validation: 80, test: 389 }),
    input: 30,
    outputs: 2,
    epochs: 50,
  },
  {
    name: 'plane',
    data: drawn('plane', 40, 60, { noise: 0.3 }),
    input: 2,
    outputs: 1,
    number: true,
    epochs: 80,
  },
  {
    name: 'diabetes, other samples',
    data: table(
      'diabetes',
      'progression',
      { train: 200, validation: 100, test: 142 },
      { scaleTarget: 'standardize', seed: 9 },
    ),
    input: 10,
    outputs: 1,
    number: true,
    epochs: 60,
  },
  { name: 'many spirals', data: drawn('spiral', 1200, 300), ...plane, epochs: 40, wide: 4 },
  { name: 'few moons', data: drawn('moons', 50, 50, { noise: 0.35 }), ...plane, epochs: 60 },
  { name: 'xor, blurred', data: drawn('xor', 300, 100, { noise: 0.3 }), ...plane, epochs: 50, wide: 2 },
  {
    name: 'gaussians, wrong labels',
    data: drawn('gaussians', 200, 100, { noise: 0.9, labelNoise: 0.15 }),
    ...plane,
    epochs: 50,
  },
  {
    name: 'blurred sine',
    data: drawn('sine', 80, 60, { noise: 0.4 }),
    input: 1,
    outputs: 1,
    number: true,
    epochs: 80,
    wide: 2,
  },
  { name: 'many digits', data: digits(600, 250), input: 64, outputs: 10, epochs: 25, wide: 2 },
  {
    name: 'wine, other samples',
    data: table('wine', 'class', { train: 40, validation: 58, test: 80 }, { seed: 8 }),
    input: 13,
    outputs: 3,
    epochs: 80,
  },
  {
    name: 'breast cancer, other samples',
    data: table('breast-cancer', 'class', { train: 180, validation: 100, test: 289 }, { seed: 8 }),
    input: 30,
    outputs: 2,
    epochs: 40,
  },
  { name: 'nothing in spirals', data: drawn('spiral', 120, 120, { noise: 20 }), ...plane, epochs: 60 },
];

/** One network and how it is trained. */
export interface Way {
  readonly name: string;
  readonly hidden: readonly number[];
  /** Of the hidden layers: "relu" unless told otherwise. */
  readonly activation?: string;
  /** Penalty on the weights of the hidden layers. */
  readonly l2?: number;
  readonly batchNorm?: true;
  readonly rate?: number;
  readonly optimizer: JsonObject;
  /** Share of the task's epochs. */
  readonly share?: number;
  /** Trained to know what can be reached; no case. */
  readonly reference?: true;
}
export const adam = (learningRate: number): JsonObject => ({ kind: 'adam', learningRate });

const ways = ({ wide = 1 }: Task): readonly Way[] => [
  { name: 'one unit', hidden: [1], optimizer: adam(0.03) },
  { name: 'right size', hidden: [12 * wide], optimizer: adam(0.01) },
  { name: 'dropout', hidden: [32 * wide, 16 * wide], rate: 0.25, optimizer: adam(0.01) },
  { name: 'far too large', hidden: [128, 128], optimizer: adam(0.005) },
  { name: 'too much dropout', hidden: [12 * wide, 12 * wide], rate: 0.85, optimizer: adam(0.01) },
  { name: 'too short', hidden: [12 * wide], optimizer: adam(0.001), share: 0.25 },
  { name: 'small steps', hidden: [24 * wide], optimizer: adam(0.00003) },
  { name: 'large steps', hidden: [24, 24], optimizer: adam(0.6) },
  { name: 'reference a', hidden: [48 * wide], rate: 0.2, optimizer: adam(0.005), reference: true },
  { name: 'reference b', hidden: [48 * wide, 24 * wide], optimizer: adam(0.003), reference: true },
];

export const firstFamily: Family = { set: 'tuning', tasks, ways, seed: 11 };

export const modelText = (task: Task, way: Way, epochs: number, seed: number): string =>
  JSON.stringify({
    version: 1,
    data: task.data,
    layers: [
      { id: 'input', kind: 'input', shape: [task.input] },
      ...way.hidden.flatMap((units, i) => [
        {
          id: `hidden${i + 1}`,
          kind: 'dense',
          units,
          activation: way.activation ?? 'relu',
          ...(way.l2 !== undefined && { l2: way.l2 }),
        },
        ...(way.batchNorm ? [{ id: `norm${i + 1}`, kind: 'batchNorm' }] : []),
        ...(way.rate === undefined ? [] : [{ id: `drop${i + 1}`, kind: 'dropout', rate: way.rate }]),
      ]),
      { id: 'output', kind: 'dense', units: task.outputs, activation: task.number ? 'linear' : 'softmax' },
    ],
    training: {
      loss: task.number ? 'meanSquaredError' : 'crossentropy',
      optimizer: way.optimizer,
      batchSize: task.batchSize ?? 20,
      epochs,
      seed,
    },
  });
