import { defineActivation } from '../define';

export const tanh = defineActivation({
  kind: 'tanh',
  title: 'Tanh',
  help: 'Squeezes values into -1 to 1: f(x) = tanh(x), the hyperbolic tangent.',
  keeps: 'output',
  forward(x, y, rows, columns) {
    for (let i = 0; i < rows * columns; i++) y[i] = Math.tanh(x[i]);
  },
  backward(y, dy, dx, rows, columns) {
    for (let i = 0; i < rows * columns; i++) dx[i] = dy[i] * (1 - y[i] * y[i]);
  },
});
