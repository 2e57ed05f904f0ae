import { defineRateSchedule } from '../define';
import { along, fromTo, fromToExample } from './parameters';

/** The curve of Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017), for a rate. */
export const cosine = defineRateSchedule({
  kind: 'cosine',
  title: 'Cosine',
  help: 'Moves the rate along half a cosine: slowly at first and at last, fastest half way.',
  parameters: fromTo,
  example: fromToExample,
  at: ({ from, to, epochs }, epoch) =>
    epoch > epochs ? to : along(from, to, (1 - Math.cos((Math.PI * (epoch - 1)) / epochs)) / 2),
});
