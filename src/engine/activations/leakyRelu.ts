import { defineActivation } from '../define';

/** The slope of PyTorch and of the paper. */
const SLOPE = 0.01;

/** Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models" (2013). */
export const leakyRelu = defineActivation({
  kind: 'leakyRelu',
  title: 'Leaky ReLU',
  help: 'Keeps a hundredth of negative values, so that no unit dies: f(x) = x above 0, 0.01 x below.',
  keeps: 'output',
  forward(x, y, rows, columns) {
    for (let i = 0; i < rows * columns; i++) y[i] = x[i] < 0 ? SLOPE * x[i] : x[i];
  },
  backward(y, dy, dx, rows, columns) {
    for (let i = 0; i < rows * columns; i++) dx[i] = y[i] > 0 ? dy[i] : SLOPE * dy[i];
  },
});
