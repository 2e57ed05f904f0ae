import assert from 'node:assert/strict';
import { layers } from '../../../src/engine/layers/index';
import reference from '../../fixtures/engine/dropout_reference.json';
import { after, around, masksOf } from '../../unit/engine/dropout/support';

describe(`Dropout layers against PyTorch ${reference.torch}`, () => {
  for (const { kind, rate, dropped, kept } of reference.cases)
    it(`${kind} at ${rate} gives kept and dropped values what PyTorch gives them`, () => {
      const size = reference.x.length;
      const shape = kind === 'spatialDropout' ? [1, 1, size] : [size];
      const network = around(layers.get(kind)!, { rate }, { rows: 40, shape });
      network.parameters.get('below/kernel')!.values.fill(0);
      network.parameters.get('below/bias')!.values.set(reference.x);
      network.forward('train', 40, 1);
      const { last } = masksOf(network);
      const seen = new Set<number>();
      after(network).forEach((value, i) => {
        const wanted = last[i] ? dropped : kept[i % size];
        assert.ok(Math.abs(value - wanted) < 1e-12, `${value}, PyTorch ${wanted}`);
        seen.add((i % size) * 2 + last[i]);
      });
      assert.equal(seen.size, 2 * size, 'every value was both');
    });
});
