import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { readNpy } from '../../../src/formats/npy';
import { arraysIn, readNpz } from '../../../src/formats/npz';
import { crc32 } from '../../../src/formats/inflate';
import { fixture, fuzz, refuses } from './support';

/** A file as NumPy writes it, with this header. */
function npy(header: string, data: ArrayLike<number> = [], version = 1): Uint8Array {
  const text = `${header}\n`;
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  const bytes = [...text].map((c) => c.charCodeAt(0));
  const head = [0x93, ...[...'NUMPY'].map((c) => c.charCodeAt(0)), version, 0, ...length, ...bytes];
  return Uint8Array.from([...head, ...Array.from(data)]);
}
const dict = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

describe('NPY', () => {
  it('reads what NumPy writes: every type, byte order, order of values and version', () => {
    const file = fixture('every.npys');
    const view = new DataView(file.buffer);
    const names = readFileSync('test/fixtures/formats/every.txt', 'utf8').trim().split('\n');
    let at = 0;
    for (const name of names) {
      const length = view.getUint32(at, true);
      const { shape, values, kind } = readNpy(file.subarray(at + 4, at + 4 + length));
      at += 4 + length;
      assert.deepEqual(shape, [2, 3, 4], name);
      assert.equal(kind, /b1/.test(name) ? 'bool' : /f/.test(name) ? 'float' : 'integer', name);
      const wanted = Array.from({ length: 24 }, (_, i) =>
        kind === 'bool' ? Number(i % 3 === 0) : /u/.test(name) ? i : i - 7,
      );
      assert.deepEqual(Array.from(values), wanted, name);
    }
    assert.equal(at, file.length);
    assert.equal(names.length, 21 * 2 * 3);
  });

  it('reads half-precision floats exactly: subnormal, infinite and not a number too', () => {
    const bits = Uint16Array.of(0x0001, 0x03ff, 0x0400, 0x3555, 0x7bff, 0xfc00, 0x8000, 0x7e00);
    const { values } = readNpy(npy(dict('<f2', '(8,)'), new Uint8Array(bits.buffer)));
    assert.deepEqual(Array.from(values), [
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      0.333251953125,
      65504,
      -Infinity,
      -0,
      NaN,
    ]);
  });

  it('takes the header in any order, with other quotes and no commas at ends', () => {
    const { shape, values } = readNpy(npy(`{"shape":(2,1),"descr":"|u1","fortran_order":False}`, [7, 8]));
    assert.deepEqual(shape, [2, 1]);
    assert.deepEqual(values, Uint8Array.of(7, 8));
    assert.deepEqual(readNpy(npy(dict('<u1', '()'), [5])).shape, []);
    assert.equal(readNpy(npy(dict('<f8', '(0, 3)'))).values.length, 0);
    assert.deepEqual(readNpy(npy(dict('<i2', '(1L,)'), [1, 0], 2)).shape, [1]);
  });

  it('refuses what it cannot read, saying what and where', () => {
    refuses(() => readNpy(new Uint8Array(4)), '93 4e 55');
    refuses(() => readNpy(npy(dict('<u1', '(1,)'), [1], 4)), 'version 4');
    refuses(() => readNpy(npy(dict('<u1', '(1,)'), [1]).subarray(0, 30)), 'ends in its header');
    refuses(() => readNpy(npy(dict('<u2', '(3,)'), [1, 2, 3])), '3 numbers of 2 bytes', 'found');
    refuses(() => readNpy(npy(dict('<c8', '(1,)'))), '"<c8"', 'astype');
    refuses(() => readNpy(npy(dict('|O', '(1,)'))), '"|O"');
    refuses(() => readNpy(fixture('records.npy')), 'records of several fields');
    refuses(() => readNpy(npy(dict('<u1', '(-1,)'))), 'whole number', '"-1');
    refuses(() => readNpy(npy(dict('<u1', '(99999999999999999999,)'))), 'possible size');
    refuses(() => readNpy(npy(dict('<u1', '(99999999, 99999999)'))), '[99999999, 99999999]', '1073741824');
    refuses(() => readNpy(npy(dict('<u1', `(${'1,'.repeat(40)})`), [1])), 'possible size');
    refuses(() => readNpy(npy(`{'descr': '<u1'}`)), "'shape'");
    refuses(
      () => readNpy(npy(`{'descr': '<u1', 'shape': (1, 'fortran_order': False}`, [1])),
      'whole number',
      'character',
    );
    refuses(() => readNpy(npy(`{'descr': __import__('os')}`)), 'type of the numbers');
    refuses(() => readNpy(npy(dict('|b1', '(2,)'), [1, 2])), 'Truth value 1', 'the byte 2');
    const large = new Uint8Array(BigInt64Array.of(1n, 2n ** 53n).buffer);
    refuses(() => readNpy(npy(dict('<i8', '(2,)'), large)), 'Number 1', '9007199254740992');
  });

  for (const name of ['labels.npy', 'pictures.npy', 'records.npy'])
    it(`refuses 10,000 damaged copies of ${name}, or reads them whole`, () => {
      fuzz(fixture(name), readNpy, ({ shape, values }) =>
        assert.equal(
          values.length,
          shape.reduce((a, b) => a * b, 1),
        ),
      );
    });
});

