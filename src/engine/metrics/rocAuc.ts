import { defineMetric } from '../define';

export const rocAuc = defineMetric({
  kind: 'rocAuc',
  title: 'ROC AUC',
  help: 'For classes: the probability that a sample of the class is given a higher score for it than a sample of another, 0.5 for guesses. Of two classes the second counts, of more the mean of each against the rest.',
  parameters: {},
  example: {},
  target: 'classes',
  better: 'higher',
  /**
   * The area under the ROC curve as the statistic of Mann and Whitney (1947), ties counting one half: Hanley and McNeil,
   * "The meaning and use of the area under a receiver operating characteristic (ROC) curve" (1982). Classes that no
   * sample, or every sample, is of have none and are left out of the mean.
   */
  create(_params, { classes, columns, capacity }) {
    const scores = new Float64Array(capacity * columns);
    const wanted = new Uint32Array(capacity);
    const order = new Uint32Array(capacity);
    let samples = 0;

    /** Of the scores in one column, which are those of class `c`. */
    const area = (column: number, c: number): number | undefined => {
      const ranked = order.subarray(0, samples);
      for (let i = 0; i < samples; i++) ranked[i] = i;
      const score = (i: number): number => scores[ranked[i] * columns + column];
      ranked.sort((a, b) => scores[a * columns + column] - scores[b * columns + column]);
      let positives = 0;
      let ranks = 0;
      for (let from = 0, to = 0; from < samples; from = to) {
        while (to < samples && score(to) === score(from)) to++;
        // Ranks from + 1 to `to`, shared by all of the tie.
        const rank = (from + 1 + to) / 2;
        for (let i = from; i < to; i++)
          if (wanted[ranked[i]] === c) {
            positives++;
            ranks += rank;
          }
      }
      const negatives = samples - positives;
      if (positives === 0 || negatives === 0) return undefined;
      return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
    };

    return {
      start() {
        samples = 0;
      },
      add(answers) {
        for (let row = 0; row < answers.rows; row++, samples++) {
          wanted[samples] = answers.wanted[row];
          for (let i = 0; i < columns; i++) scores[samples * columns + i] = answers.outputs[row * columns + i];
        }
      },
      value() {
        if (classes === 2) return area(columns - 1, 1);
        let sum = 0;
        let defined = 0;
        for (let c = 0; c < classes; c++) {
          const one = area(c, c);
          if (one === undefined) continue;
          sum += one;
          defined++;
        }
        return defined === 0 ? undefined : sum / defined;
      },
    };
  },
});
