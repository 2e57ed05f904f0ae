import { defineActivation } from '../define';

/** Dugas et al., "Incorporating Second-Order Functional Knowledge for Better Option Pricing" (2001). */
export const softplus = defineActivation({
  kind: 'softplus',
  title: 'Softplus',
  help: 'A ReLU without a corner, always above 0: f(x) = log(1 + exp(x)).',
  keeps: 'output',
  forward(x, y, rows, columns) {
    // Written so that the exponential cannot overflow.
    for (let i = 0; i < rows * columns; i++) y[i] = (x[i] < 0 ? 0 : x[i]) + Math.log1p(Math.exp(-Math.abs(x[i])));
  },
  backward(y, dy, dx, rows, columns) {
    // The derivative is the sigmoid of x, which is 1 - exp(-y).
    for (let i = 0; i < rows * columns; i++) dx[i] = dy[i] * -Math.expm1(-y[i]);
  },
});
