import { defineInitializer } from '../define';

/** He et al., "Delving Deep into Rectifiers" (2015), section 2.2: variance 2 / inputs keeps ReLU layers' scale. */
export const heUniform = defineInitializer({
  kind: 'heUniform',
  help: 'Uniform within ±sqrt(6 / inputs). Made for ReLU.',
  initialize(values, random, { fanIn }) {
    const limit = Math.sqrt(6 / fanIn);
    for (let i = 0; i < values.length; i++) values[i] = random.uniform(-limit, limit);
  },
});

export const heNormal = defineInitializer({
  kind: 'heNormal',
  help: 'Normal with standard deviation sqrt(2 / inputs). Made for ReLU.',
  initialize(values, random, { fanIn }) {
    const deviation = Math.sqrt(2 / fanIn);
    for (let i = 0; i < values.length; i++) values[i] = random.normal(0, deviation);
  },
});
