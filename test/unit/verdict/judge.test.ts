import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EpochRecord } from '../../../src/engine/records';
import { verdictOf, verdictOfKept, Verdicts, type RunFacts } from '../../../src/verdict';
import { judgeEpoch, overScore, underScore } from '../../../src/verdict/rules';
import { Meter, noiseFloor } from '../../../src/verdict/measure';
import { median, robustLine } from '../../../src/verdict/statistics';

const facts = (more: Partial<RunFacts> = {}): RunFacts => ({
  epochs: 60,
  train: 200,
  validation: 200,
  classes: 2,
  loss: 'crossentropy',
  baseline: 0.693,
  labelNoise: 0,
  ...more,
});
type Curve = (epoch: number) => number;
/** A run of so many epochs; without a curve for it, without validation. */
const run = (epochs: number, train: Curve, validation?: Curve): EpochRecord[] =>
  Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    step: 10 * (i + 1),
    train: { loss: train(i + 1), min: train(i + 1), max: train(i + 1) },
    trainDropoutOff: { loss: train(i + 1) },
    ...(validation && { validation: { loss: validation(i + 1) } }),
  }));
const falls =
  (from: number, to: number, pace = 6): Curve =>
  (e) =>
    to + (from - to) * Math.exp(-e / pace);
const rises =
  (low: number, at: number, slope: number): Curve =>
  (e) =>
    e < at ? low + 0.4 * Math.exp(-e / 4) : low + slope * (e - at);

