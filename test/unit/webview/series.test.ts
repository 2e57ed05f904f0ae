import assert from 'node:assert/strict';
import type { EpochRecord } from '../../../src/protocol/training';
import { StepLosses } from '../../../src/protocol/stepLosses';
import { marksOf } from '../../../webview/charts/marks';
import {
  fitRange,
  metricsIn,
  moved,
  smooth,
  stepPoints,
  twinValues,
  visible,
  within,
  zoomed,
} from '../../../src/charts/series';

const epoch = (n: number, step: number, validation: number): EpochRecord => ({
  epoch: n,
  step,
  train: { loss: 1, min: 0.5, max: 2 },
  trainDropoutOff: { loss: 0.8, accuracy: 0.5, f1: 0.4 },
  validation: { loss: validation, accuracy: 0.5, f1: 0.4 },
});

describe('curves', () => {
  it('are smoothed without a bias at the start, and what is not finite moves nothing', () => {
    const values = [4, 4, NaN, 4];
    assert.deepEqual(
      smooth(values, 0.9).map((v) => (Number.isNaN(v) ? 'NaN' : v.toFixed(9))),
      ['4.000000000', '4.000000000', 'NaN', '4.000000000'],
    );
    assert.equal(smooth(values, 0), values);
    // (0.5 * 0.5 * 0 + 0.5 * 2) / 0.75
    assert.ok(Math.abs(smooth([0, 2], 0.5)[1] - 4 / 3) < 1e-12);
  });

  it('zoom around a place that stays where it is, within the run', () => {
    assert.deepEqual(zoomed([0, 100], [0, 100], 2, 20), [10, 60]);
    assert.deepEqual(zoomed([10, 60], [0, 100], 2, 10), [10, 35]);
    assert.equal(zoomed([10, 60], [0, 100], 0.5, 20), undefined);
    assert.deepEqual(zoomed([10, 11], [0, 100], 100, 10), [10, 10.5]);
    assert.deepEqual(moved([80, 90], [0, 100], 5), [90, 100]);
    assert.deepEqual(moved([5, 15], [0, 100], -1), [0, 10]);
    assert.deepEqual(within([-5, 5], [0, 100]), [0, 10]);
  });

  it('keep a neighbour on either side of what is seen, so that lines leave the frame', () => {
    const epochs = Array.from({ length: 100 }, (_, i) => i + 1);
    const [first, end] = visible(epochs, [10.5, 20.5]);
    assert.deepEqual([epochs[first], epochs[end - 1]], [10, 21]);
    assert.deepEqual(visible(epochs, [1, 100]), [0, 100]);
    assert.deepEqual(visible([], [0, 1]), [0, 0]);
  });

  it('tell all that is measured besides the loss', () => {
    assert.deepEqual(metricsIn([epoch(1, 10, 1)]), ['accuracy', 'f1']);
    assert.deepEqual(metricsIn([]), []);
  });

  it('give the twin its own epochs, and nothing where it is behind', () => {
    const run = [epoch(1, 10, 3), epoch(2, 20, 2), epoch(3, 30, 1)];
    assert.deepEqual(twinValues(run, [epoch(1, 10, 9), epoch(2, 20, 8)], 'loss'), [9, 8, NaN]);
    assert.deepEqual(twinValues(run, undefined, 'loss'), [NaN, NaN, NaN]);
  });

  it('fit what is seen', () => {
    assert.deepEqual(
      fitRange([[1, NaN, 2]], false)!.map((v) => v.toFixed(2)),
      ['0.92', '2.08'],
    );
    assert.equal(fitRange([[NaN]], false), undefined);
    assert.equal(fitRange([[-1, 0]], true), undefined);
  });
});

describe('steps in a picture', () => {
  const losses = new StepLosses();
  losses.add(Array.from({ length: 17 }, (_, i) => i));
  // Two epochs of 4 and 8 steps, as after a change of the batch size, and five steps of a third.
  const history = [epoch(1, 4, 1), epoch(2, 12, 1)];

  it('end their epoch where its record stands', () => {
    const { x, min } = stepPoints(losses.data, history, 8, [0, 3], 100)!;
    assert.equal(x.length, 17);
    assert.deepEqual([x[0], x[3], x[4], x[11], x[16]], [0.25, 1, 1.125, 2, 2.625]);
    assert.deepEqual(
      [...min],
      Array.from({ length: 17 }, (_, i) => i),
    );
  });

  it('are those of the span', () => {
    const { min } = stepPoints(losses.data, history, 8, [1, 2], 100)!;
    assert.ok(min[0] >= 3 && min[0] <= 4 && min[min.length - 1] >= 11 && min[min.length - 1] <= 13, [...min].join());
    assert.equal(stepPoints(losses.data, history, 8, [0, 3], 16), undefined);
  });
});

describe('marks', () => {
  it('tell the best epoch, that of the twin, and the last of several changes of one thing', () => {
    const change = (to: number, at: number, parameter = 'rate', layer: string | undefined = 'drop1') => ({
      step: at * 10,
      epoch: at,
      parameter,
      from: 0,
      to,
      ...(layer && { layer }),
    });
    const marks = marksOf(
      [epoch(1, 1, 3), epoch(2, 2, 1), epoch(3, 3, 2)],
      [
        change(0.3, 2),
        change(0.4, 2),
        { step: 21, epoch: 2, parameter: 'optimizer.learningRate', from: 0.1, to: 0.01 },
      ],
      [epoch(1, 1, 1), epoch(2, 2, 2)],
    );
    assert.deepEqual(
      marks.map(({ epoch: at, text, type }) => [at, text, type]),
      [
        [2, 'best 2', 'best'],
        [1, 'twin\u2019s best 1', 'twin'],
        [2, 'learning rate \u2192 0.01 and 1 more', 'change'],
      ],
    );
  });
});
