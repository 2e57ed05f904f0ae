import { defineInitializer } from '../define';

/** Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010), eq. 16. */
export const glorotUniform = defineInitializer({
  kind: 'glorotUniform',
  help: 'Uniform within ±sqrt(6 / (inputs + outputs)). Keras’s default; suits tanh, sigmoid and softmax, and small ReLU networks.',
  initialize(values, random, { fanIn, fanOut }) {
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    for (let i = 0; i < values.length; i++) values[i] = random.uniform(-limit, limit);
  },
});

/** The same variance from a normal distribution. */
export const glorotNormal = defineInitializer({
  kind: 'glorotNormal',
  help: 'Normal with standard deviation sqrt(2 / (inputs + outputs)).',
  initialize(values, random, { fanIn, fanOut }) {
    const deviation = Math.sqrt(2 / (fanIn + fanOut));
    for (let i = 0; i < values.length; i++) values[i] = random.normal(0, deviation);
  },
});
