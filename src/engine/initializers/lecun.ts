import { defineInitializer } from '../define';

/** LeCun et al., "Efficient BackProp" (1998), section 4.6: variance 1 / inputs keeps the scale of a unit's sum. */
export const lecunUniform = defineInitializer({
  kind: 'lecunUniform',
  help: 'Uniform within ±sqrt(3 / inputs).',
  initialize(values, random, { fanIn }) {
    const limit = Math.sqrt(3 / fanIn);
    for (let i = 0; i < values.length; i++) values[i] = random.uniform(-limit, limit);
  },
});

export const lecunNormal = defineInitializer({
  kind: 'lecunNormal',
  help: 'Normal with standard deviation sqrt(1 / inputs). Made for SELU.',
  initialize(values, random, { fanIn }) {
    const deviation = Math.sqrt(1 / fanIn);
    for (let i = 0; i < values.length; i++) values[i] = random.normal(0, deviation);
  },
});