describe('NPZ', () => {
  it('reads what NumPy writes, stored and deflated', () => {
    const x = readNpy(fixture('pictures.npy'));
    const y = readNpy(fixture('labels.npy'));
    assert.deepEqual(arraysIn(fixture('stored.npz')), ['x', 'y']);
    assert.deepEqual(arraysIn(fixture('deflated.npz')), ['x', 'y', 'empty', 'amounts']);
    for (const file of ['stored.npz', 'deflated.npz']) {
      assert.deepEqual(readNpz(fixture(file), 'x'), x);
      assert.deepEqual(readNpz(fixture(file), 'y'), y);
    }
    assert.deepEqual(readNpz(fixture('deflated.npz'), 'empty').shape, [0, 3]);
  });

  it('refuses an array that is not there, naming those that are', () =>
    refuses(() => readNpz(fixture('stored.npz'), 'z'), 'no array "z"', '"x", "y"'));

  it('refuses a bomb, whatever it claims', () => {
    const zeros = npy(dict('<u1', '(3000000,)'), new Uint8Array(3_000_000));
    assert.equal(readNpz(zip(zeros), 'a').values.length, 3_000_000);
    refuses(() => readNpz(zip(zeros, { size: 1000 }), 'a'), 'has 3000', 'claims 1000');
    const lie = npy(dict('<u1', '(900,)'), new Uint8Array(3_000_000));
    const size = lie.length - 3_000_000 + 900;
    refuses(() => readNpz(zip(lie, { size }), 'a'), `claims to unpack to ${size} bytes, but holds more`);
    const claim = npy(dict('<u1', '(1000000000,)'), [1]);
    refuses(() => readNpz(zip(claim, { size: claim.length - 1 + 1e9 }), 'a'), 'more than its');
  });

  it('refuses other packing, encryption, sizes that do not fit, and what is cut short', () => {
    const file = npy(dict('<u1', '(3,)'), [1, 2, 3]);
    refuses(() => readNpz(zip(file, { method: 12 }), 'a'), 'method 12');
    refuses(() => readNpz(zip(file, { flags: 1 }), 'a'), 'encrypted');
    refuses(() => readNpz(zip(file, { size: 0xffffffff }), 'a'), 'larger than');
    refuses(() => readNpz(zip(file, { sum: 5 }), 'a'), 'checksum');
    const whole = fixture('deflated.npz');
    refuses(() => readNpz(whole.subarray(0, whole.length - 30), 'x'), 'directory at its end');
    refuses(() => readNpz(whole.subarray(0, 10), 'x'), 'directory at its end');
  });

  for (const name of ['stored.npz', 'deflated.npz'])
    it(`refuses 10,000 damaged copies of ${name}, or reads them whole`, () => {
      fuzz(
        fixture(name),
        (bytes) => readNpz(bytes, arraysIn(bytes)[0]),
        ({ shape, values }) =>
          assert.equal(
            values.length,
            shape.reduce((a, b) => a * b, 1),
          ),
      );
    });
});

/** An archive of one array, "a", with claims of its directory. */
function zip(
  file: Uint8Array,
  claims: { size?: number; method?: number; flags?: number; sum?: number } = {},
): Uint8Array {
  const data = deflateRawSync(file);
  const entry = new DataView(new ArrayBuffer(46));
  entry.setUint32(0, 0x02014b50, true);
  entry.setUint16(8, claims.flags ?? 0, true);
  entry.setUint16(10, claims.method ?? 8, true);
  entry.setUint32(16, claims.sum ?? crc32(file), true);
  entry.setUint32(20, data.length, true);
  entry.setUint32(24, claims.size ?? file.length, true);
  entry.setUint16(28, 5, true);
  const local = new DataView(new ArrayBuffer(30));
  local.setUint32(0, 0x04034b50, true);
  local.setUint16(26, 5, true);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, 1, true);
  end.setUint32(16, 35 + data.length, true);
  const name = Buffer.from('a.npy');
  const of = (view: DataView) => new Uint8Array(view.buffer);
  return new Uint8Array(Buffer.concat([of(local), name, data, of(entry), name, of(end)]));
}