describe('The verdict', () => {
  it('says nothing before five epochs', () => {
    for (let n = 0; n < 5; n++)
      assert.equal(verdictOf(facts(), run(n, falls(0.7, 0), falls(0.7, 0.3))).kind, 'tooEarly');
    assert.equal(verdictOf(facts(), []).measured, undefined);
  });

  it('is still learning while both losses fall', () => {
    const { kind, place } = verdictOf(
      facts(),
      run(
        20,
        (e) => 0.7 - 0.02 * e,
        (e) => 0.72 - 0.02 * e,
      ),
    );
    assert.deepEqual([kind, place], ['stillLearning', undefined]);
  });

  it('is underfitting where training stays high beside validation', () => {
    const { kind, place } = verdictOf(facts(), run(60, falls(0.7, 0.45), falls(0.72, 0.46)));
    assert.equal(kind, 'underfitting');
    assert.ok(place! < -1 / 3 && place! > -1, String(place));
  });

  it('is a right fit where both are low and level', () => {
    const { kind, place } = verdictOf(facts(), run(60, falls(0.7, 0.08), falls(0.7, 0.12)));
    assert.equal(kind, 'rightFit');
    assert.ok(Math.abs(place!) < 1 / 3, String(place));
  });

  it('is overfitting where validation rises again, and says since when and which epoch was best', () => {
    const { kind, since, place, measured } = verdictOf(facts(), run(60, falls(0.7, 0.01), rises(0.15, 20, 0.006)));
    assert.equal(kind, 'overfitting');
    assert.ok(since > 20 && since < 45, String(since));
    assert.ok(place! > 1 / 3 && place! < 1, String(place));
    assert.equal(measured!.best!.epoch, 20);
  });

  it('is overfitting where the gap is large, though validation does not rise', () => {
    assert.equal(verdictOf(facts(), run(60, falls(0.7, 0.0), falls(0.7, 0.42))).kind, 'overfitting');
  });

  it('does not call a gap overfitting that a small validation set makes by chance', () => {
    const history = run(60, falls(0.7, 0.05), falls(0.7, 0.31));
    assert.equal(verdictOf(facts({ validation: 1000 }), history).kind, 'overfitting');
    assert.equal(verdictOf(facts({ validation: 4 }), history).kind, 'rightFit');
  });

  it('does not call it overfitting where training rises as well: the steps are too large', () => {
    const swings: Curve = (e) => 0.3 + (e > 30 ? 0.15 : 0);
    assert.notEqual(
      verdictOf(
        facts(),
        run(60, swings, (e) => swings(e) + 0.02),
      ).kind,
      'overfitting',
    );
  });

  it('does not mind single epochs out of line', () => {
    const level: Curve = (e) => (e % 9 === 0 ? 2 : falls(0.7, 0.12)(e));
    assert.equal(verdictOf(facts(), run(60, falls(0.7, 0.08), level)).kind, 'rightFit');
  });

  it('lets a dip that comes back pass', () => {
    const dips: Curve = (e) => falls(0.7, 0.14)(e) + (e > 20 && e < 26 ? 0.2 : 0);
    assert.equal(verdictOf(facts(), run(60, falls(0.7, 0.1), dips)).kind, 'rightFit');
  });

  it('changes only when two epochs in a row say something else', () => {
    const verdicts = new Verdicts();
    const history = run(60, falls(0.7, 0.01), rises(0.3, 20, 0.006));
    const kinds = history.map((_, i) => verdicts.of('r', facts(), history.slice(0, i + 1)).kind);
    const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length;
    assert.ok(changes <= 4, kinds.join(' '));
    for (let i = 1; i + 1 < kinds.length; i++)
      assert.ok(kinds[i] === kinds[i - 1] || kinds[i] === kinds[i + 1] || kinds[i - 1] === 'tooEarly', kinds.join(' '));
  });

  it('judges each run from its first epoch on, and the same at once as epoch by epoch', () => {
    const verdicts = new Verdicts();
    const over = run(60, falls(0.7, 0.01), rises(0.3, 20, 0.006));
    const right = run(60, falls(0.7, 0.08), falls(0.7, 0.12));
    for (let i = 1; i <= 60; i++) verdicts.of('a', facts(), over.slice(0, i));
    assert.deepEqual(verdicts.of('a', facts(), over), verdictOf(facts(), over));
    assert.deepEqual(verdicts.of('b', facts(), right), verdictOf(facts(), right));
    // A new run of the same name begins with fewer epochs.
    assert.deepEqual(verdicts.of('b', facts(), right.slice(0, 7)), verdictOf(facts(), right.slice(0, 7)));
  });

  it('without validation says what it can: underfitting, still learning, or that nobody can tell', () => {
    const alone = facts({ validation: 0 });
    assert.equal(verdictOf(alone, run(60, falls(0.7, 0.5))).kind, 'underfitting');
    assert.equal(
      verdictOf(
        alone,
        run(20, (e) => 0.7 - 0.02 * e),
      ).kind,
      'stillLearning',
    );
    assert.equal(verdictOf(alone, run(60, falls(0.7, 0.02))).kind, 'notValidated');
  });

  it('takes for right what a sample\u2019s neighbours cannot do better, and for underfitting what they can', () => {
    const history = run(60, falls(0.7, 0.42), falls(0.7, 0.44));
    const kind = (neighbours: number, inputs = 2): string => verdictOf(facts({ neighbours, inputs }), history).kind;
    assert.equal(kind(0.45), 'rightFit');
    assert.equal(kind(0.2), 'underfitting');
    assert.equal(kind(0.45, 784), 'underfitting', 'neighbours among pictures tell little');
  });

  it('says that there may be nothing to learn where neither it nor the neighbours know more than a constant', () => {
    const level: Curve = (e) => 0.693 + 0.003 * Math.sin(5 * e);
    const kind = (neighbours: number | undefined): string =>
      verdictOf(facts({ neighbours, inputs: 2 }), run(60, level, level)).kind;
    assert.equal(kind(0.7), 'nothingToLearn');
    assert.equal(kind(0.3), 'underfitting');
    assert.equal(kind(undefined), 'underfitting');
    const byHeart = run(60, falls(0.7, 0.01), rises(0.7, 8, 0.03));
    assert.equal(verdictOf(facts({ neighbours: 0.7, inputs: 2 }), byHeart).kind, 'overfitting');
  });

  it('waits for evaluation where it lags behind training, as with batch normalization', () => {
    const lagging = run(
      20,
      () => 0.65,
      () => 0.66,
    ).map((e) => ({ ...e, train: { loss: 0.2, min: 0.2, max: 0.2 } }));
    assert.equal(verdictOf(facts({ epochs: 20 }), lagging).kind, 'stillLearning');
    assert.equal(
      verdictOf(
        facts({ epochs: 20 }),
        run(
          20,
          () => 0.65,
          () => 0.66,
        ),
      ).kind,
      'underfitting',
    );
  });

  it('does not take coming back from a jump for learning', () => {
    const jumps: Curve = (e) => (e < 30 ? 0.5 : e < 36 ? 1 : 0.5 + 0.5 * Math.exp(-(e - 36) / 9));
    assert.equal(
      verdictOf(
        facts(),
        run(48, jumps, (e) => jumps(e) + 0.01),
      ).kind,
      'underfitting',
    );
  });

  it('has begun after a hundred epochs, however many were asked for', () => {
    const history = run(
      120,
      () => 0.68,
      () => 0.69,
    );
    assert.equal(verdictOf(facts({ epochs: 100_000 }), history.slice(0, 60)).kind, 'tooEarly');
    assert.equal(verdictOf(facts({ epochs: 100_000 }), history).kind, 'underfitting');
  });

  it('does without a baseline: the loss of the first epoch stands in', () => {
    const history = run(60, falls(0.8, 0.01), rises(0.3, 20, 0.006));
    assert.equal(verdictOf(facts({ baseline: undefined }), history).kind, 'overfitting');
  });

  it('takes out what wrong labels cost: a network that does not learn them by heart is no underfitting one', () => {
    const floor = noiseFloor(0.3, 2);
    const history = run(60, falls(0.7, floor + 0.02), falls(0.7, 0.2));
    assert.equal(verdictOf(facts({ labelNoise: 0.3 }), history).kind, 'rightFit');
    assert.equal(verdictOf(facts(), history).kind, 'underfitting');
  });

  it('knows the entropy of being wrong so often', () => {
    assert.equal(noiseFloor(0, 2), 0);
    // Half of 0.4 of the labels of two classes keep their class.
    assert.ok(Math.abs(noiseFloor(0.4, 2) + 0.2 * Math.log(0.2) + 0.8 * Math.log(0.8)) < 1e-12);
    assert.ok(Math.abs(noiseFloor(1, 4) - Math.log(4)) < 1e-12);
  });

  it('judges numbers as well, in units of their variance', () => {
    const numbers = facts({ classes: 0, loss: 'meanSquaredError', baseline: 5800 });
    assert.equal(verdictOf(numbers, run(60, falls(9000, 200), falls(9000, 600))).kind, 'rightFit');
    assert.equal(verdictOf(numbers, run(60, falls(9000, 4000), falls(9000, 4100))).kind, 'underfitting');
    assert.equal(verdictOf(numbers, run(60, falls(9000, 50), rises(2500, 20, 50))).kind, 'overfitting');
  });

  it('of a run that went back to its best epoch is about that epoch', () => {
    const history = run(60, falls(0.7, 0.05), rises(0.1, 20, 0.01));
    assert.equal(verdictOf(facts(), history).kind, 'overfitting');
    assert.equal(verdictOfKept(facts(), history, 20).kind, 'rightFit');
    assert.equal(verdictOfKept(facts(), [], 20).kind, 'tooEarly');
  });
});

