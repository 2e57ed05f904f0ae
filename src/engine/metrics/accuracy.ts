import { defineMetric } from '../define';

export const accuracy = defineMetric({
  kind: 'accuracy',
  title: 'Accuracy',
  help: 'For classes: the share of samples answered rightly.',
  parameters: {},
  example: {},
  target: 'classes',
  better: 'higher',
  usual: true,
  create() {
    let right = 0;
    let samples = 0;
    return {
      start() {
        right = 0;
        samples = 0;
      },
      add({ answered, wanted, rows }) {
        for (let row = 0; row < rows; row++) if (answered[row] === wanted[row]) right++;
        samples += rows;
      },
      value: () => right / samples,
    };
  },
});
