import { defineActivation } from '../define';

export const sigmoid = defineActivation({
  kind: 'sigmoid',
  title: 'Sigmoid',
  help: 'Squeezes values into 0 to 1: f(x) = 1 / (1 + exp(-x)).',
  keeps: 'output',
  forward(x, y, rows, columns) {
    // exp(-x) may overflow to infinity for very negative x, and the quotient is then the right 0.
    for (let i = 0; i < rows * columns; i++) y[i] = 1 / (1 + Math.exp(-x[i]));
  },
  backward(y, dy, dx, rows, columns) {
    for (let i = 0; i < rows * columns; i++) dx[i] = dy[i] * y[i] * (1 - y[i]);
  },
});
