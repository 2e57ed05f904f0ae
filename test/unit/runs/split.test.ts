import assert from 'node:assert/strict';
import { disk } from '../../../src/runs/disk';
import { rangesOf, readSplitCounts } from '../../../src/runs/split';

describe('the split that a run records', () => {
  it('is rows as ranges, in their order, whatever order they are trained in', () => {
    assert.equal(rangesOf(Uint32Array.of(9, 2, 0, 1, 7, 10)), '0-2 7 9-10');
    assert.equal(rangesOf(Uint32Array.of(5)), '5');
    assert.equal(rangesOf(new Uint32Array(0)), '');
  });

  it('is read back as how many each part has, if it is whole', async () => {
    const of = (text: string) =>
      readSplitCounts('run', { ...disk, read: () => Promise.resolve(new TextEncoder().encode(text)) });
    const parts = { train: rangesOf(Uint32Array.of(9, 2, 0, 1, 7, 10)), validation: '5', test: '' };
    assert.deepEqual(await of(JSON.stringify(parts)), { train: 6, validation: 1, test: 0 });
    for (const damaged of ['', '{}', '{"train":"0-x","validation":"","test":""}'])
      assert.equal(await of(damaged), undefined);
    assert.equal(await readSplitCounts('nowhere'), undefined);
  });
});
