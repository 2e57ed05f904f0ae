import { ModelError } from '../../model/diagnostics';
import { defineLoss } from '../define';
import { surprise, surpriseSlope } from './probabilities';

export const crossentropy = defineLoss({
  kind: 'crossentropy',
  title: 'Cross-entropy',
  help: 'For classes: -log of the probability given to the right class, averaged over the batch. The output layer’s activation is softmax.',
  parameters: {
    labelSmoothing: {
      type: 'number',
      title: 'Label smoothing',
      help: 'Share of the wanted probability that is spread over all classes alike: 0.1 of 4 classes wants 0.925 instead of 1. Answers grow less sure of themselves.',
      min: 0,
      below: 1,
      step: 0.01,
      default: 0,
    },
    classWeights: {
      type: 'choice',
      title: 'Class weights',
      help: 'How much the samples of each class count.',
      options: [
        { value: 'none', help: 'Every sample counts 1.' },
        {
          value: 'balanced',
          help: 'Rare classes count more: samples / (classes × samples of the class), in training.',
        },
        { value: 'given', help: 'As "weights" lists them.' },
      ],
      default: 'none',
    },
    weights: {
      type: 'numberList',
      title: 'Weights',
      help: 'With class weights "given": how much each class counts, in the order of the classes.',
      min: 0,
      optional: true,
    },
  },
  example: {},
  target: 'classes',
  outputs: ['softmax'],
  beforeActivation: true,
  /**
   * -sum over classes c of w_c y_c log p_c, with y smoothed as Szegedy et al., "Rethinking the Inception Architecture for
   * Computer Vision" (2016), section 7: y (1 - s) + s / classes. As in Keras the batch's mean divides by the number of
   * samples; PyTorch's divides by the sum of their weights.
   */
  create({ labelSmoothing, classWeights, weights }, columns) {
    const { weight, wanted, balance } = wantedOf(labelSmoothing, classWeights, weights, columns);
    return {
      form: { kind: 'crossentropy', labelSmoothing, weights: weight },
      // log(sum exp z) - z_c from the values before softmax: finite even where the probability itself rounds to 0.
      total(before, _outputs, targets, rows, _columns, first = 0) {
        let total = 0;
        for (let row = first; row < first + rows; row++) {
          const start = row * columns;
          let largest = before[start];
          for (let c = 1; c < columns; c++) if (before[start + c] > largest) largest = before[start + c];
          let sum = 0;
          for (let c = 0; c < columns; c++) sum += Math.exp(before[start + c] - largest);
          const logSum = largest + Math.log(sum);
          for (let c = 0; c < columns; c++) total += wanted(targets[start + c], c) * (logSum - before[start + c]);
        }
        return total;
      },
      // d/dz of softmax and cross-entropy together: p sum(w y) - w y, over the batch.
      gradient(outputs, targets, gradient, rows) {
        for (let row = 0; row < rows; row++) {
          const start = row * columns;
          let sum = 0;
          for (let c = 0; c < columns; c++) sum += wanted(targets[start + c], c);
          for (let c = 0; c < columns; c++)
            gradient[start + c] = (outputs[start + c] * sum - wanted(targets[start + c], c)) / rows;
        }
      },
      balance,
    };
  },
  createBehind({ labelSmoothing, classWeights, weights }, columns) {
    const { wanted, balance } = wantedOf(labelSmoothing, classWeights, weights, columns);
    return {
      total(_before, outputs, targets, rows, _columns, first = 0) {
        let total = 0;
        for (let i = first * columns; i < (first + rows) * columns; i++)
          total += wanted(targets[i], i % columns) * surprise(outputs[i]);
        return total;
      },
      gradient(outputs, targets, gradient, rows) {
        for (let i = 0; i < rows * columns; i++)
          gradient[i] = (wanted(targets[i], i % columns) * surpriseSlope(outputs[i])) / rows;
      },
      balance,
    };
  },
});

/** What is wanted of each class: its weight times the smoothed target. */
function wantedOf(
  labelSmoothing: number,
  classWeights: string,
  weights: readonly number[] | undefined,
  columns: number,
) {
  checkWeights(classWeights, weights, columns);
  const weight = Float64Array.from({ length: columns }, (_, i) => weights?.[i] ?? 1);
  const keep = 1 - labelSmoothing;
  const spread = labelSmoothing / columns;
  return {
    weight,
    wanted: (target: number, c: number): number => weight[c] * (keep * target + spread),
    ...(classWeights === 'balanced' && {
      balance(counts: ArrayLike<number>) {
        let samples = 0;
        for (let c = 0; c < columns; c++) samples += counts[c];
        // A class that is nowhere in training has no sample to weigh.
        for (let c = 0; c < columns; c++) weight[c] = counts[c] === 0 ? 1 : samples / (columns * counts[c]);
      },
    }),
  };
}

function checkWeights(classWeights: string, weights: readonly number[] | undefined, columns: number): void {
  const path = ['training', 'loss'];
  if (classWeights !== 'given' && weights)
    throw new ModelError(
      'unused-parameter',
      [...path, 'weights'],
      `"weights" has no effect with "classWeights": "${classWeights}". Write "classWeights": "given", or remove "weights".`,
    );
  if (classWeights !== 'given') return;
  if (!weights)
    throw new ModelError(
      'missing',
      [...path, 'classWeights'],
      `"classWeights": "given" needs "weights": a list of ${columns} numbers, one a class.`,
    );
  if (weights.length !== columns)
    throw new ModelError(
      'class-weights',
      [...path, 'weights'],
      `"weights" lists ${weights.length} numbers, but the output layer tells ${columns} classes apart. Give one a class.`,
    );
}
