import { defineActivation } from '../define';
import { erfc } from '../math/erf';

/** The normal distribution: the probability of a value up to x. */
const below = (x: number): number => 0.5 * erfc(-x * Math.SQRT1_2);
const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/** Hendrycks and Gimpel, "Gaussian Error Linear Units (GELUs)" (2016), in the exact form, not that with tanh. */
export const gelu = defineActivation({
  kind: 'gelu',
  title: 'GELU',
  help: 'Weighs each value by the probability that a normal number is smaller: f(x) = x (1 + erf(x / √2)) / 2.',
  keeps: 'input',
  forward(x, y, rows, columns) {
    for (let i = 0; i < rows * columns; i++) y[i] = x[i] * below(x[i]);
  },
  backward(x, dy, dx, rows, columns) {
    for (let i = 0; i < rows * columns; i++) dx[i] = dy[i] * (below(x[i]) + x[i] * density(x[i]));
  },
});
