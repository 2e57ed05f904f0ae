import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inRoot } from '../../../scripts/lib/paths.mjs';
import { RELIABILITY } from '../../../src/verdict';
import { isRight, judged, report, shareOf } from '../../harness/verdict/judge';
import type { Curve } from '../../harness/verdict/curves';

const curves = JSON.parse(readFileSync(inRoot('test', 'fixtures', 'verdict', 'curves.json'), 'utf8')) as Curve[];

describe('The verdict on runs of which the truth is known', () => {
  const all = judged(curves);
  const share = (set: 'tuning' | 'heldOut'): number => {
    const { right, all: of } = shareOf(all, set);
    return right / of;
  };

  it('has cases of every truth in both sets', () => {
    for (const set of ['tuning', 'heldOut'] as const) {
      const truths = new Set(all.filter((j) => j.curve.set === set).map((j) => j.truth));
      assert.deepEqual([...truths].sort(), [
        'nothingToLearn',
        'overfitting',
        'rightFit',
        'stillLearning',
        'underfitting',
      ]);
    }
  });

  it('is right as often as docs/verdict.md says', () => {
    const page = readFileSync(inRoot('docs', 'verdict.md'), 'utf8');
    assert.ok(page.includes(report(curves).text), 'docs/verdict.md is stale: run node scripts/verdict-cases.mjs');
  });

  it('is no worse than it was', () => {
    assert.ok(share('tuning') >= TUNING, String(share('tuning')));
    assert.ok(share('heldOut') >= HELD_OUT, String(share('heldOut')));
  });

  it('is as sure as it says: on the held-out cases, clear ones and close ones are right as often as the card tells', () => {
    for (const close of [false, true]) {
      const of = shareOf(all, 'heldOut', (j) => j.said !== 'tooEarly' && (j.closeTo !== undefined) === close);
      assert.equal(RELIABILITY[close ? 'close' : 'clear'], Number((of.right / of.all).toFixed(2)));
      assert.ok(of.all >= 90, String(of.all));
    }
  });

  it('that is close was what was said or what it was close to, nine times of ten', () => {
    for (const set of ['tuning', 'heldOut'] as const) {
      const close = all.filter((j) => j.curve.set === set && j.closeTo);
      const either = close.filter((j) => isRight(j) || j.truth === j.closeTo!.kind);
      assert.ok(either.length / close.length >= 0.88, `${set}: ${either.length} of ${close.length}`);
    }
  });

  it('never takes one end of the scale for the other', () => {
    const wrong = all.filter(
      ({ truth, said }) =>
        (truth === 'overfitting' && said === 'underfitting') || (truth === 'underfitting' && said === 'overfitting'),
    );
    assert.deepEqual(
      wrong.map(({ curve, epoch }) => `${curve.task}, ${curve.way}, epoch ${epoch}`),
      [],
    );
  });
});

/** Measured when the limits were last chosen. */
const TUNING = 0.84;
const HELD_OUT = 0.8;
