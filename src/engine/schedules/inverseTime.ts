import { defineSchedule } from '../define';

/** Robbins and Monro, "A Stochastic Approximation Method" (1951): steps of a harmonic series. Keras's InverseTimeDecay. */
export const inverseTime = defineSchedule({
  kind: 'inverseTime',
  title: 'Inverse time',
  help: 'Divides the learning rate by 1 + decay × epochs done.',
  parameters: {
    decay: {
      type: 'number',
      title: 'Decay',
      help: 'How much the divisor grows with each epoch.',
      min: 0,
      max: 1000,
      step: 0.01,
      default: 0.1,
    },
  },
  example: { decay: 0.1 },
  create: ({ decay }) => ({ factor: ({ epoch }) => 1 / (1 + decay * (epoch - 1)) }),
});
