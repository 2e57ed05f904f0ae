import assert from 'node:assert/strict';
import type { EpochRecord } from '../../../src/engine/records';
import { closeCall, reachOf, verdictOf, verdictOfKept, type Judgement, type RunFacts } from '../../../src/verdict';
import { overScore } from '../../../src/verdict/rules';
import { roughness } from '../../../src/verdict/statistics';
import { headline, spokenVerdict } from '../../../src/verdict/words';

const facts: RunFacts = {
  epochs: 60,
  train: 2000,
  validation: 2000,
  classes: 2,
  loss: 'crossentropy',
  baseline: 0.693,
  labelNoise: 0,
};
type Curve = (epoch: number) => number;
const run = (epochs: number, train: Curve, validation: Curve): EpochRecord[] =>
  Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    step: i + 1,
    train: { loss: train(i + 1), min: train(i + 1), max: train(i + 1) },
    trainDropoutOff: { loss: train(i + 1) },
    validation: { loss: validation(i + 1) },
  }));
const falls =
  (to: number): Curve =>
  (e) =>
    to + (0.7 - to) * Math.exp(-e / 5);
const figures = {
  loss: (value: number) => value.toFixed(3),
  signed: (value: number) => value.toFixed(3),
  percent: (share: number) => `${Math.round(share * 100)} %`,
};
const told = ({ kind, closeTo }: Judgement) => [kind, closeTo?.kind, closeTo?.by];

describe('How sure a verdict is', () => {
  it('is clear far from every limit, and the needle has little room', () => {
    const right = verdictOf(facts, run(60, falls(0.05), falls(0.08)));
    assert.deepEqual(told(right), ['rightFit', undefined, undefined]);
    assert.equal(closeCall(right, figures), undefined);
    assert.equal(headline(right, undefined), `since epoch ${right.since}`);
    const [from, to] = reachOf(right.measured!);
    assert.ok(from < right.place! && right.place! < to && to - from < 0.25, `${from} ${right.place} ${to}`);
  });

  it('is close to overfitting where a gap is nearly large enough, and to right fit where it is just', () => {
    // A gap of 0.3 of what there is to learn would be overfitting.
    const near = verdictOf(facts, run(60, falls(0.03), falls(0.03 + 0.8 * 0.3 * 0.693)));
    assert.deepEqual(told(near), ['rightFit', 'overfitting', 'over']);
    assert.equal(Math.round(100 * overScore(near.measured!)), 80);
    assert.match(
      closeCall(near, figures)!,
      /^Or overfitting: gap and rise of validation come to 80 % of what counts as overfitting\. Verdicts this close were right in \d+ % of tests, clear ones in \d+ %\.$/,
    );
    assert.match(headline(near, undefined), /^since epoch \d+, close to overfitting$/);
    assert.match(spokenVerdict(near, figures), /^Right fit since epoch \d+, close to overfitting: validation costs/);
    const [, to] = reachOf(near.measured!);
    assert.ok(to > 1 / 3, 'the needle may stand in the outer third');
    const just = verdictOf(facts, run(60, falls(0.03), falls(0.03 + 1.1 * 0.3 * 0.693)));
    assert.deepEqual(told(just), ['overfitting', 'rightFit', 'over']);
    const far = verdictOf(facts, run(60, falls(0.03), falls(0.03 + 1.6 * 0.3 * 0.693)));
    assert.deepEqual(told(far), ['overfitting', undefined, undefined]);
  });

  it('is close to right fit where what is left is just too much, and the other way round', () => {
    // A quarter of what there is to learn, left, is underfitting.
    assert.deepEqual(told(verdictOf(facts, run(60, falls(0.19), falls(0.2)))), ['underfitting', 'rightFit', 'under']);
    assert.deepEqual(told(verdictOf(facts, run(60, falls(0.155), falls(0.16)))), ['rightFit', 'underfitting', 'under']);
  });

  it('is close to still learning early in a run, where much may come yet', () => {
    const history = run(60, falls(0.4), falls(0.42));
    const early = verdictOf(facts, history.slice(0, 25));
    assert.deepEqual(told(early), ['underfitting', 'stillLearning', 'early']);
    assert.match(closeCall(early, figures)!, /less than half of its epochs are made/);
    assert.deepEqual(told(verdictOf(facts, history)), ['underfitting', undefined, undefined]);
  });

  it('is close to what half the gain would leave of still learning', () => {
    // The more slowly it falls, the less is to come: at some pace it is close, and beyond it is not learning any more.
    const kinds = [0.0022, 0.0018, 0.0015, 0.0012, 0.0009, 0.0006, 0.0003].map((slope) => {
      const line = (e: number): number => 0.5 - slope * e;
      return told(
        verdictOf(
          facts,
          run(60, line, (e) => line(e) + 0.01),
        ),
      ).join(' ');
    });
    const close = kinds.indexOf('stillLearning underfitting learning');
    assert.ok(close > 0, kinds.join(', '));
    assert.ok(
      kinds.slice(0, close).every((k) => k.startsWith('stillLearning')),
      kinds.join(', '),
    );
    assert.ok(kinds.at(-1)!.startsWith('underfitting'), kinds.join(', '));
  });

  it('is close to what the newest epoch says, where that is something else', () => {
    const history = run(60, falls(0.03), (e) => (e < 56 ? falls(0.08)(e) : 0.6));
    let judged: Judgement | undefined;
    for (let n = 56; n <= 60 && judged?.closeTo?.by !== 'newest'; n++) judged = verdictOf(facts, history.slice(0, n));
    assert.deepEqual(told(judged!), ['rightFit', 'overfitting', 'newest']);
  });

  it('says nothing of it where nothing is said yet', () => {
    assert.equal(verdictOf(facts, run(4, falls(0.1), falls(0.1))).closeTo, undefined);
  });

  it('is told of kept weights too', () => {
    const kept = verdictOfKept(facts, run(60, falls(0.03), falls(0.03 + 0.8 * 0.3 * 0.693)), 40);
    assert.deepEqual(told(kept), ['rightFit', 'overfitting', 'over']);
    assert.equal(
      headline(kept, { reason: 'earlyStopping', kept: 40 }),
      'weights of epoch 40 kept, close to overfitting',
    );
  });
});

