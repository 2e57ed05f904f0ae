import assert from 'node:assert/strict';
import { StepLosses } from '../../../src/protocol/stepLosses';

describe('losses of single steps', () => {
  it('are all there, as long as there is room for each', () => {
    const losses = new StepLosses(undefined, 1024);
    const given = Array.from({ length: 700 }, (_, i) => Math.fround(Math.sin(i)));
    losses.add(given.slice(0, 300));
    losses.add(given.slice(300));
    const { count, size, min, max } = losses.data;
    assert.deepEqual([count, size], [700, 1]);
    assert.deepEqual([...min], given);
    assert.deepEqual([...max], given);
  });

  it('share buckets beyond, of which none loses its smallest or its largest', () => {
    const losses = new StepLosses(undefined, 256);
    const given = Array.from({ length: 2000 }, (_, i) => Math.fround(Math.sin(i * i)));
    for (const loss of given) losses.add([loss]);
    const { count, size, min, max } = losses.data;
    assert.deepEqual([count, size, min.length], [2000, 8, 250]);
    for (let b = 0; b < min.length; b++) {
      const steps = given.slice(b * size, (b + 1) * size);
      assert.equal(min[b], Math.min(...steps));
      assert.equal(max[b], Math.max(...steps));
    }
  });

  it('go on from what another has', () => {
    const [straight, first] = [new StepLosses(undefined, 256), new StepLosses(undefined, 256)];
    const given = Array.from({ length: 777 }, (_, i) => (i * 37) % 101);
    straight.add(given);
    first.add(given.slice(0, 533));
    const second = new StepLosses(first.data, 256);
    second.add(given.slice(533));
    assert.deepEqual(second.data, straight.data);
  });
});
