import type { Windows } from '../../../../src/engine/kernels/set';
import { windowKernels } from '../../../../src/engine/kernels/windows';
import { windowsOf } from '../../../../src/engine/layers/parts/pictures';
import { Random } from '../../../../src/engine/rng/philox';
import { assertSame } from './support';
import { allBenches, drawn, indices } from './supportPooling';

const between = (random: Random, low: number, high: number): number => low + random.below(high - low + 1);

/** Pictures and windows of any size, with and without padding, windows over one another and with gaps between them. */
function anyWindows(random: Random): Windows {
  const padding = random.below(2) === 0 ? 'same' : 'valid';
  const picture = [between(random, 1, 9), between(random, 1, 9), between(random, 1, 13)] as const;
  const window = picture.slice(0, 2).map((size) => between(random, 1, padding === 'same' ? 5 : size));
  const strides = [between(random, 1, 4), between(random, 1, 4)];
  return windowsOf(picture, { name: 'poolSize', window, strides, dilation: [1, 1], padding });
}

describe('Pooling kernels give the bits of the reference', () => {
  const random = new Random(1, 'kernels/pooling');
  const tried = allBenches();
  for (let trial = 0; trial < 60; trial++) {
    const w = anyWindows(random);
    const samples = between(random, 1, 5);
    const extremes = trial % 2 === 1;
    const inputs = samples * w.height * w.width * w.channels;
    const outputs = samples * w.rows * w.columns * w.channels;
    const images = drawn(random, inputs, extremes);
    const dy = drawn(random, outputs, extremes);
    const before = drawn(random, inputs);
    const shape = `${samples} × [${w.height}, ${w.width}, ${w.channels}] → [${w.rows}, ${w.columns}]`;
    const window = `${w.windowHeight} × ${w.windowWidth} by ${w.strideY}, ${w.strideX}`;

    it(`${shape}, windows of ${window}${extremes ? ', NaN and infinities among them' : ''}`, () => {
      const largest = new Float32Array(outputs);
      const mean = new Float32Array(outputs);
      const chosen = new Uint32Array(outputs);
      windowKernels.maxPool(largest, chosen, images, samples, w);
      windowKernels.averagePool(mean, images, samples, w);
      for (const bench of tried) {
        const kernels = bench.set;
        const x = bench.reals(images);
        const given = bench.reals(dy);
        const output = bench.reals(new Float32Array(outputs));
        const places = indices(bench, new Uint32Array(outputs));
        kernels.maxPool(output, places, x, samples, w);
        assertSame(output, largest, 'largest');
        assertSame(places, chosen, 'where it stood');
        kernels.averagePool(output, x, samples, w);
        assertSame(output, mean, 'mean');
        for (const accumulate of [false, true]) {
          const name = accumulate ? 'gradient added' : 'gradient written';
          const expected = before.slice();
          const gradient = bench.reals(before);
          windowKernels.maxPoolGradient(expected, dy, chosen, samples, w, accumulate);
          kernels.maxPoolGradient(gradient, given, places, samples, w, accumulate);
          assertSame(gradient, expected, `${name} of the largest`);
          expected.set(before);
          gradient.set(before);
          windowKernels.averagePoolGradient(expected, dy, samples, w, accumulate);
          kernels.averagePoolGradient(gradient, given, samples, w, accumulate);
          assertSame(gradient, expected, `${name} of the mean`);
        }
        bench.checkGuards();
      }
    });
  }
});
