import { defineOptimizer } from '../define';
import { adam, adamRule } from './adam';
import { adamParameters } from './shared';

/**
 * Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), as PyTorch's AdamW: before Adam's step every
 * weight, biases too, is multiplied by 1 - learning rate x decay, with the learning rate as its schedule has it.
 */
export const adamw = defineOptimizer({
  kind: 'adamw',
  title: 'AdamW',
  help: 'Adam, and at each step every weight shrinks by learningRate × weightDecay of itself, apart from the gradient’s averages.',
  parameters: {
    ...adamParameters,
    weightDecay: {
      type: 'number',
      title: 'Weight decay',
      help: 'Share of a weight, times the learning rate, that is taken away at each step.',
      min: 0,
      max: 1000,
      step: 0.005,
      default: 0.01,
    },
  },
  example: { learningRate: 0.001, weightDecay: 0.01 },
  slots: (params) => adam.slots({ ...params }),
  create: ({ beta1, beta2, epsilon, weightDecay }) => adamRule(beta1, beta2, epsilon, weightDecay),
});
