import { defineLoss } from '../define';

export const meanAbsoluteError = defineLoss({
  kind: 'meanAbsoluteError',
  title: 'Mean absolute error',
  help: 'For numbers: |output - target|, averaged over the outputs and the batch. A few far-off targets pull less than with squares.',
  parameters: {},
  example: {},
  target: 'either',
  create: () => ({
    form: { kind: 'meanAbsoluteError' },
    total(_before, outputs, targets, rows, columns, first = 0) {
      let total = 0;
      for (let i = first * columns; i < (first + rows) * columns; i++) total += Math.abs(outputs[i] - targets[i]);
      return total / columns;
    },
    // The sign of the difference; 0 where there is none, as in PyTorch.
    gradient(outputs, targets, gradient, rows, columns) {
      const scale = 1 / (rows * columns);
      for (let i = 0; i < rows * columns; i++) gradient[i] = scale * Math.sign(outputs[i] - targets[i]);
    },
  }),
});
