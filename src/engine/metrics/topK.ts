import { defineMetric } from '../define';

export const topK = defineMetric({
  kind: 'topK',
  title: 'Top-k accuracy',
  help: 'For classes: the share of samples whose right class is among the k that are given the highest probabilities. In records it is called top3 where k is 3.',
  parameters: {
    k: {
      type: 'integer',
      title: 'k',
      help: 'How many guesses an answer has.',
      min: 1,
      max: 1_000_000,
      step: 1,
      default: 5,
    },
  },
  example: { k: 5 },
  target: 'classes',
  better: 'higher',
  name: ({ k }) => `top${k}`,
  create({ k }) {
    let right = 0;
    let samples = 0;
    return {
      start() {
        right = 0;
        samples = 0;
      },
      add({ outputs, answered, wanted, rows, columns }) {
        samples += rows;
        for (let row = 0; row < rows; row++) {
          // One output for two classes: there are no more than two guesses to make.
          if (columns === 1) {
            if (k > 1 || answered[row] === wanted[row]) right++;
            continue;
          }
          const start = row * columns;
          const own = outputs[start + wanted[row]];
          let before = 0;
          // Of classes that are given the same, the later comes first: as in scikit-learn.
          for (let c = 0; c < columns; c++)
            if (outputs[start + c] > own || (outputs[start + c] === own && c > wanted[row])) before++;
          if (before < k) right++;
        }
      },
      value: () => right / samples,
    };
  },
});