describe('The verdict, whatever the curves', () => {
  const level = fc.double({ min: 0.001, max: 1.5, noNaN: true });
  const curves = fc
    .tuple(fc.array(fc.tuple(level, level), { minLength: 5, maxLength: 50 }), fc.integer({ min: 3, max: 500 }))
    .map(([losses, validation]) => ({ losses, validation }));
  const of = (losses: readonly (readonly [number, number])[], scale = 1, lift = 0): EpochRecord[] =>
    run(
      losses.length,
      (e) => scale * losses[e - 1][0],
      (e) => scale * (losses[e - 1][1] + lift),
    );

  it('does not depend on the unit of the loss', () => {
    fc.assert(
      fc.property(curves, fc.constantFrom(1 / 1024, 4, 4096), ({ losses, validation }, scale) => {
        const a = verdictOf(facts({ validation, baseline: 0.7 }), of(losses));
        const b = verdictOf(facts({ validation, baseline: 0.7 * scale }), of(losses, scale));
        assert.equal(a.kind, b.kind);
        assert.equal(a.since, b.since);
      }),
    );
  });

  it('leans the more to over, and the less to under, the larger the gap', () => {
    const trains = fc.array(level, { minLength: 5, maxLength: 50 });
    const figure = fc.double({ min: 0, max: 2, noNaN: true });
    fc.assert(
      fc.property(trains, figure, figure, fc.integer({ min: 3, max: 500 }), (train, gap, more, validation) => {
        const measured = (lift: number) => {
          const meter = new Meter(facts({ validation }));
          const level = median(train.slice(-5)) + lift;
          return run(
            train.length,
            (e) => train[e - 1],
            () => level,
          )
            .map((e) => meter.add(e))
            .at(-1)!;
        };
        const [a, b] = [measured(gap), measured(gap + more)];
        assert.ok(overScore(b) >= overScore(a) - 1e-9, `${overScore(a)} ${overScore(b)}`);
        assert.ok(underScore(b) <= underScore(a) + 1e-9, `${underScore(a)} ${underScore(b)}`);
      }),
    );
  });

  it('puts the needle into the stretch of its name, and only where there is one', () => {
    fc.assert(
      fc.property(curves, ({ losses, validation }) => {
        const meter = new Meter(facts({ validation }));
        for (const record of of(losses)) {
          const { kind, place } = judgeEpoch(meter.add(record));
          if (kind === 'overfitting') assert.ok(place! >= 1 / 3 && place! <= 1);
          else if (kind === 'underfitting') assert.ok(place! <= -1 / 3 && place! >= -1);
          else if (kind === 'rightFit') assert.ok(Math.abs(place!) <= 1 / 3 + 1e-12);
          else assert.equal(place, undefined);
        }
      }),
    );
  });
});

describe('Robust figures', () => {
  it('the median of an even number is the mean of the two in the middle', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.ok(Number.isNaN(median([])));
  });

  it('a line goes through what most values say', () => {
    const values = Array.from({ length: 21 }, (_, i) => 2 - 0.1 * i + (i === 4 || i === 15 ? 50 : 0));
    const { slope, noise, error } = robustLine(values);
    assert.ok(Math.abs(slope + 0.1) < 1e-9);
    assert.ok(noise < 1e-9 && error < 1e-9);
  });
});
