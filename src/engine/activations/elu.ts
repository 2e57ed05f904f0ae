import { defineActivation } from '../define';

/** Clevert, Unterthiner and Hochreiter, "Fast and Accurate Deep Network Learning by Exponential Linear Units" (2016). */
export const elu = defineActivation({
  kind: 'elu',
  title: 'ELU',
  help: 'Negative values approach -1 smoothly: f(x) = x above 0, exp(x) - 1 below.',
  keeps: 'output',
  forward(x, y, rows, columns) {
    for (let i = 0; i < rows * columns; i++) y[i] = x[i] < 0 ? Math.expm1(x[i]) : x[i];
  },
  backward(y, dy, dx, rows, columns) {
    for (let i = 0; i < rows * columns; i++) dx[i] = y[i] > 0 ? dy[i] : dy[i] * (y[i] + 1);
  },
});
