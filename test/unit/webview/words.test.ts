import assert from 'node:assert/strict';
import * as words from '../../../webview/words';

describe('words of the page', () => {
  it('writes numbers the same way everywhere', () => {
    assert.equal(words.count(8320), '8,320');
    assert.equal(words.count(-3), '\u22123');
    assert.equal(words.plural(1, 'unit'), '1 unit');
    assert.equal(words.plural(128, 'unit'), '128 units');
    assert.equal(words.percent(0.8591, 1), '85.9 %');
    assert.equal(words.percent(undefined), '\u2013');
    assert.equal(words.duration(0.64), '0.6 s');
    assert.equal(words.duration(9.96), '0:09');
    assert.equal(words.duration(65.9), '1:05');
    assert.equal(words.duration(3723), '1:02:03');
    assert.equal(words.shape([8, 8, 1]), '8 \u00d7 8 \u00d7 1');
  });

  it('writes losses of every size, and what is no number', () => {
    assert.equal(words.loss(0.7251), '0.725');
    assert.equal(words.loss(0), '0.000');
    assert.equal(words.loss(-0.5), '\u22120.500');
    assert.equal(words.loss(0.0001), '1.0e\u22124');
    assert.equal(words.loss(62.834), '62.83');
    assert.equal(words.loss(3948.2), '3,948');
    assert.equal(words.loss(1.5e12), '1.5e12');
    assert.equal(words.loss(NaN), 'NaN');
    assert.equal(words.loss(-Infinity), '\u2212\u221e');
    assert.equal(words.loss(undefined), '\u2013');
  });

  it('gives changes a sign, and none to what rounds to nothing', () => {
    assert.equal(words.signed(0.0031), '+0.003');
    assert.equal(words.signed(-0.064), '\u22120.064');
    assert.equal(words.signed(-0.0003), '+0.000');
  });

  it('never writes 0.30000000000000004', () => {
    assert.equal(words.rate(0.1 + 0.2), '0.3');
    assert.equal(words.survivors(0.5), 'survivors \u00d7 2');
    assert.equal(words.survivors(0.3), 'survivors \u00d7 1.43');
  });

  it('speaks a mask, a node and a slider as the design says', () => {
    const mask = { id: 'dense1', sample: 6, batchSize: 20, step: 634, units: 128, dropped: 62, active: 20, silent: 46 };
    assert.equal(words.spokenMask(mask), 'dense1, sample 7 of 20, step 634: 62 of 128 dropped, 20 active, 46 silent');
    assert.equal(
      words.spokenMask({ ...mask, dropped: undefined, active: 100, silent: 28 }),
      'dense1, sample 7 of 20, step 634: 100 active, 28 silent',
    );
    assert.equal(
      words.spokenNode({
        id: 'dense1',
        title: 'Dense',
        meta: '128 units, relu',
        parameters: 8320,
        index: 1,
        layers: 6,
      }),
      'dense1, dense, 128 units, relu, 8,320 parameters, layer 2 of 6',
    );
    assert.equal(words.spokenRate('drop1', 0.5, 'drops about 64 of 128'), 'Rate of drop1, 0.5, drops about 64 of 128');
  });

  it('sums a curve up: now, best, and where it goes', () => {
    const values = Array.from({ length: 20 }, (_, i) => (i < 10 ? 1 - i * 0.05 : 0.55 + (i - 9) * 0.01));
    const spoken = words.spokenCurve({
      name: 'Validation loss',
      values,
      epochs: values.map((_, i) => i + 1),
      better: 'lower',
      format: words.loss,
    });
    assert.equal(spoken, 'Validation loss 0.650 at epoch 20; best 0.550 at epoch 10; rising by 0.010 an epoch.');
  });

  it('says of an empty curve that it is empty, and skips what is no number', () => {
    const curve = { name: 'Loss', better: 'lower', format: words.loss } as const;
    assert.equal(words.spokenCurve({ ...curve, values: [], epochs: [] }), 'Loss: no epoch yet.');
    assert.equal(words.bestIndex([NaN, 3, 2, 2, NaN], 'lower'), 2);
    assert.equal(words.bestIndex([0.1, 0.9, 0.9], 'higher'), 1);
    assert.equal(words.bestIndex([NaN], 'lower'), -1);
    assert.equal(words.slope([1, 2]), undefined);
    assert.ok(Math.abs(words.slope([3, 2, 1])! + 1) < 1e-12);
  });
});
