import { defineLoss } from '../define';

/** Huber, "Robust Estimation of a Location Parameter" (1964), as PyTorch's HuberLoss and Keras's Huber have it. */
export const huber = defineLoss({
  kind: 'huber',
  title: 'Huber',
  help: 'For numbers, with d = output - target: d² / 2 where |d| is at most `delta`, and delta (|d| - delta / 2) beyond: a square for small misses, a distance for large ones.',
  parameters: {
    delta: {
      type: 'number',
      title: 'Delta',
      help: 'The miss from which on the loss grows in a straight line.',
      above: 0,
      max: 1_000_000,
      step: 0.1,
      default: 1,
    },
  },
  example: { delta: 1 },
  target: 'either',
  create: ({ delta }) => ({
    form: { kind: 'huber', delta },
    total(_before, outputs, targets, rows, columns, first = 0) {
      let total = 0;
      for (let i = first * columns; i < (first + rows) * columns; i++) {
        const miss = Math.abs(outputs[i] - targets[i]);
        total += miss <= delta ? 0.5 * miss * miss : delta * (miss - 0.5 * delta);
      }
      return total / columns;
    },
    gradient(outputs, targets, gradient, rows, columns) {
      const scale = 1 / (rows * columns);
      for (let i = 0; i < rows * columns; i++) {
        const d = outputs[i] - targets[i];
        gradient[i] = scale * (Math.abs(d) <= delta ? d : delta * Math.sign(d));
      }
    },
  }),
});
