import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readIdx } from '../../../src/formats/idx';
import { fixture, fuzz, refuses } from './support';

const idx = (type: number, shape: number[], data: ArrayLike<number>): Uint8Array => {
  const head = shape.flatMap((n) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255]);
  return Uint8Array.from([0, 0, type, shape.length, ...head, ...Array.from(data)]);
};
const packed = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

describe('IDX', () => {
  it('reads what Fashion-MNIST is kept in, packed and plain', () => {
    const file = fixture('fashion-train-images-idx3-ubyte.gz');
    const plain = new Uint8Array(gunzipSync(file));
    const { shape, values, kind } = readIdx(file);
    assert.deepEqual(shape, [200, 28, 28]);
    assert.equal(kind, 'integer');
    assert.deepEqual(values, plain.slice(16));
    assert.deepEqual(readIdx(plain), { shape, values, kind });
    const labels = readIdx(fixture('fashion-train-labels-idx1-ubyte.gz'));
    assert.deepEqual(labels.shape, [200]);
    for (let c = 0; c < 10; c++) assert.equal(labels.values.filter((v) => v === c).length, 20);
  });

  it('reads every type, big-endian', () => {
    const bytes = (...words: number[]) => words;
    assert.deepEqual(readIdx(idx(0x08, [2], [0, 255])).values, Uint8Array.of(0, 255));
    assert.deepEqual(readIdx(idx(0x09, [2], [127, 255])).values, Int8Array.of(127, -1));
    assert.deepEqual(readIdx(idx(0x0b, [2], bytes(1, 2, 255, 254))).values, Int16Array.of(258, -2));
    assert.deepEqual(readIdx(idx(0x0c, [1, 1], bytes(0, 1, 0, 0))).values, Int32Array.of(65536));
    assert.deepEqual(readIdx(idx(0x0d, [1], bytes(0xbf, 0x80, 0, 0))).values, Float32Array.of(-1));
    assert.deepEqual(
      readIdx(idx(0x0e, [1], bytes(0x40, 9, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18))).values,
      Float64Array.of(Math.PI),
    );
  });

  it('reads a gzip header with a name, a comment and more', () => {
    const plain = idx(8, [3], [1, 2, 3]);
    const file = packed(plain);
    const extra = [3, 0, 9, 9, 9, ...[...'name', '\0', ...'comment', '\0'].map((c) => c.charCodeAt(0)), 0, 0];
    const full = Uint8Array.of(
      ...file.subarray(0, 3),
      4 + 8 + 16 + 2,
      ...file.subarray(4, 10),
      ...extra,
      ...file.subarray(10),
    );
    assert.deepEqual(readIdx(full), readIdx(plain));
  });

  it('refuses what is no IDX file, or not a whole one', () => {
    refuses(() => readIdx(new Uint8Array(0)), 'found nothing');
    refuses(() => readIdx(Uint8Array.of(0x89, 0x50, 0x4e, 0x47)), '00 00', 'found 89 50 4e 47');
    refuses(() => readIdx(Uint8Array.of(0, 0, 7, 1, 0, 0, 0, 0)), 'found 00 00 07 01');
    refuses(() => readIdx(idx(8, [], [])), '1 to 8 dimensions', 'says 0');
    refuses(() => readIdx(Uint8Array.of(0, 0, 8, 3, 0, 0)), 'after 6 of 16 bytes');
    refuses(() => readIdx(idx(8, [4], [1, 2, 3])), '[4]', '12 bytes', 'found 11', 'cut short');
    refuses(() => readIdx(idx(8, [2], [1, 2, 3])), '10 bytes', 'found 11');
    refuses(() => readIdx(idx(8, [0x7fffffff, 0x7fffffff], [])), '[2147483647, 2147483647]', '1073741824');
  });

  describe('packed', () => {
    it('refuses a bomb with what it claims, before it is unpacked', () => {
      const zeros = packed(idx(8, [2000, 1000], new Uint8Array(2_000_000)));
      const short = packed(idx(8, [2], new Uint8Array(2_000_000)));
      refuses(() => readIdx(short), '10 bytes', 'claims to unpack to 2000008');
      const lying = short.slice();
      new DataView(lying.buffer).setUint32(lying.length - 4, 10, true);
      refuses(() => readIdx(lying), 'claims to unpack to 10 bytes, but holds more');
      assert.equal(readIdx(zeros).values.length, 2_000_000);
      const huge = packed(idx(8, [1000, 1000, 1000], [1]));
      new DataView(huge.buffer).setUint32(huge.length - 4, 1_000_000_016, true);
      refuses(() => readIdx(huge), '1000000016 bytes, more than its');
    });

    it('refuses one that is cut short, ends too early, or is damaged', () => {
      const file = fixture('fashion-train-labels-idx1-ubyte.gz');
      for (const length of [2, 3, 9, 17, 18, 30, file.length - 1]) refuses(() => readIdx(file.subarray(0, length)));
      const few = packed(idx(8, [9], [1, 2, 3]));
      new DataView(few.buffer).setUint32(few.length - 4, 17, true);
      refuses(() => readIdx(few), 'claims to unpack to 17 bytes, but holds only 11');
      const summed = packed(idx(8, [3], [1, 2, 3]));
      summed[summed.length - 8] ^= 1;
      refuses(() => readIdx(summed), 'checksum');
      const method = file.slice();
      method[2] = 7;
      refuses(() => readIdx(method), 'method 7');
    });
  });

  for (const [what, file] of [
    [
      'a plain file',
      idx(
        8,
        [9, 4, 4],
        new Uint8Array(144).map((_, i) => i),
      ),
    ],
    [
      'a file of floats',
      idx(
        0x0d,
        [3, 4],
        new Uint8Array(48).map((_, i) => i),
      ),
    ],
    ['a packed file', fixture('fashion-t10k-labels-idx1-ubyte.gz')],
    [
      'packed pictures',
      packed(
        idx(
          8,
          [9, 8, 8],
          new Uint8Array(576).map((_, i) => (i * i) >> 5),
        ),
      ),
    ],
  ] as const)
    it(`refuses 10,000 damaged copies of ${what}, or reads them whole`, () => {
      fuzz(file, readIdx, ({ shape, values }) =>
        assert.equal(
          values.length,
          shape.reduce((a, b) => a * b),
        ),
      );
    });
});
