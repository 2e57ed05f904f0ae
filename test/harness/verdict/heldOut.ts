// The held-out cases: other samples, and ways to train that are none of those that the limits are chosen on.
import type { JsonObject } from '../../../src/model/json';
import { adam, digits, drawn, type Family, plane, table, type Task, type Way } from './cases';

const number = { outputs: 1, number: true } as const;

const tasks: readonly Task[] = [
  { name: 'moons, held out', data: drawn('moons', 120, 100, { noise: 0.3, seed: 51 }), ...plane, epochs: 60 },
  { name: 'spiral, held out', data: drawn('spiral', 300, 120, { seed: 52 }), ...plane, epochs: 70, wide: 4 },
  {
    name: 'circles, held out',
    data: drawn('circles', 120, 100, { noise: 0.15, seed: 53 }),
    ...plane,
    epochs: 60,
    wide: 2,
  },
  {
    name: 'checkerboard, held out',
    data: drawn('checkerboard', 500, 150, { seed: 54 }),
    ...plane,
    epochs: 60,
    wide: 4,
  },
  {
    name: 'xor, wrong labels',
    data: drawn('xor', 200, 100, { labelNoise: 0.2, seed: 55 }),
    ...plane,
    epochs: 60,
    wide: 2,
  },
  { name: 'gaussians, held out', data: drawn('gaussians', 80, 150, { noise: 0.8, seed: 56 }), ...plane, epochs: 60 },
  {
    name: 'sine, held out',
    data: drawn('sine', 60, 80, { noise: 0.25, seed: 57 }),
    input: 1,
    ...number,
    epochs: 80,
    wide: 2,
  },
  { name: 'plane, held out', data: drawn('plane', 50, 80, { noise: 0.5, seed: 58 }), input: 2, ...number, epochs: 60 },
  {
    name: 'digits, held out',
    data: digits(500, 200, { seed: 59 }),
    input: 64,
    outputs: 10,
    epochs: 30,
    wide: 2,
    batchSize: 32,
  },
  {
    name: 'breast cancer, held out',
    data: table('breast-cancer', 'class', { train: 80, validation: 80, test: 409 }, { seed: 60 }),
    input: 30,
    outputs: 2,
    epochs: 50,
  },
  {
    name: 'wine, held out',
    data: table('wine', 'class', { train: 50, validation: 50, test: 78 }, { seed: 61 }),
    input: 13,
    outputs: 3,
    epochs: 60,
  },
  {
    name: 'nothing in gaussians',
    data: drawn('gaussians', 150, 120, { noise: 60, seed: 62 }),
    ...plane,
    epochs: 60,
  },
];

const rmsprop = (learningRate: number): JsonObject => ({ kind: 'rmsprop', learningRate });

const ways = ({ wide = 1 }: Task): readonly Way[] => [
  { name: 'three units', hidden: [3], optimizer: adam(0.02) },
  { name: 'right size, rmsprop', hidden: [14 * wide], optimizer: rmsprop(0.005) },
  { name: 'dropout 0.4', hidden: [48 * wide, 24 * wide], rate: 0.4, optimizer: adam(0.008) },
  { name: 'far too large, tanh', hidden: [160, 80], activation: 'tanh', optimizer: adam(0.004) },
  { name: 'dropout 0.8', hidden: [16 * wide, 16 * wide], rate: 0.8, optimizer: adam(0.01) },
  { name: 'normalized', hidden: [24 * wide, 24 * wide], batchNorm: true, optimizer: adam(0.01) },
  { name: 'penalty', hidden: [24 * wide], l2: 0.05, optimizer: adam(0.01) },
  {
    name: 'too short, gradient descent',
    hidden: [16 * wide],
    optimizer: { kind: 'sgd', learningRate: 0.02, momentum: 0.9 },
    share: 0.25,
  },
  { name: 'slow steps', hidden: [20 * wide], optimizer: adam(0.0001) },
  { name: 'large steps, rmsprop', hidden: [24, 24], optimizer: rmsprop(0.3) },
  { name: 'reference f', hidden: [48 * wide], rate: 0.2, optimizer: adam(0.005), reference: true },
  { name: 'reference g', hidden: [32 * wide, 32 * wide], optimizer: adam(0.003), reference: true },
  { name: 'reference h', hidden: [12 * wide], activation: 'tanh', optimizer: adam(0.01), reference: true },
];

export const heldOut: Family = { set: 'heldOut', tasks, ways, seed: 411 };
