import { defineActivation } from '../define';

export const relu = defineActivation({
  kind: 'relu',
  title: 'ReLU',
  help: 'Negative values become 0: f(x) = max(0, x). The usual choice for hidden layers.',
  keeps: 'output',
  forward(x, y, rows, columns) {
    // Asked this way round, NaN stays NaN: a network gone wrong must not look healthy.
    for (let i = 0; i < rows * columns; i++) y[i] = x[i] < 0 ? 0 : x[i];
  },
  backward(y, dy, dx, rows, columns) {
    for (let i = 0; i < rows * columns; i++) dx[i] = y[i] > 0 ? dy[i] : 0;
  },
});
