import { defineMetric } from '../define';

export const r2 = defineMetric({
  kind: 'r2',
  title: 'R²',
  help: 'For numbers: the share of the targets’ variance that the answers explain, averaged over the outputs. 1 is perfect, 0 no better than always answering the mean, and it can be below.',
  parameters: {},
  example: {},
  target: 'numbers',
  better: 'higher',
  usual: true,
  create(_params, { columns }) {
    let samples = 0;
    const residual = new Float64Array(columns);
    // Welford (1962): mean and sum of squared deviations in one pass, exact even where the mean is large.
    const mean = new Float64Array(columns);
    const spread = new Float64Array(columns);
    return {
      start() {
        samples = 0;
        for (const sums of [residual, mean, spread]) sums.fill(0);
      },
      add({ outputs, targets, rows }) {
        for (let row = 0; row < rows; row++) {
          samples++;
          for (let c = 0; c < columns; c++) {
            const target = targets[row * columns + c];
            residual[c] += (outputs[row * columns + c] - target) ** 2;
            const before = target - mean[c];
            mean[c] += before / samples;
            spread[c] += before * (target - mean[c]);
          }
        }
      },
      // Targets that are all alike: 1 where they are met, else 0, as in scikit-learn.
      value: () =>
        residual.reduce((sum, r, c) => sum + (spread[c] > 0 ? 1 - r / spread[c] : r === 0 ? 1 : 0), 0) / columns,
    };
  },
});
