import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { FormatError } from '../../../src/formats/error';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors';
import type { Tensor } from '../../../src/engine/real';
import { sizeOf } from '../../../src/model/spec';
import { fuzz } from './support';

const f32 = (shape: number[], ...values: number[]): Tensor => ({ shape, values: Float32Array.from(values) });
const f64 = (shape: number[], ...values: number[]): Tensor => ({ shape, values: Float64Array.from(values) });
const none = new Map<string, string>();

/** A file from its parts, as the specification lays it out. */
function bytesOf(header: string | object, data: readonly number[], length?: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + json.length + data.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(length ?? json.length), true);
  out.set(json, 8);
  out.set(data, 8 + json.length);
  return out;
}
const refuses = (bytes: Uint8Array, text: string): void =>
  assert.throws(
    () => readSafetensors(bytes),
    (e) => e instanceof FormatError && e.message.includes(text),
  );

describe('safetensors', () => {
  it('reads bytes written by hand from the specification', () => {
    const bytes = bytesOf(
      '{"__metadata__":{"by":"hand"},"b":{"dtype":"F64","shape":[],"data_offsets":[8,16]},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}  ',
      // 1.5 and -2 as F32; 0.1 as F64; all little-endian.
      [0x00, 0x00, 0xc0, 0x3f, 0x00, 0x00, 0x00, 0xc0, 0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f],
    );
    const { tensors, metadata } = readSafetensors(bytes);
    assert.deepEqual(tensors.get('a'), f32([2, 1], 1.5, -2));
    assert.deepEqual(tensors.get('b'), f64([], 0.1));
    assert.deepEqual([...metadata], [['by', 'hand']]);
  });

  it('writes exactly the bytes of the specification', () => {
    const bytes = writeSafetensors({ tensors: new Map([['w', f32([1], 1)]]), metadata: none });
    const header = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.padEnd(56);
    assert.deepEqual([...bytes], [56, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(header), 0, 0, 0x80, 0x3f]);
  });

  it('gives back what it was given, bit for bit', () => {
    const tensors = new Map([
      ['dense1/kernel', f32([2, 3], 0, -0, 1e-45, 3.4028234e38, NaN, -Infinity)],
      ['empty', f32([0, 4])],
      ['precise', f64([2], Math.PI, 5e-324)],
      ['__proto__', f32([1], 7)],
      ['ünïcode "quoted" 🧠', f32([], 1)],
    ]);
    const metadata = new Map([
      ['step', '12'],
      ['__proto__', 'text'],
    ]);
    const read = readSafetensors(writeSafetensors({ tensors, metadata }));
    assert.deepEqual(new Map([...read.tensors].sort()), new Map([...tensors].sort()));
    assert.deepEqual(new Map([...read.metadata].sort()), new Map([...metadata].sort()));
    assert.ok(Object.is(read.tensors.get('dense1/kernel')!.values[1], -0));
  });

  it('reads what the reference library wrote', async () => {
    const { tensors, metadata } = readSafetensors(await readFile('test/fixtures/peers/reference.safetensors'));
    assert.deepEqual(tensors.get('dense1/kernel'), f32([2, 3], 0.5, -1.25, 3, 1e-8, 2 ** 100, -0));
    assert.deepEqual(tensors.get('dense1/bias'), f32([3], 0.1, 0.2, 0.3));
    assert.deepEqual(tensors.get('double'), f64([2], Math.PI, -Math.E));
    assert.deepEqual(tensors.get('scalar'), f32([], 7));
    assert.deepEqual(tensors.get('empty'), f32([0, 3]));
    assert.equal(metadata.get('made by'), 'the reference library');
  });

  it('reads the other types of numbers, each into floats that hold it', () => {
    const read = (dtype: string, data: readonly number[]): Tensor => {
      const entry = { dtype, shape: [2], data_offsets: [0, data.length] };
      return readSafetensors(bytesOf({ w: entry }, data)).tensors.get('w')!;
    };
    // Bytes by hand: 1.5 and the smallest subnormal; 1.5 and -2; -1 and 2^40; and so on, little-endian.
    assert.deepEqual(read('F16', [0x00, 0x3e, 0x01, 0x00]), f32([2], 1.5, 2 ** -24));
    assert.deepEqual(read('BF16', [0xc0, 0x3f, 0x00, 0xc0]), f32([2], 1.5, -2));
    const minus = [255, 255, 255, 255, 255, 255, 255, 255];
    assert.deepEqual(read('I64', [...minus, 0, 0, 0, 0, 0, 1, 0, 0]), f64([2], -1, 2 ** 40));
    assert.deepEqual(read('U64', [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]), f64([2], 1, 2 ** 40));
    assert.deepEqual(read('I32', [255, 255, 255, 255, 1, 2, 3, 4]), f64([2], -1, 0x04030201));
    assert.deepEqual(read('U32', [255, 255, 255, 255, 1, 0, 0, 0]), f64([2], 2 ** 32 - 1, 1));
    assert.deepEqual(read('I16', [255, 255, 1, 2]), f32([2], -1, 0x0201));
    assert.deepEqual(read('U16', [255, 255, 1, 2]), f32([2], 65535, 0x0201));
    assert.deepEqual(read('I8', [255, 127]), f32([2], -1, 127));
    assert.deepEqual(read('U8', [255, 127]), f32([2], 255, 127));
    assert.deepEqual(read('BOOL', [0, 1]), f32([2], 0, 1));
  });

  it('is the same for the same tensors in any order, with every value aligned to its width', () => {
    const a = ['a', f32([1], 1)] as const;
    const b = ['b', f64([1], 2)] as const;
    const one = writeSafetensors({ tensors: new Map<string, Tensor>([a, b]), metadata: none });
    assert.deepEqual(one, writeSafetensors({ tensors: new Map<string, Tensor>([b, a]), metadata: none }));
    assert.equal((one.length - 12) % 8, 0);
  });

  it('reads from the middle of a larger buffer', () => {
    const bytes = writeSafetensors({ tensors: new Map([['w', f32([2], 1, 2)]]), metadata: none });
    const larger = new Uint8Array(bytes.length + 10);
    larger.set(bytes, 5);
    assert.deepEqual(readSafetensors(larger.subarray(5, 5 + bytes.length)).tensors.get('w'), f32([2], 1, 2));
  });

  it('refuses to write a tensor whose shape and values disagree, and the reserved name', () => {
    assert.throws(() => writeSafetensors({ tensors: new Map([['w', f32([3], 1)]]), metadata: none }), FormatError);
    assert.throws(() => writeSafetensors({ tensors: new Map([['w', f32([-1], 1)]]), metadata: none }), FormatError);
    assert.throws(
      () => writeSafetensors({ tensors: new Map([['__metadata__', f32([1], 1)]]), metadata: none }),
      FormatError,
    );
  });

  describe('refuses to read', () => {
    const entry = (more: object = {}) => ({ dtype: 'F32', shape: [1], data_offsets: [0, 4], ...more });
    const four = [0, 0, 0, 0];
    it('a file cut short', () => {
      refuses(new Uint8Array(7), 'at least 8 bytes');
      refuses(bytesOf({ w: entry() }, [0, 0]), 'the file holds 2');
    });
    it('a header longer than the file, or than any', () => {
      refuses(bytesOf('{}', [], 3), 'only 2 follow');
      refuses(bytesOf('{}', [], 2 ** 52), 'at most');
    });
    it('a header that is not an object in JSON', () => {
      refuses(bytesOf(' {}', []), 'begin with "{"');
      refuses(bytesOf('{]', []), 'not JSON');
      refuses(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff), 'not JSON in UTF-8');
    });
    it('entries of the wrong form', () => {
      refuses(bytesOf({ w: 1 }, []), '"w"');
      for (const dtype of ['F8_E4M3', 'toString', undefined])
        refuses(bytesOf({ w: entry({ dtype }) }, four), 'U8 or BOOL');
      for (const shape of [[-1], [1.5], ['1'], 1]) refuses(bytesOf({ w: entry({ shape }) }, four), 'shape');
      for (const data_offsets of [[4, 0], [0], [0, 4.5], [-4, 0], 'x'])
        refuses(bytesOf({ w: entry({ data_offsets }) }, four), 'data_offsets');
      refuses(bytesOf({ w: entry({ shape: [2] }) }, four), 'takes 8 bytes');
      refuses(bytesOf({ __metadata__: { a: 1 } }, []), 'must be text');
      refuses(bytesOf({ __metadata__: [] }, []), '__metadata__');
    });
    it('tensors that overlap, leave a hole, or leave data over', () => {
      refuses(bytesOf({ a: entry(), b: entry() }, four), 'begins at byte 0 of the data; 4 expected');
      refuses(
        bytesOf({ a: entry(), b: entry({ data_offsets: [8, 12] }) }, [...four, ...four, ...four]),
        '8 of the data; 4 expected',
      );
      refuses(bytesOf({ a: entry() }, [...four, 0]), 'the file holds 5');
    });
  });

  for (const name of ['reference.safetensors', 'a network of ours'])
    it(`is refused or read whole in 10,000 damaged copies: ${name}`, async function () {
      this.timeout(60_000);
      const layers = Array.from(
        { length: 12 },
        (_, i) => [`dense_${i}/kernel`, f32([3, 2], 1, 2, 3, 4, 5, i)] as const,
      );
      const file =
        name === 'a network of ours'
          ? writeSafetensors({ tensors: new Map(layers), metadata: new Map([['format', 'dropout-studio-weights-1']]) })
          : new Uint8Array(await readFile(`test/fixtures/peers/${name}`));
      fuzz(file, readSafetensors, ({ tensors }) => {
        for (const { shape, values } of tensors.values()) assert.equal(sizeOf(shape), values.length);
      });
    });

  it('refuses a tensor that claims gigabytes, before it takes them', () => {
    const huge = { dtype: 'F32', shape: [2 ** 29], data_offsets: [0, 2 ** 31] };
    refuses(bytesOf({ w: huge }, [0, 0, 0, 0]), 'the file holds 4');
    refuses(bytesOf({ w: { ...huge, shape: [2 ** 30, 2 ** 30], data_offsets: [0, 4] } }, [0, 0, 0, 0]), 'span 4');
  });
});
