import { defineOptimizer } from '../define';
import { adamParameters, rateOf } from './shared';

/**
 * Dozat, "Incorporating Nesterov Momentum into Adam" (2016), algorithm 8, with its schedule of momentum
 * mu_t = beta1 (1 - 0.96^(t decay) / 2), as PyTorch's NAdam.
 */
export const nadam = defineOptimizer({
  kind: 'nadam',
  title: 'NAdam',
  help: 'Adam with Nesterov’s momentum: it looks a step ahead along the running average.',
  parameters: {
    ...adamParameters,
    learningRate: rateOf(0.002, 'About how far one step may move a weight.'),
    momentumDecay: {
      type: 'number',
      title: 'Momentum decay',
      help: 'How quickly momentum grows from half of beta 1 to beta 1.',
      min: 0,
      max: 1,
      step: 0.001,
      default: 0.004,
    },
  },
  example: { learningRate: 0.002 },
  slots: () => ['m', 'v'],
  create({ beta1, beta2, epsilon, momentumDecay }) {
    const momentum = (time: number): number => beta1 * (1 - 0.5 * Math.pow(0.96, time * momentumDecay));
    // Of all momenta up to `productOf`: made again from the start where a run is gone on with.
    let product = 1;
    let productOf = 0;
    return {
      form: 'nadam',
      coefficients(time, learningRate, to) {
        if (productOf > time) {
          product = 1;
          productOf = 0;
        }
        while (productOf < time) product *= momentum(++productOf);
        const now = momentum(time);
        const next = momentum(time + 1);
        to[0] = (learningRate * (1 - now)) / (1 - product);
        to[1] = (learningRate * next) / (1 - product * next);
        to[2] = beta1;
        to[3] = beta2;
        to[4] = epsilon;
        to[5] = 1 - Math.pow(beta2, time);
      },
      update(weights, gradient, { 0: m, 1: v }, { 0: ofGradient, 1: ofMean, 2: b1, 3: b2, 4: eps, 5: correction2 }) {
        for (let i = 0; i < weights.length; i++) {
          const g = gradient[i];
          const mean = b1 * m[i] + (1 - b1) * g;
          const square = b2 * v[i] + (1 - b2) * g * g;
          m[i] = mean;
          v[i] = square;
          weights[i] -= (ofGradient * g + ofMean * mean) / (Math.sqrt(square / correction2) + eps);
        }
      },
    };
  },
});
