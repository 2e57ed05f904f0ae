import { defineOptimizer } from '../define';
import { epsilonOf, rateOf } from './shared';

/** Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization" (2011), in PyTorch's form. */
export const adagrad = defineOptimizer({
  kind: 'adagrad',
  title: 'Adagrad',
  help: 'Divides each weight’s gradient by the root of the sum of all its squares so far: steps only ever shrink.',
  parameters: {
    learningRate: rateOf(0.01, 'How far the first step moves a weight, about.'),
    initialAccumulator: {
      type: 'number',
      title: 'Initial sum',
      help: 'What the sum of squares begins with.',
      min: 0,
      max: 1000,
      step: 0.1,
      default: 0,
    },
    epsilon: epsilonOf(1e-10),
    decay: {
      type: 'number',
      title: 'Decay',
      help: 'Divides the learning rate by 1 + decay × steps made.',
      min: 0,
      max: 1000,
      step: 0.01,
      default: 0,
    },
  },
  example: { learningRate: 0.01 },
  slots: () => ['sum'],
  create({ initialAccumulator, epsilon, decay }) {
    return {
      form: 'adagrad',
      coefficients(time, learningRate, to) {
        to[0] = learningRate / (1 + (time - 1) * decay);
        to[1] = initialAccumulator;
        to[2] = epsilon;
      },
      update(weights, gradient, { 0: sum }, { 0: rate, 1: initial, 2: eps }) {
        for (let i = 0; i < weights.length; i++) {
          const g = gradient[i];
          sum[i] += g * g;
          weights[i] -= (rate * g) / (Math.sqrt(initial + sum[i]) + eps);
        }
      },
    };
  },
});
