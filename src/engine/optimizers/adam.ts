import { defineOptimizer } from '../define';
import type { UpdateRule } from '../kernels/functions';
import { adamParameters } from './shared';

/** Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1. */
export const adam = defineOptimizer({
  kind: 'adam',
  title: 'Adam',
  help: 'Gives each weight its own step size from running averages of its gradient and of its square. A good first choice.',
  parameters: adamParameters,
  example: { learningRate: 0.001 },
  slots: () => ['m', 'v'],
  create: ({ beta1, beta2, epsilon }) => adamRule(beta1, beta2, epsilon, 0),
});

/** Adam's, with the decay of AdamW, which is 0 for Adam itself. */
export function adamRule(beta1: number, beta2: number, epsilon: number, weightDecay: number): UpdateRule {
  return {
    form: 'adam',
    coefficients(time, learningRate, to) {
      to[0] = learningRate;
      to[1] = beta1;
      to[2] = beta2;
      to[3] = epsilon;
      // The averages begin at 0 and are too small at first: dividing by 1 - beta^t makes up for it.
      to[4] = 1 - Math.pow(beta1, time);
      to[5] = 1 - Math.pow(beta2, time);
      to[6] = learningRate * weightDecay;
    },
    update(
      weights,
      gradient,
      { 0: m, 1: v },
      { 0: rate, 1: b1, 2: b2, 3: eps, 4: correction1, 5: correction2, 6: decay },
    ) {
      const keep = 1 - decay;
      if (decay !== 0) for (let i = 0; i < weights.length; i++) weights[i] *= keep;
      for (let i = 0; i < weights.length; i++) {
        const g = gradient[i];
        const mean = b1 * m[i] + (1 - b1) * g;
        const square = b2 * v[i] + (1 - b2) * g * g;
        m[i] = mean;
        v[i] = square;
        weights[i] -= (rate * (mean / correction1)) / (Math.sqrt(square / correction2) + eps);
      }
    },
  };
}
