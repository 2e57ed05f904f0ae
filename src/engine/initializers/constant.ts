import { defineInitializer } from '../define';

export const constant = defineInitializer({
  kind: 'constant',
  help: 'All the number "initialValue". Units of one layer then stay alike for ever, unless dropout tells them apart.',
  initialize: (values, _random, { value }) => values.fill(value),
});

export const zeros = defineInitializer({
  kind: 'zeros',
  help: 'All 0. Units of one layer then stay alike for ever: to see why weights are drawn at random.',
  initialize: (values) => values.fill(0),
});

export const ones = defineInitializer({
  kind: 'ones',
  help: 'All 1. Units of one layer then stay alike for ever, unless dropout tells them apart.',
  initialize: (values) => values.fill(1),
});
