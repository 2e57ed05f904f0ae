import { defineMetric } from '../define';

export const mae = defineMetric({
  kind: 'mae',
  title: 'Mean absolute error',
  help: 'For numbers: the mean of |output - target| over all outputs, in the target’s own unit.',
  parameters: {},
  example: {},
  target: 'numbers',
  better: 'lower',
  usual: true,
  create(_params, { scale }) {
    let sum = 0;
    let values = 0;
    return {
      start() {
        sum = 0;
        values = 0;
      },
      add({ outputs, targets, rows, columns }) {
        for (let i = 0; i < rows * columns; i++) sum += Math.abs(outputs[i] - targets[i]) * scale[i % columns];
        values += rows * columns;
      },
      value: () => sum / values,
    };
  },
});
