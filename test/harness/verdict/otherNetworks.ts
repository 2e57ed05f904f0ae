// Other samples and other kinds of networks: held out once, looked at since, and now among those that the limits are chosen on.
import type { JsonObject } from '../../../src/model/json';
import { adam, digits, drawn, type Family, plane, table, type Task, type Way } from './cases';

const number = { outputs: 1, number: true } as const;

const tasks: readonly Task[] = [
  { name: 'moons, other samples', data: drawn('moons', 70, 70, { noise: 0.2, seed: 31 }), ...plane, epochs: 60 },
  { name: 'few spirals', data: drawn('spiral', 120, 90, { seed: 32 }), ...plane, epochs: 80, wide: 4 },
  {
    name: 'circles, blurred',
    data: drawn('circles', 250, 100, { noise: 0.2, seed: 33 }),
    ...plane,
    epochs: 50,
    wide: 2,
  },
  {
    name: 'checkerboard, wrong labels',
    data: drawn('checkerboard', 600, 200, { labelNoise: 0.1, seed: 34 }),
    ...plane,
    epochs: 50,
    wide: 4,
    batchSize: 32,
  },
  { name: 'xor, few', data: drawn('xor', 60, 60, { noise: 0.15, seed: 35 }), ...plane, epochs: 70, wide: 2 },
  {
    name: 'gaussians, close',
    data: drawn('gaussians', 150, 80, { noise: 1.2, seed: 36 }),
    ...plane,
    epochs: 60,
  },
  {
    name: 'few sines',
    data: drawn('sine', 50, 30, { noise: 0.3, seed: 37 }),
    input: 1,
    ...number,
    epochs: 80,
    wide: 2,
  },
  { name: 'plane, blurred', data: drawn('plane', 80, 40, { noise: 0.8, seed: 38 }), input: 2, ...number, epochs: 60 },
  {
    name: 'digits, other samples',
    data: digits(400, 150, { seed: 39 }),
    input: 64,
    outputs: 10,
    epochs: 30,
    wide: 2,
    batchSize: 32,
  },
  {
    name: 'alcohol of wine',
    data: table(
      'wine',
      'alcohol',
      { train: 60, validation: 38, test: 80 },
      { scaleTarget: 'standardize', ignore: ['class'], seed: 40 },
    ),
    input: 12,
    ...number,
    epochs: 60,
  },
  {
    name: 'sex in diabetes',
    data: table(
      'diabetes',
      'sex',
      { train: 160, validation: 80, test: 202 },
      { targetType: 'class', ignore: ['progression'], seed: 41 },
    ),
    input: 9,
    outputs: 2,
    epochs: 60,
  },
  {
    name: 'body mass in diabetes',
    data: table('diabetes', 'bmi', { train: 150, validation: 90, test: 202 }, { scaleTarget: 'standardize', seed: 42 }),
    input: 10,
    ...number,
    epochs: 60,
  },
  {
    name: 'breast cancer, few samples',
    data: table('breast-cancer', 'class', { train: 60, validation: 60, test: 449 }, { seed: 43 }),
    input: 30,
    outputs: 2,
    epochs: 50,
  },
  {
    name: 'nothing in a checkerboard',
    data: drawn('checkerboard', 160, 100, { noise: 30, seed: 44 }),
    ...plane,
    epochs: 60,
  },
];

const momentum = (learningRate: number): JsonObject => ({ kind: 'sgd', learningRate, momentum: 0.9 });

const ways = ({ wide = 1 }: Task): readonly Way[] => [
  { name: 'two units', hidden: [2], activation: 'tanh', optimizer: adam(0.02) },
  { name: 'momentum', hidden: [16 * wide], optimizer: momentum(0.05) },
  { name: 'dropout, tanh', hidden: [40 * wide, 20 * wide], activation: 'tanh', rate: 0.3, optimizer: adam(0.008) },
  { name: 'far too large, normalized', hidden: [96, 96], batchNorm: true, optimizer: adam(0.005) },
  { name: 'heavy penalty', hidden: [24 * wide, 12 * wide], l2: 0.1, optimizer: adam(0.01) },
  { name: 'four layers of sigmoids', hidden: [12, 12, 12, 12], activation: 'sigmoid', optimizer: adam(0.01) },
  { name: 'too short, momentum', hidden: [16 * wide], optimizer: momentum(0.01), share: 0.25 },
  { name: 'large steps, momentum', hidden: [24, 24], optimizer: momentum(1.5) },
  { name: 'reference c', hidden: [48 * wide], rate: 0.2, optimizer: adam(0.005), reference: true },
  { name: 'reference d', hidden: [32 * wide, 32 * wide], optimizer: adam(0.003), reference: true },
  { name: 'reference e', hidden: [12 * wide], activation: 'tanh', optimizer: adam(0.01), reference: true },
];

export const otherNetworks: Family = { set: 'tuning', tasks, ways, seed: 211 };
