import { defineActivation } from '../define';

export const softmax = defineActivation({
  kind: 'softmax',
  title: 'Softmax',
  help: 'Turns the values of a sample into probabilities that sum to 1: f(x)_i = exp(x_i) / sum_j exp(x_j). For outputs that are classes.',
  keeps: 'output',
  forward(x, y, rows, columns) {
    for (let row = 0; row < rows; row++) {
      const start = row * columns;
      const end = start + columns;
      // Less the largest value, so that no exponential overflows; the quotient is the same.
      let largest = x[start];
      for (let i = start + 1; i < end; i++) if (x[i] > largest) largest = x[i];
      let sum = 0;
      for (let i = start; i < end; i++) {
        const e = Math.exp(x[i] - largest);
        y[i] = e;
        sum += e;
      }
      for (let i = start; i < end; i++) y[i] /= sum;
    }
  },
  backward(y, dy, dx, rows, columns) {
    for (let row = 0; row < rows; row++) {
      const start = row * columns;
      const end = start + columns;
      let dot = 0;
      for (let i = start; i < end; i++) dot += dy[i] * y[i];
      for (let i = start; i < end; i++) dx[i] = y[i] * (dy[i] - dot);
    }
  },
});
