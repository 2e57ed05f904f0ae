import { defineSchedule } from '../define';

/** Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017), eq. 5, without restarts. */
export const cosine = defineSchedule({
  kind: 'cosine',
  title: 'Cosine',
  help: 'Brings the learning rate down along half a cosine over the whole run, a little at each step.',
  parameters: {
    last: {
      type: 'number',
      title: 'Last',
      help: 'Share of the learning rate that is left at the end.',
      min: 0,
      max: 1,
      step: 0.01,
      default: 0,
    },
  },
  example: {},
  create: ({ last }, { steps }) => ({
    factor: ({ step }) => last + ((1 - last) * (1 + Math.cos((Math.PI * step) / steps))) / 2,
  }),
});
