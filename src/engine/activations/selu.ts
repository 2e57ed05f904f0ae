import { defineActivation } from '../define';

/** The constants with which mean 0 and variance 1 are a fixed point, from equation 14 of the paper. */
export const SELU_ALPHA = 1.6732632423543772;
export const SELU_SCALE = 1.0507009873554805;

/** Klambauer et al., "Self-Normalizing Neural Networks" (2017). */
export const selu = defineActivation({
  kind: 'selu',
  title: 'SELU',
  help: 'A scaled ELU that keeps mean 0 and variance 1 through deep networks: f(x) = 1.0507 x above 0, 1.0507 · 1.6733 (exp(x) - 1) below. Its dropout is "alphaDropout".',
  keeps: 'output',
  forward(x, y, rows, columns) {
    for (let i = 0; i < rows * columns; i++)
      y[i] = x[i] < 0 ? SELU_SCALE * SELU_ALPHA * Math.expm1(x[i]) : SELU_SCALE * x[i];
  },
  backward(y, dy, dx, rows, columns) {
    for (let i = 0; i < rows * columns; i++)
      dx[i] = y[i] > 0 ? SELU_SCALE * dy[i] : dy[i] * (y[i] + SELU_SCALE * SELU_ALPHA);
  },
});
