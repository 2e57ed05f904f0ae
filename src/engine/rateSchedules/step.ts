import { defineRateSchedule } from '../define';
import { fromTo } from './parameters';

/** Early and late dropout of Liu et al., "Dropout Reduces Underfitting" (2023). */
export const step = defineRateSchedule({
  kind: 'step',
  title: 'Step',
  help: 'Changes the rate once. From 0.2 to 0 it is early dropout, which helps networks that underfit; from 0 to 0.2 late dropout, for those that overfit.',
  parameters: fromTo,
  example: { from: 0.2, to: 0, epochs: 20 },
  at: ({ from, to, epochs }, epoch) => (epoch > epochs ? to : from),
});
