import { defineOptimizer } from '../define';
import { adamParameters } from './shared';

/** Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1. */
export const adam = defineOptimizer({
  kind: 'adam',
  title: 'Adam',
  help: 'Gives each weight its own step size from running averages of its gradient and of its square. A good first choice.',
  parameters: adamParameters,
  example: { learningRate: 0.001 },
  slots: () => ['m', 'v'],
  create({ beta1, beta2, epsilon }) {
    return {
      update(weights, gradient, [m, v], time, learningRate) {
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