describe('Since when a verdict has been true', () => {
  it('of overfitting: since the epoch after the best, where validation rises from there', () => {
    for (const best of [12, 20, 31]) {
      const validation = (e: number): number => 0.15 + (e <= best ? 0.02 * (best - e) : 0.012 * (e - best));
      for (const epochs of [55, 60]) {
        const { kind, since, measured } = verdictOf(facts, run(epochs, falls(0.01), validation));
        assert.equal(kind, 'overfitting');
        assert.equal(measured!.best!.epoch, best);
        assert.equal(since, best + 1);
      }
    }
  });

  it('of overfitting after a long level stretch: since it left that, and not since the lowest epoch in it by chance', () => {
    const validation = (e: number): number =>
      e <= 40 ? 0.15 + 0.6 * Math.exp(-e / 3) + 0.006 * Math.sin(e * 2.4) : 0.15 + 0.02 * (e - 40);
    const { kind, since, measured } = verdictOf(facts, run(60, falls(0.01), validation));
    assert.equal(kind, 'overfitting');
    assert.ok(measured!.best!.epoch < 38, String(measured!.best!.epoch));
    assert.ok(since >= 38 && since <= 42, String(since));
  });

  it('of overfitting by the gap alone: since the gap is so large, while validation still falls', () => {
    // Training comes down at epoch 31, all at once.
    const train = (e: number): number => (e <= 30 ? 0.4 : 0.02);
    const { kind, since } = verdictOf(
      facts,
      run(60, train, (e) => 0.42 - 0.0001 * e),
    );
    assert.deepEqual([kind, since], ['overfitting', 31]);
  });

  it('of overfitting that was over in between: not before it came back', () => {
    const bump = (e: number): number => (e > 20 && e <= 30 ? 0.6 : e > 45 ? 0.7 : 0.1);
    const history = run(60, () => 0.05, bump);
    const first = verdictOf(facts, history.slice(0, 30));
    assert.deepEqual([first.kind, first.since], ['overfitting', 21]);
    assert.equal(verdictOf(facts, history.slice(0, 45)).kind, 'rightFit');
    const again = verdictOf(facts, history);
    assert.deepEqual([again.kind, again.since], ['overfitting', 46]);
  });

  it('is not misled by a bend: what epochs scatter by is told apart from where they go', () => {
    assert.ok(roughness(Array.from({ length: 40 }, (_, i) => 0.01 * Math.abs(i - 20))) < 1e-12);
    // Values of a linear congruential generator: uniform, of which the deviation is known.
    let x = 1;
    const noise = Array.from({ length: 2000 }, () => (x = (16807 * x) % 2147483647) / 2147483647 - 0.5);
    const found = roughness(noise.map((v, i) => v + Math.sin(i / 50)));
    assert.ok(Math.abs(found / Math.sqrt(1 / 12) - 1) < 0.15, String(found));
    assert.ok(Number.isNaN(roughness([1, 2])));
  });

  it('of all else: since the middle of the five epochs that said so first', () => {
    // From epoch 21 on nothing is left to learn; the median of five says so at epoch 23.
    const step = (e: number): number => (e <= 20 ? 0.5 : 0.05);
    const { kind, since } = verdictOf(facts, run(60, step, step));
    assert.equal(kind, 'rightFit');
    assert.ok(since >= 21, String(since));
  });
});
