import assert from 'node:assert/strict';
import { reference } from '../../../src/engine/kernels/reference';
import { compile } from '../../../src/engine/network';
import { place, type Interval, type Stretch } from '../../../src/engine/memory';
import { estimateMemory, planNetwork } from '../../../src/engine/plan';
import { Random } from '../../../src/engine/rng/philox';
import { Trainer } from '../../../src/engine/trainer';
import { dense, dropout, input, modelOf, xorData } from './support';

describe('Memory of everything that a step works on', () => {
  it('is the kernels’ own, as much as was foretold, wherever they put it', () => {
    const layers = [
      input(2),
      dense('h', 8, { activation: 'relu' }),
      dropout('d', 0.5),
      dense('o', 2, { activation: 'softmax' }),
    ];
    const model = modelOf(layers, { optimizer: 'adam' });
    const alone = new Trainer(compile(model), xorData());
    // One memory for all, as a WebAssembly set has it, with something else at its start.
    const buffer = new ArrayBuffer(1 << 16);
    let byteOffset = 4096;
    const allocate = (bytes: number) => ({ buffer, byteOffset: (byteOffset += bytes) - bytes });
    const together = new Trainer(compile(model, { kernels: { ...reference, allocate } }), xorData());
    const { network, optimizer } = estimateMemory(model);
    assert.equal(byteOffset, 4096 + network + optimizer);
    for (const trainer of [alone, together]) while (!trainer.end) trainer.advance();
    assert.deepEqual(together.state(), alone.state());
    assert.ok(new Uint8Array(buffer, 0, 4096).every((byte) => byte === 0));
    assert.ok([...together.state().tensors.keys()].some((name) => name.startsWith('optimizer/')));
  });
});

describe('Placing by lifetime', () => {
  const at = (bytes: number, ...alive: [number, number][]): Stretch => ({
    bytes,
    alive: alive.map(([from, to]) => ({ from, to })),
  });
  const meet = (a: Interval, b: Interval) => Math.max(a.from, b.from) <= Math.min(a.to, b.to);

  it('gives stretches that are never alive together the same place, and others places apart', () => {
    assert.deepEqual(place([]), { offsets: [], bytes: 0 });
    assert.deepEqual(place([at(64, [0, 1]), at(128, [2, 3])]), { offsets: [0, 0], bytes: 128 });
    // Both ends of an interval belong to it.
    assert.deepEqual(place([at(64, [0, 2]), at(128, [2, 3])]), { offsets: [128, 0], bytes: 192 });
    // Into the hole between two others, where it fits.
    const tower = [at(256, [0, 9]), at(192, [0, 4]), at(128, [3, 9])];
    assert.deepEqual(place([...tower, at(128, [0, 2])]).offsets, [0, 256, 448, 448]);
    assert.deepEqual(place([...tower, at(64, [5, 9])]), { offsets: [0, 256, 448, 256], bytes: 576 });
    // Between its own two intervals, a stretch has no need of its place.
    assert.deepEqual(place([at(128, [0, 0], [6, 6]), at(64, [2, 5])]), { offsets: [0, 0], bytes: 128 });
  });

  it('never lets two that are alive at once overlap, nor takes more than all one behind another', () => {
    const random = new Random(6, 'placing');
    for (let round = 0; round < 300; round++) {
      const moments = 1 + random.below(20);
      const stretches = Array.from({ length: random.below(40) }, (): Stretch => {
        const intervals = Array.from({ length: 1 + random.below(2) }, (): [number, number] => {
          const from = random.below(moments);
          return [from, from + random.below(moments - from)];
        });
        return at(64 * random.below(30), ...intervals);
      });
      const { offsets, bytes } = place(stretches);
      assert.deepEqual(place(stretches), { offsets, bytes });
      const ends = stretches.map((stretch, i) => offsets[i] + stretch.bytes);
      assert.equal(bytes, Math.max(0, ...ends));
      assert.ok(bytes <= stretches.reduce((sum, stretch) => sum + stretch.bytes, 0));
      for (const [i, a] of stretches.entries()) {
        assert.equal(offsets[i] % 64, 0);
        for (const [j, b] of stretches.slice(0, i).entries())
          if (a.alive.some((x) => b.alive.some((y) => meet(x, y))))
            assert.ok(ends[i] <= offsets[j] || ends[j] <= offsets[i], `${i} over ${j} in round ${round}`);
      }
    }
  });

  it('makes a deep network hold two gradients at a time, and one convolution’s patches', () => {
    const picture = [input(16, 16, 1)];
    const conv = (i: number) => ({ id: `c${i}`, kind: 'conv2d', filters: 8, kernelSize: 3, padding: 'same' });
    const end = [{ id: 'f', kind: 'flatten' }, dense('o', 2, { activation: 'softmax' })];
    const deep = (depth: number) => modelOf([...picture, ...Array.from({ length: depth }, (_, i) => conv(i)), ...end]);
    const [shallow, deeper] = [8, 9].map((depth) => planNetwork(deep(depth)));
    // One layer more takes its values, its weights and their gradients: 3 · 3 · 8 · 8 + 8.
    const values = 4 * 16 * 16 * 8 * 4;
    const weights = 2 * (3 * 3 * 8 * 8 + 8) * 4;
    assert.equal(deeper.bytes - shallow.bytes, values + Math.ceil(weights / 128) * 128);
    assert.equal(deeper.unshared - shallow.unshared, 2 * values + Math.ceil(weights / 128) * 128 + 16 * 16 * 72 * 4);
    const estimate = estimateMemory(deep(8));
    assert.ok(estimate.saved > shallow.unshared - shallow.bytes);
    assert.equal(planNetwork(deep(8), { share: false }).bytes, shallow.unshared);
  });

  it('refuses to run backwards twice: what layers kept is gone', () => {
    const network = compile(modelOf([input(2), dense('o', 2, { activation: 'softmax' })]));
    assert.throws(() => network.backward(), /has not run forwards/);
    network.forward('train', 2);
    network.backward();
    assert.throws(() => network.backward(), /has not run forwards/);
    assert.throws(() => network.totalLoss(), /has not run forwards/);
    network.forward('train', 2);
    assert.ok(Number.isFinite(network.totalLoss()));
  });
});
