import assert from 'node:assert/strict';
import type { Judgement } from '../../../src/verdict/judge';
import { evidenceOf } from '../../../src/verdict/words';

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
