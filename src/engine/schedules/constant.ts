import { defineSchedule } from '../define';

export const constant = defineSchedule({
  kind: 'constant',
  title: 'Constant',
  help: 'The learning rate stays as it is.',
  parameters: {},
  example: {},
  create: () => ({ factor: () => 1 }),
});
