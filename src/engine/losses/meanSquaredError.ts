import { defineLoss } from '../define';

export const meanSquaredError = defineLoss({
  kind: 'meanSquaredError',
  title: 'Mean squared error',
  help: 'For numbers: (output - target)², averaged over the outputs and the batch.',
  parameters: {},
  example: {},
  target: 'either',
  create: () => ({
    form: { kind: 'meanSquaredError' },
    total(_before, outputs, targets, rows, columns, first = 0) {
      let total = 0;
      for (let i = first * columns; i < (first + rows) * columns; i++)
        total += (outputs[i] - targets[i]) * (outputs[i] - targets[i]);
      return total / columns;
    },
    gradient(outputs, targets, gradient, rows, columns) {
      const scale = 2 / (rows * columns);
      for (let i = 0; i < rows * columns; i++) gradient[i] = scale * (outputs[i] - targets[i]);
    },
  }),
});
