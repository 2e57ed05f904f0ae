import { defineLoss } from '../define';

export const crossentropy = defineLoss({
  kind: 'crossentropy',
  title: 'Cross-entropy',
  help: 'For classes: -log of the probability given to the right class, averaged over the batch. The output layer’s activation is softmax.',
  parameters: {},
  example: {},
  target: 'classes',
  outputs: ['softmax'],
  beforeActivation: true,
  // log(sum exp z) - z_y from the values before softmax: finite even where the probability itself rounds to 0.
  total(before, _outputs, targets, rows, columns) {
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const start = row * columns;
      const end = start + columns;
      let largest = before[start];
      for (let i = start + 1; i < end; i++) if (before[i] > largest) largest = before[i];
      let sum = 0;
      for (let i = start; i < end; i++) sum += Math.exp(before[i] - largest);
      const logSum = largest + Math.log(sum);
      for (let i = start; i < end; i++) total += targets[i] * (logSum - before[i]);
    }
    return total;
  },
  // d/dz of softmax and cross-entropy together: p - y, over the batch.
  gradient(outputs, targets, gradient, rows, columns) {
    for (let i = 0; i < rows * columns; i++) gradient[i] = (outputs[i] - targets[i]) / rows;
  },
});
