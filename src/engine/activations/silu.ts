import { defineActivation } from '../define';

/** Elfwing, Uchibe and Doya (2018); as "swish", Ramachandran, Zoph and Le, "Searching for Activation Functions" (2017). */
export const silu = defineActivation({
  kind: 'silu',
  title: 'SiLU',
  help: 'Also called swish: a smooth ReLU, f(x) = x / (1 + exp(-x)).',
  keeps: 'input',
  forward(x, y, rows, columns) {
    for (let i = 0; i < rows * columns; i++) y[i] = x[i] / (1 + Math.exp(-x[i]));
  },
  backward(x, dy, dx, rows, columns) {
    for (let i = 0; i < rows * columns; i++) {
      const sigmoid = 1 / (1 + Math.exp(-x[i]));
      dx[i] = dy[i] * sigmoid * (1 + x[i] * (1 - sigmoid));
    }
  },
});
