import { defineRateSchedule } from '../define';
import { along, fromTo, fromToExample } from './parameters';

export const linear = defineRateSchedule({
  kind: 'linear',
  title: 'Linear',
  help: 'Moves the rate in equal steps, one an epoch.',
  parameters: fromTo,
  example: fromToExample,
  at: ({ from, to, epochs }, epoch) => along(from, to, (epoch - 1) / epochs),
});
