import assert from 'node:assert/strict';
import { reference } from '../../../../src/engine/kernels/reference';
import { drawMask } from '../../../../src/engine/rng/philox';
import { assertClose, assertSame, benches, LENGTHS, withSpecial } from './support';

/** Those at which the comparison with 2^32 x rate is on the edge, too: none drop, one word in 2^32, all. */
const RATES = [0, 2 ** -53, 2 ** -32, 0.1, 0.5, 1 - 2 ** -20, 0.999, 1 - 2 ** -53];
const SEEDS = [0, 1, 0xffffffff, 2 ** 32, Number.MAX_SAFE_INTEGER];
const STEPS = [0, 1, 2 ** 31, 2 ** 32 - 1];

describe('Kernels of masks', () => {
  const all = benches();

  it('draw the very masks of drawMask, whatever the seed, the step, the sample, the rate and the shares', () => {
    let dropped = 0;
    for (const [index, rate] of RATES.entries())
      for (const [at, units] of [...LENGTHS, 50, 784].entries()) {
        const source = { seed: SEEDS[(index + at) % SEEDS.length], stream: Math.imul(at + 1, 0x9e3779b9) >>> 0 };
        const step = STEPS[(index * 3 + at) % STEPS.length];
        const rows = 1 + ((index + at) % 5);
        const firstSample = at * 31;
        const wanted = new Uint8Array(rows * units);
        for (let row = 0; row < rows; row++) {
          const { seed, stream } = source;
          const sample = firstSample + row;
          dropped += drawMask(wanted, row * units, units, new Uint32Array(4), seed, stream, step, sample, { rate });
        }
        for (const { set, bytes } of all.map((bench) => ({
          set: bench.set,
          bytes: bench.bytes(wanted.map(() => 7)),
        }))) {
          set.drawMasks(bytes, rows, units, source, { rate }, step, firstSample);
          assert.deepEqual(new Uint8Array(bytes), wanted, `rate ${rate}, ${rows} x ${units}`);
        }
      }
    assert.ok(dropped > 1000);
    for (const bench of all) bench.checkGuards();
  });

  it('drop and scale in one go as drawing and applying do', () => {
    for (const rate of RATES)
      for (const units of LENGTHS)
        for (const rows of [1, 2, 5]) {
          const x = withSpecial(rows * units, `x${units}`);
          const source = { seed: 7, stream: 99 };
          const scale = 1 / (1 - rate);
          const wanted = new Float32Array(rows * units);
          const mask = new Uint8Array(rows * units);
          reference.dropout(wanted, x, scale, mask, rows, units, source, { rate }, 3, 2);
          for (const bench of all) {
            const y = bench.reals(wanted.map(() => 9));
            const drawn = bench.bytes(mask.map(() => 9));
            bench.set.dropout(y, bench.reals(x), scale, drawn, rows, units, source, { rate }, 3, 2);
            assert.deepEqual(new Uint8Array(drawn), mask);
            // The scale is rounded, and the product again.
            assertClose(y, wanted, 3, `${rows} x ${units}, rate ${rate}`);
          }
        }
    for (const bench of all) bench.checkGuards();
  });

  it('apply masks, written or added, whatever stands in what is dropped', () => {
    for (const accumulate of [false, true])
      for (const length of LENGTHS) {
        const x = withSpecial(length, 'x');
        const before = withSpecial(length, 'before').reverse();
        const mask = Uint8Array.from(x, (_, i) => ((i * 7) % 3) & 1);
        const wanted = before.slice();
        reference.applyMask(wanted, x, mask, 1.25, length, accumulate);
        const found = all.map((bench) => {
          const y = bench.reals(before);
          bench.set.applyMask(y, bench.reals(x), bench.bytes(mask), 1.25, length, accumulate);
          return y;
        });
        assertClose(found[0], wanted, 3, `${length}`, (i) => Math.abs(x[i]));
        for (const y of found) assertSame(y, found[0], 'shared');
      }
    for (const bench of all) bench.checkGuards();
  });
});
