import assert from 'node:assert/strict';
import type { Judgement } from '../../../src/verdict/judge';
import { doubtOf, evidenceOf, spokenVerdict, titleOf } from '../../../src/verdict/words';

const figures = {
  loss: (value: number) => value.toFixed(3),
  signed: (value: number) => value.toFixed(3),
  percent: (share: number) => `${share * 100} %`,
};

describe('The evidence of a verdict', () => {
  it('says nothing of a spread and a slope that one epoch does not have', () => {
    const epoch = {
      epoch: 1,
      step: 10,
      train: { loss: 1, min: 0.5, max: 2 },
      trainDropoutOff: { loss: 0.9 },
      validation: { loss: 1.1 },
    };
    const measured = { train: 0.9, range: 2, gap: 0.2, gapSpread: NaN, slope: NaN, best: { epoch: 1, loss: 1.1 } };
    const judgement = { kind: 'tooEarly', measured } as unknown as Judgement;
    const rows = evidenceOf(judgement, [epoch], figures);
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['Validation loss', 'Gap to training, dropout off'],
    );
    assert.ok(!JSON.stringify(rows).includes('NaN'));
  });
});

describe('What else could be true', () => {
  const doubt = (kind: string, neighbours?: number): string | undefined =>
    doubtOf({ kind, since: 9, measured: { train: 1.2, range: 2, neighbours } } as unknown as Judgement, figures);

  it('of underfitting: that there is more to learn, or that there is little', () => {
    assert.match(doubt('underfitting', 0.4)!, /^There is more to learn/);
    assert.match(doubt('underfitting', 1.9)!, /^Or there is little to learn/);
    assert.equal(doubt('underfitting', 1.19), undefined);
    assert.equal(doubt('underfitting'), undefined);
    assert.equal(doubt('rightFit', 0.4), undefined);
  });

  it('of nothing to learn: both ways out', () => {
    assert.match(doubt('nothingToLearn', 2)!, /costs 2\.000\. The targets may not depend.* a larger network/);
    assert.equal(titleOf('nothingToLearn'), 'Nothing to learn found');
    const spoken = spokenVerdict(
      { kind: 'nothingToLearn', since: 9, measured: { train: 2, range: 2, gap: 0 } } as unknown as Judgement,
      figures,
    );
    assert.match(spoken, /^Nothing to learn found since epoch 9: knowing nothing costs 2\.000/);
  });
});
