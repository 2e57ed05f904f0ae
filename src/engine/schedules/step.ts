import { defineSchedule } from '../define';

/** PyTorch's StepLR: factor^floor(epochs done / every). */
export const step = defineSchedule({
  kind: 'step',
  title: 'Steps',
  help: 'Multiplies the learning rate by `factor` after every so many epochs.',
  parameters: {
    every: { type: 'integer', title: 'Every', help: 'Epochs between two steps.', min: 1, max: 1_000_000, default: 30 },
    factor: {
      type: 'number',
      title: 'Factor',
      help: 'What the learning rate is multiplied by.',
      above: 0,
      max: 1,
      step: 0.1,
      default: 0.1,
    },
  },
  example: { every: 30, factor: 0.1 },
  create: ({ every, factor }) => ({ factor: ({ epoch }) => Math.pow(factor, Math.floor((epoch - 1) / every)) }),
});
