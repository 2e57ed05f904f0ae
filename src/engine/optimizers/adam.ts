import { defineOptimizer } from '../define';

/** Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1. */
export const adam = defineOptimizer({
  kind: 'adam',
  title: 'Adam',
  help: 'Gives each weight its own step size from running averages of its gradient and of its square. A good first choice.',
  parameters: {
    learningRate: {
      type: 'number',
      title: 'Learning rate',
      help: 'About how far one step may move a weight.',
      above: 0,
      max: 10,
      step: 0.0005,
      default: 0.001,
    },
    beta1: {
      type: 'number',
      title: 'Beta 1',
      help: 'How much of the running average of gradients is kept at each step.',
      min: 0,
      below: 1,
      step: 0.01,
      default: 0.9,
    },
    beta2: {
      type: 'number',
      title: 'Beta 2',
      help: 'How much of the running average of squared gradients is kept at each step.',
      min: 0,
      below: 1,
      step: 0.001,
      default: 0.999,
    },
    epsilon: {
      type: 'number',
      title: 'Epsilon',
      help: 'Added to the divisor, so that a weight whose gradients are all near 0 does not leap.',
      above: 0,
      max: 1,
      default: 1e-8,
    },
  },
  example: { learningRate: 0.001 },
  slots: () => ['m', 'v'],
  create({ learningRate, beta1, beta2, epsilon }) {
    return {
      update(weights, gradient, [m, v], time) {
        // The averages begin at 0 and are too small at first: dividing by 1 - beta^t makes up for it.
        const correction1 = 1 - Math.pow(beta1, time);
        const correction2 = 1 - Math.pow(beta2, time);
        for (let i = 0; i < weights.length; i++) {
          const g = gradient[i];
          const mean = beta1 * m[i] + (1 - beta1) * g;
          const square = beta2 * v[i] + (1 - beta2) * g * g;
          m[i] = mean;
          v[i] = square;
          weights[i] -= (learningRate * (mean / correction1)) / (Math.sqrt(square / correction2) + epsilon);
        }
      },
    };
  },
});
