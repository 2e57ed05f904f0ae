import assert from 'node:assert/strict';
import { dropoutMask, philox4x32, Random, seedHigh, seedLow, streamOf } from '../../../src/engine/rng/philox';

const hex = (text: string): number[] => text.split(' ').map((word) => parseInt(word, 16));

describe('Philox4x32-10', () => {
  // Random123's kat_vectors: counter, key, result.
  const vectors = [
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ];
  for (const [counter, key, result] of vectors) {
    it(`gives the published words for the counter ${counter}`, () => {
      const [c0, c1, c2, c3] = hex(counter);
      const [k0, k1] = hex(key);
      const out = new Uint32Array(6);
      philox4x32(c0, c1, c2, c3, k0, k1, out, 1);
      assert.deepEqual([...out], [0, ...hex(result), 0]);
    });
  }

  it('hashes stream names as FNV-1a over UTF-8', () => {
    // The published vectors of FNV-1a, 32 bits.
    assert.equal(streamOf(''), 0x811c9dc5);
    assert.equal(streamOf('a'), 0xe40c292c);
    assert.equal(streamOf('foobar'), 0xbf9cf968);
    let hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode('düse→😀')) hash = Math.imul(hash ^ byte, 0x01000193);
    assert.equal(streamOf('düse→😀'), hash >>> 0);
  });

  it('keys a stream by seed, name, step and sample', () => {
    const first = (...args: ConstructorParameters<typeof Random>) => new Random(...args).word();
    const base = first(1, 'a', 2, 3);
    assert.equal(first(1, 'a', 2, 3), base);
    const others = [first(2, 'a', 2, 3), first(1, 'b', 2, 3), first(1, 'a', 3, 3), first(1, 'a', 2, 4)];
    assert.equal(new Set([base, ...others, first(1 + 2 ** 32, 'a', 2, 3)]).size, 6);
  });

  it('lays key and counter out as documented', () => {
    const seed = 2 ** 40 + 5;
    const out = new Uint32Array(8);
    philox4x32(0, 9, 4, seedHigh(seed), seedLow(seed), streamOf('x'), out, 0);
    philox4x32(1, 9, 4, 256, 5, streamOf('x'), out, 4);
    const random = new Random(seed, 'x', 4, 9);
    assert.deepEqual(
      Array.from({ length: 8 }, () => random.word()),
      [...out],
    );
  });

  it('takes seeds from 0 to 2^53 - 1 and refuses others', () => {
    new Random(0, 'x');
    new Random(Number.MAX_SAFE_INTEGER, 'x');
    for (const seed of [-1, 0.5, 2 ** 53, NaN, Infinity]) assert.throws(() => new Random(seed, 'x'), RangeError);
  });
});

describe('Random', () => {
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const count = 20000;

  it('draws uniform numbers within their bounds, with the right mean and variance', () => {
    const random = new Random(1, 'uniform');
    const values = Array.from({ length: count }, () => random.uniform(-1, 3));
    assert.ok(values.every((v) => v >= -1 && v < 3));
    assert.ok(Math.abs(mean(values) - 1) < 0.04);
    assert.ok(Math.abs(mean(values.map((v) => (v - 1) ** 2)) - 16 / 12) < 0.04);
  });

  it('draws normal numbers with the right moments', () => {
    const random = new Random(1, 'normal');
    const values = Array.from({ length: count }, () => random.normal(2, 3)).map((v) => (v - 2) / 3);
    assert.ok(Math.abs(mean(values)) < 0.03);
    assert.ok(Math.abs(mean(values.map((v) => v ** 2)) - 1) < 0.04);
    assert.ok(Math.abs(mean(values.map((v) => v ** 3))) < 0.1);
    assert.ok(Math.abs(mean(values.map((v) => v ** 4)) - 3) < 0.3);
  });

  it('draws integers below a bound evenly', () => {
    const random = new Random(1, 'below');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 7000; i++) counts[random.below(7)]++;
    // 6 degrees of freedom: 22.5 is passed once in a thousand.
    assert.ok(counts.reduce((sum, c) => sum + (c - 1000) ** 2 / 1000, 0) < 22.5, String(counts));
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1]) assert.throws(() => random.below(bound), RangeError);
  });

  it('rejects words of the last, incomplete round', () => {
    // Of a bound just above 2^31 nearly half of all words must be rejected; by remainder alone the low half would double.
    const random = new Random(1, 'reject');
    const bound = 2 ** 31 + 1;
    const low = Array.from({ length: 2000 }, () => random.below(bound)).filter((v) => v < bound / 2).length;
    assert.ok(Math.abs(low - 1000) < 100, String(low));
  });

  it('permutes, each order as likely', () => {
    const orders = new Map<string, number>();
    const random = new Random(1, 'permute');
    for (let i = 0; i < 6000; i++) {
      const order = random.permutation(3).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    assert.equal(orders.size, 6);
    // 5 degrees of freedom.
    assert.ok([...orders.values()].reduce((sum, c) => sum + (c - 1000) ** 2 / 1000, 0) < 20.5);
    assert.deepEqual(
      [...new Random(4, 'p').permutation(500)].sort((a, b) => a - b),
      [...Array(500).keys()],
    );
  });
});

describe('dropoutMask', () => {
  it('is a golden mask for a known key: the file format of randomness must not move', () => {
    const mask = dropoutMask({ seed: 7, layer: 'drop1', step: 3, sample: 2, rate: 0.5, units: 24 });
    assert.equal(mask.join(''), '100001010110101010000010');
  });

  it('drops unit i where word i of its stream is below rate x 2^32', () => {
    const random = new Random(11, 'dropout/d', 5, 6);
    const wanted = Array.from({ length: 37 }, () => (random.word() < 0.3 * 2 ** 32 ? 1 : 0));
    assert.deepEqual([...dropoutMask({ seed: 11, layer: 'd', step: 5, sample: 6, rate: 0.3, units: 37 })], wanted);
  });

  it('refuses rates outside [0, 1)', () => {
    for (const rate of [-0.1, 1, NaN, 2])
      assert.throws(() => dropoutMask({ seed: 1, layer: 'd', step: 0, sample: 0, rate, units: 4 }), RangeError);
  });
});
