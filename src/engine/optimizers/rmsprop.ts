import { defineOptimizer } from '../define';
import { epsilonOf, rateOf } from './shared';

/**
 * Tieleman and Hinton, "Lecture 6.5: RMSprop" (2012); centred as Graves, "Generating Sequences With Recurrent Neural
 * Networks" (2013). In PyTorch's form, which adds epsilon behind the root (Keras adds it under the root).
 */
export const rmsprop = defineOptimizer({
  kind: 'rmsprop',
  title: 'RMSprop',
  help: 'Divides each weight’s gradient by the root of a running average of its square.',
  parameters: {
    learningRate: rateOf(0.01, 'About how far one step may move a weight.'),
    rho: {
      type: 'number',
      title: 'Rho',
      help: 'How much of the running average of squared gradients is kept at each step (PyTorch: alpha).',
      min: 0,
      below: 1,
      step: 0.01,
      default: 0.99,
    },
    epsilon: epsilonOf(1e-8),
    momentum: {
      type: 'number',
      title: 'Momentum',
      help: 'Share of the last move that goes into the next one.',
      min: 0,
      below: 1,
      step: 0.05,
      default: 0,
    },
    centered: {
      type: 'boolean',
      title: 'Centred',
      help: 'Divide by the gradient’s running standard deviation instead.',
      default: false,
    },
  },
  example: { learningRate: 0.001 },
  slots: ({ momentum, centered }) => ['square', ...(centered ? ['mean'] : []), ...(momentum > 0 ? ['momentum'] : [])],
  create({ rho, epsilon, momentum, centered }) {
    return {
      form: `rmsprop${centered ? '-centered' : ''}${momentum > 0 ? '-momentum' : ''}`,
      coefficients(_time, learningRate, to) {
        to[0] = learningRate;
        to[1] = rho;
        to[2] = epsilon;
        to[3] = momentum;
      },
      update(weights, gradient, slots, { 0: rate, 1: keep, 2: eps, 3: share }) {
        const square = slots[0];
        const mean = centered ? slots[1] : undefined;
        const velocity = momentum > 0 ? slots[slots.length - 1] : undefined;
        for (let i = 0; i < weights.length; i++) {
          const g = gradient[i];
          const s = keep * square[i] + (1 - keep) * g * g;
          square[i] = s;
          let variance = s;
          if (mean) {
            const a = keep * mean[i] + (1 - keep) * g;
            mean[i] = a;
            variance = Math.max(0, s - a * a);
          }
          let move = g / (Math.sqrt(variance) + eps);
          if (velocity) {
            move += share * velocity[i];
            velocity[i] = move;
          }
          weights[i] -= rate * move;
        }
      },
    };
  },
});
