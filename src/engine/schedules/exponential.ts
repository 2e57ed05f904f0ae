import { defineSchedule } from '../define';

/** PyTorch's ExponentialLR: factor^(epochs done). */
export const exponential = defineSchedule({
  kind: 'exponential',
  title: 'Exponential',
  help: 'Multiplies the learning rate by `factor` after every epoch.',
  parameters: {
    factor: {
      type: 'number',
      title: 'Factor',
      help: 'What the learning rate is multiplied by.',
      above: 0,
      max: 1,
      step: 0.01,
      default: 0.95,
    },
  },
  example: { factor: 0.95 },
  create: ({ factor }) => ({ factor: ({ epoch }) => Math.pow(factor, epoch - 1) }),
});
