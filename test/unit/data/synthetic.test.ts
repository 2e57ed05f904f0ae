import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/model/json';
import { sources } from '../../../src/data/sources/index';
import { labelsOf, load } from './support';

/** Every point of a set, in the order it was drawn. */
async function points(data: JsonObject): Promise<{ x: number; y: number; label: number }[]> {
  const { dataset } = await load({ ...data, split: { train: data.samples } });
  const labels = labelsOf(dataset.train.targets, 2);
  const out: { x: number; y: number; label: number }[] = [];
  dataset.train.rows.forEach((row, i) => {
    out[row] = { x: dataset.train.inputs[2 * i], y: dataset.train.inputs[2 * i + 1], label: labels[i] };
  });
  return out;
}
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

describe('drawn sets', () => {
  for (const source of ['moons', 'circles', 'spiral', 'xor', 'gaussians', 'checkerboard']) {
    describe(source, () => {
      it('is what it says it is, before anything is drawn', async () => {
        const { yields } = sources.get(source)!;
        const { dataset } = await load({ source });
        assert.deepEqual(dataset.inputShape, yields?.shape);
        assert.deepEqual(dataset.target, { type: 'classes', names: yields?.classes });
        assert.equal(dataset.title, source);
        assert.deepEqual([dataset.train.count, dataset.validation.count, dataset.test.count], [240, 80, 80]);
      });
      it('has half of its points in each class, the odd one in the second', async () => {
        const labels = (await points({ source, samples: 101 })).map((p) => p.label);
        assert.deepEqual([labels.filter((l) => l === 0).length, labels.filter((l) => l === 1).length], [50, 51]);
      });
      it('is the same for the same seed, another for another', async () => {
        const data = { source, samples: 60, noise: 0.1 };
        assert.deepEqual(await points({ ...data, seed: 5 }), await points({ ...data, seed: 5 }));
        assert.notDeepEqual(await points({ ...data, seed: 5 }), await points({ ...data, seed: 6 }));
      });
      it('moves each point by normal noise of the deviation asked for, in the same direction for any', async () => {
        const [exact, small, large] = await Promise.all(
          [0, 0.1, 0.3].map((noise) => points({ source, samples: 4000, noise })),
        );
        const shifts = large.flatMap((p, i) => [p.x - exact[i].x, p.y - exact[i].y]);
        const mean = shifts.reduce((a, b) => a + b) / shifts.length;
        const deviation = Math.sqrt(shifts.reduce((a, s) => a + (s - mean) ** 2, 0) / shifts.length);
        // Standard errors of 8,000 draws: 0.0034 for the mean, 0.0024 for the deviation; four of each are allowed.
        assert.ok(Math.abs(mean) < 0.0136, `mean ${mean}`);
        assert.ok(Math.abs(deviation - 0.3) < 0.0096, `deviation ${deviation}`);
        small.forEach((p, i) => assert.ok(Math.abs((large[i].x - exact[i].x) / 3 - (p.x - exact[i].x)) < 1e-5));
      });
    });
  }

  it('moons: scikit-learn’s make_moons, without noise', async () => {
    // make_moons(n_samples=5, shuffle=False) of scikit-learn: two on the upper half circle, three on the lower.
    const expected = [
      [1, 0],
      [-1, 0],
      [0, 0.5],
      [1, -0.5],
      [2, 0.5],
    ];
    (await points({ source: 'moons', samples: 5, noise: 0 })).forEach((p, i) => {
      near(p.x, expected[i][0]);
      near(p.y, expected[i][1]);
    });
  });
  it('circles: radius 1 outside, the factor inside', async () => {
    for (const p of await points({ source: 'circles', samples: 50, noise: 0, factor: 0.3 }))
      near(Math.hypot(p.x, p.y), p.label === 0 ? 1 : 0.3);
  });
  it('spiral: both arms end at radius 2, opposite each other', async () => {
    const all = await points({ source: 'spiral', samples: 100, noise: 0, turns: 2 });
    near(Math.hypot(all[49].x, all[49].y), 2);
    all.slice(0, 50).forEach((p, i) => {
      near(p.x, -all[i + 50].x);
      near(p.y, -all[i + 50].y);
    });
  });
  it('gaussians: one cloud around each of two points', async () => {
    for (const p of await points({ source: 'gaussians', samples: 50, noise: 0 }))
      assert.deepEqual([p.x, p.y], [p.label === 0 ? -1 : 1, 0]);
  });
  it('checkerboard: the square decides, and each has its share', async () => {
    const all = await points({ source: 'checkerboard', samples: 4000, noise: 0 });
    const counts = new Map<number, number>();
    for (const { x, y, label } of all) {
      const [column, row] = [x, y].map((v) => Math.floor((v + 1) * 2));
      assert.equal(label, (column + row) % 2);
      assert.ok(Math.abs(x) <= 1 && Math.abs(y) <= 1);
      counts.set(4 * row + column, (counts.get(4 * row + column) ?? 0) + 1);
    }
    // 250 in each on average; six standard deviations of a fair coin are 67.
    assert.equal(counts.size, 16);
    for (const n of counts.values()) assert.ok(Math.abs(n - 250) < 67, String(n));
  });
  for (const [source, exact] of [
    ['sine', ([x]: readonly number[]) => Math.sin(Math.PI * x)],
    ['plane', ([x, y]: readonly number[]) => x - y / 2],
  ] as const)
    it(`${source}: a number for each point, with noise on it alone`, async () => {
      const width = source === 'sine' ? 1 : 2;
      const draw = async (noise: number, seed: number) =>
        (await load({ source, samples: 2000, noise, seed, split: { train: 2000 } })).dataset;
      const [clean, noisy] = [await draw(0, 1), await draw(0.5, 1)];
      assert.deepEqual(clean.inputShape, [width]);
      assert.equal(clean.target.type, 'numbers');
      assert.deepEqual(noisy.train.inputs, clean.train.inputs);
      assert.notDeepEqual((await draw(0, 2)).train.inputs, clean.train.inputs);
      const shifts = Array.from(clean.train.targets, (t, i) => {
        near(t, exact([...clean.train.inputs.subarray(i * width, (i + 1) * width)]));
        return noisy.train.targets[i] - t;
      });
      const deviation = Math.sqrt(shifts.reduce((a, s) => a + s ** 2, 0) / shifts.length);
      // The standard error of 2,000 draws is 0.008; four of them.
      assert.ok(Math.abs(deviation - 0.5) < 0.032, `deviation ${deviation}`);
    });
  it('xor: the signs decide, and every square has its share', async () => {
    const all = await points({ source: 'xor', samples: 400, noise: 0 });
    for (const p of all) assert.equal(p.label, p.x > 0 === p.y > 0 ? 0 : 1);
    for (const [sx, sy] of [
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ])
      assert.equal(all.filter((p) => p.x * sx > 0 && p.y * sy > 0).length, 100);
  });
});
