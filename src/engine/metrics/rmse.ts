import { defineMetric } from '../define';

export const rmse = defineMetric({
  kind: 'rmse',
  title: 'Root mean squared error',
  help: 'For numbers: the root of the mean of (output - target)², over all outputs: a typical miss, in the target’s own unit.',
  parameters: {},
  example: {},
  target: 'numbers',
  better: 'lower',
  usual: true,
  create(_params, { scale }) {
    let squares = 0;
    let values = 0;
    return {
      start() {
        squares = 0;
        values = 0;
      },
      add({ outputs, targets, rows, columns }) {
        for (let i = 0; i < rows * columns; i++) squares += ((outputs[i] - targets[i]) * scale[i % columns]) ** 2;
        values += rows * columns;
      },
      value: () => Math.sqrt(squares / values),
    };
  },
});
