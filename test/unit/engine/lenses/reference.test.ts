import assert from 'node:assert/strict';
import reference from '../../../fixtures/engine/lenses_reference.json';
import type { Samples } from '../../../../src/engine/dataset';
import type { PartAnswers } from '../../../../src/engine/lenses/answers';
import { reliability } from '../../../../src/engine/lenses/calibration';
import { histogram } from '../../../../src/engine/lenses/histogram';
import { complete } from '../../../../src/engine/lenses/index';
import { correlationsOf } from '../../../../src/engine/lenses/inside';
import { curvesOf } from '../../../../src/engine/lenses/ranking';
import { measuresOf } from '../../../../src/engine/lenses/residuals';

const near = (found: number, wanted: number, what: string): void =>
  assert.ok(Math.abs(found - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted)), `${what}: ${found}, not ${wanted}`);
const allNear = (found: ArrayLike<number>, wanted: readonly number[], what: string): void => {
  assert.equal(found.length, wanted.length, what);
  wanted.forEach((value, i) => near(found[i], value, `${what} ${i}`));
};

describe('Lenses against scikit-learn and NumPy', () => {
  for (const { name, scores, wanted, ...expected } of reference.rankings)
    it(`rank as roc_curve and precision_recall_curve: ${name}`, () => {
      const { roc, precisionRecall, auc, averagePrecision, positives } = curvesOf(
        Float64Array.from(scores),
        Uint8Array.from(wanted),
        'it',
      );
      allNear(roc.x, expected.fpr, 'false positive rate');
      allNear(roc.y, expected.tpr, 'true positive rate');
      allNear(
        roc.thresholds.slice(1),
        expected.thresholds.slice(1).map((t) => t!),
        'threshold',
      );
      assert.equal(roc.thresholds[0], Infinity);
      near(auc, expected.auc, 'AUC');
      near(averagePrecision, expected.averagePrecision, 'average precision');
      allNear(precisionRecall.x, expected.recall, 'recall');
      allNear(precisionRecall.y, expected.precision, 'precision');
      assert.equal(positives, wanted.filter(Boolean).length);
    });

  for (const { name, classes, bins, probabilities, wanted, ...expected } of reference.reliabilities)
    it(`measure calibration as calibration_curve: ${name}`, () => {
      const found = reliability(answersOf(classes, probabilities, wanted), bins);
      assert.deepEqual(found.counts, expected.counts);
      allNear(found.accuracy.filter(Number.isFinite), expected.accuracy, 'accuracy');
      allNear(found.confidence.filter(Number.isFinite), expected.confidence, 'confidence');
      near(found.ece, expected.ece, 'ECE');
      near(found.mce, expected.mce, 'MCE');
      near(found.brier, expected.brier, 'Brier score');
    });

  for (const { name, values, bins, counts, low, high } of reference.histograms)
    it(`count as numpy.histogram: ${name}`, () =>
      assert.deepEqual(histogram(values, bins), { low, high, counts, nonFinite: 0 }));

  it('correlate units as numpy.corrcoef, those that are constant left out', () => {
    const { units, pairs, mean, counts } = reference.correlation;
    const found = complete(correlationsOf(units))!;
    assert.equal(found.pairs, pairs);
    near(found.mean, mean, 'mean |r|');
    assert.deepEqual(found.values.counts, counts);
    assert.equal(complete(correlationsOf([units[0], units[2]])), undefined);
  });

  it('measure residuals as r2_score and its like', () => {
    for (const { wanted, answered, r2, rmse, mae } of reference.residuals) {
      const found = measuresOf(Float64Array.from(wanted), Float64Array.from(answered));
      near(found.r2, r2, 'R2');
      near(found.rmse, rmse, 'RMSE');
      near(found.mae, mae, 'MAE');
    }
  });

  it('leave out of a histogram what is not finite, and say how much', () => {
    assert.deepEqual(histogram([NaN, 1, Infinity, 2], 2), { low: 1, high: 2, counts: [1, 1], nonFinite: 2 });
    assert.deepEqual(histogram([NaN], 2), { low: 0, high: 1, counts: [0, 0], nonFinite: 1 });
  });

  it('rank nothing where all samples are of one kind', () =>
    assert.throws(
      () => curvesOf(Float64Array.of(0.1, 0.2), Uint8Array.of(1, 1), '"yes"'),
      /All of these samples are "yes"/,
    ));
});

function answersOf(
  classes: number,
  probabilities: readonly (readonly number[])[],
  wanted: readonly number[],
): PartAnswers {
  const count = wanted.length;
  const samples: Samples = {
    count,
    inputs: new Float32Array(count),
    targets: Float32Array.from(wanted.flatMap((w) => Array.from({ length: classes }, (_, c) => (c === w ? 1 : 0)))),
    rows: Uint32Array.from(wanted.keys()),
  };
  return {
    samples,
    count,
    columns: classes,
    outputs: Float64Array.from(probabilities.flat()),
    losses: new Float64Array(count),
  };
}
