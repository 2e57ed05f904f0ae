import { defineLoss } from '../define';
import { surprise, surpriseSlope } from './probabilities';

export const binaryCrossentropy = defineLoss({
  kind: 'binaryCrossentropy',
  title: 'Binary cross-entropy',
  help: 'For yes or no: -log of the probability given to what is right, averaged over the outputs and the batch. The output layer’s activation is sigmoid: one unit for two classes (the probability of the second), or one a class or label.',
  parameters: {
    labelSmoothing: {
      type: 'number',
      title: 'Label smoothing',
      help: 'Draws what is wanted towards one half: 0.1 wants 0.95 and 0.05 instead of 1 and 0.',
      min: 0,
      below: 1,
      step: 0.01,
      default: 0,
    },
    positiveWeight: {
      type: 'number',
      title: 'Weight of yes',
      help: 'How much a sample whose answer is yes (the second class) counts. Above 1 makes up for their being rare.',
      above: 0,
      max: 1_000_000,
      step: 0.5,
      default: 1,
    },
  },
  example: {},
  target: 'either',
  outputs: ['sigmoid'],
  oneOutput: true,
  range: [0, 1],
  beforeActivation: true,
  /** -(w y log p + (1 - y) log(1 - p)), as PyTorch's BCEWithLogitsLoss, with y smoothed to y (1 - s) + s / 2 as in Keras. */
  create({ labelSmoothing, positiveWeight }) {
    const keep = 1 - labelSmoothing;
    const spread = labelSmoothing / 2;
    return {
      form: { kind: 'binaryCrossentropy', labelSmoothing, positiveWeight },
      // (1 - y) z + (1 + (w - 1) y) log(1 + exp(-z)) from the values before the sigmoid, which cannot overflow.
      total(before, _outputs, targets, rows, columns, first = 0) {
        let total = 0;
        for (let i = first * columns; i < (first + rows) * columns; i++) {
          const z = before[i];
          const y = keep * targets[i] + spread;
          const softplus = Math.log1p(Math.exp(-Math.abs(z))) + Math.max(-z, 0);
          total += (1 - y) * z + (1 + (positiveWeight - 1) * y) * softplus;
        }
        return total / columns;
      },
      gradient(outputs, targets, gradient, rows, columns) {
        const scale = 1 / (rows * columns);
        for (let i = 0; i < rows * columns; i++) {
          const y = keep * targets[i] + spread;
          gradient[i] = scale * (outputs[i] * (1 + (positiveWeight - 1) * y) - positiveWeight * y);
        }
      },
    };
  },
  createBehind({ labelSmoothing, positiveWeight }) {
    const keep = 1 - labelSmoothing;
    const spread = labelSmoothing / 2;
    return {
      total(_before, outputs, targets, rows, columns, first = 0) {
        let total = 0;
        for (let i = first * columns; i < (first + rows) * columns; i++) {
          const y = keep * targets[i] + spread;
          total += positiveWeight * y * surprise(outputs[i]) + (1 - y) * surprise(1 - outputs[i]);
        }
        return total / columns;
      },
      gradient(outputs, targets, gradient, rows, columns) {
        const scale = 1 / (rows * columns);
        for (let i = 0; i < rows * columns; i++) {
          const y = keep * targets[i] + spread;
          const p = outputs[i];
          gradient[i] = scale * (positiveWeight * y * surpriseSlope(p) - (1 - y) * surpriseSlope(1 - p));
        }
      },
    };
  },
});
