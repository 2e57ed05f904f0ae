import assert from 'node:assert/strict';
import { type Hdf5ArrayReader, type Hdf5GroupReader, readHdf5 } from '../../../src/formats/hdf5/read';
import { type Hdf5Group, writeHdf5 } from '../../../src/formats/hdf5/write';
import { sizeOf } from '../../../src/model/spec';
import { fixture, fuzz, refuses } from './support';

/** An item by its path. */
function at(root: Hdf5GroupReader, path: string): Hdf5GroupReader | Hdf5ArrayReader {
  let item: Hdf5GroupReader | Hdf5ArrayReader | undefined = root;
  for (const name of path.split('/')) item = item?.kind === 'group' ? item.get(name) : undefined;
  assert.ok(item, `no "${path}"`);
  return item;
}
function array(root: Hdf5GroupReader, path: string): Hdf5ArrayReader {
  const item = at(root, path);
  assert.ok(item.kind === 'array');
  return item;
}

/** As scripts/peers/hdf5_fixture.py has them. */
function numbers(shape: readonly number[], type: string): number[] {
  const whole = Array.from({ length: sizeOf(shape) }, (_, i) => ((37 * i) % 101) - 50);
  return type.includes('f') ? whole.map((n) => n / 2) : type.includes('u') ? whole.map((n) => n + 50) : whole;
}

describe('HDF5 files that h5py wrote', () => {
  for (const name of ['earliest.h5', 'v110.h5', 'latest.h5']) {
    const root = readHdf5(fixture(name));
    for (const type of ['<f2', '<f4', '<f8', '>f2', '>f4', '>f8', 'i1', '<i2', '<i4', '<i8', 'u1', '>u2', '>u4', '>u8'])
      it(`${name}: gives numbers of type ${type}`, () => {
        const found = array(root, `${/[fiu]/.exec(type)![0]}/${type}`);
        assert.deepEqual(found.shape, [3, 5]);
        assert.deepEqual([...found.read()], numbers([3, 5], type));
      });

    const pieces: Record<string, readonly [number[], string]> = {
      plain: [[7, 9, 2], 'f4'],
      one: [[6, 4], 'f4'],
      many: [[90, 5], 'f8'],
      gzip: [[50, 30], 'f4'],
    };
    for (const [path, [shape, type]] of Object.entries(pieces))
      it(`${name}: joins the pieces of an array: ${path}`, () => {
        const found = array(root, `pieces/${path}`);
        assert.deepEqual(found.shape, shape);
        assert.deepEqual([...found.read()], numbers(shape, type));
      });

    it(`${name}: gives single values, arrays of none, texts`, () => {
      assert.deepEqual([...array(root, 'scalar').read()], [7]);
      assert.deepEqual(array(root, 'empty').shape, [0, 3]);
      assert.deepEqual([...array(root, 'empty').read()], []);
      const { attributes } = root;
      assert.equal(attributes.text('text'), 'größe');
      assert.equal(attributes.text('bytes'), 'plain');
      assert.deepEqual(attributes.texts('fixed'), ['kernel:0', 'bias:0']);
      assert.deepEqual(attributes.texts('lists'), ['ein', 'zwei', '']);
      assert.equal(attributes.text('none'), undefined);
      assert.ok(attributes.has('number'));
      refuses(() => attributes.text('number'), '"number"', 'is no text');
      refuses(() => attributes.text('fixed'), 'no single text');
    });
  }

  for (const name of ['v110.h5', 'latest.h5'])
    it(`${name}: are read where all pieces were allocated at once`, () => {
      const found = array(readHdf5(fixture(name)), 'pieces/allocated');
      assert.deepEqual([...found.read()], numbers([5, 7], 'f4'));
    });

  it('have groups whose names take a tree of several levels', () => {
    const many = at(readHdf5(fixture('earliest.h5')), 'many') as Hdf5GroupReader;
    assert.deepEqual([...many.names].sort(), Array.from({ length: 300 }, (_, i) => `layer_${i}`).sort());
    assert.deepEqual([...array(many, 'layer_299').read()], [7]);
  });

  it('are read behind a block of the user’s', () => {
    assert.deepEqual([...array(readHdf5(fixture('block.h5')), 'a').read()], numbers([2, 3], 'f4'));
  });

  it('are refused by the name of what is not read', () => {
    const root = readHdf5(fixture('unread.h5'));
    const reads = (path: string) => () => array(root, path).read();
    refuses(reads('arrays/lzf'), '"/arrays/lzf" is packed by lzf; gzip and shuffle are read');
    refuses(reads('arrays/fletcher'), 'fletcher32');
    refuses(reads('arrays/growing'), '"/arrays/growing" keeps its pieces in an extensible array');
    refuses(reads('arrays/nothing'), '"/arrays/nothing" has no values: it was never written');
    refuses(reads('arrays/holes'), '"/arrays/holes" lacks a piece');
    refuses(reads('types/bool'), '"/types/bool" is enumerations');
    refuses(reads('types/records'), '"/types/records" is records');
    refuses(reads('types/texts'), '"/types/texts" holds texts');
    refuses(() => at(root, 'soft/link'), '"link" of "/soft" is a symbolic or external link');
    refuses(() => at(root, 'heap/3'), '"/heap" keeps its names in a fractal heap');
    refuses(() => at(root, 'types').attributes.text('a'), '"/types" keeps its attributes in a fractal heap');
    refuses(() => readHdf5(Uint8Array.of(1, 2, 3)), 'begins with the bytes 89 48 44 46');
  });
});

describe('HDF5 files of our own', () => {
  it('are read as they were written', () => {
    const values = Float32Array.of(0.5, -1.25, 3, 1e-8, 2 ** 100, -0);
    const many = Object.fromEntries(
      Array.from({ length: 700 }, (_, i) => [`dense_${i}`, { shape: [1], values: Float32Array.of(i) }]),
    );
    const group: Hdf5Group = { layers: { dense: { vars: { 0: { shape: [2, 3], values } } }, none: {} }, many };
    const root = readHdf5(writeHdf5(group));
    assert.deepEqual(array(root, 'layers/dense/vars/0').read(), values);
    assert.deepEqual((at(root, 'layers/none') as Hdf5GroupReader).names, []);
    for (const i of [0, 9, 77, 699]) assert.deepEqual([...array(root, `many/dense_${i}`).read()], [i]);
  });
});

/** Reads all that is in a group, but for what is there many times. */
function readAll(group: Hdf5GroupReader, left = { items: 60 }): void {
  for (const name of group.names) {
    if (name === 'many' || left.items-- <= 0) continue;
    const item = group.get(name)!;
    if (item.kind === 'group') readAll(item, left);
    else assert.equal(item.read().length, sizeOf(item.shape));
  }
  for (const name of ['text', 'fixed', 'lists']) group.attributes.texts(name);
}

describe('HDF5 files that are damaged', () => {
  /** A file of one array, with a number of eight bytes at a place replaced wherever it is. */
  const lying = (size: number, claim: number): Uint8Array => {
    const file = writeHdf5({ a: { shape: [size], values: new Float32Array(size) } });
    const view = new DataView(file.buffer);
    for (let at = 0; at + 8 <= file.length; at++)
      for (const [true_, said] of [
        [BigInt(size), BigInt(claim)],
        [BigInt(4 * size), BigInt(4 * claim)],
      ])
        if (view.getBigUint64(at, true) === true_) view.setBigUint64(at, said, true);
    return file;
  };
  it('are refused where an array claims gigabytes, before they are taken', () => {
    refuses(() => array(readHdf5(lying(77, 2 ** 27)), 'a').read(), '"/a" ends at byte', 'too early');
    refuses(() => array(readHdf5(lying(77, 2 ** 29)), 'a').read(), 'more than the 1073741824 bytes');
    refuses(() => array(readHdf5(lying(77, 2 ** 60)), 'a').read(), 'beyond any file');
  });

  it('give at most a gigabyte in all, however often they are asked', () => {
    const root = readHdf5(writeHdf5({ a: { shape: [2 ** 24], values: new Float32Array(2 ** 24) } }));
    for (let i = 0; i < 16; i++) array(root, 'a').read();
    refuses(() => array(root, 'a').read(), 'at most 1073741824 are read of one HDF5 file, of which 0 are left');
  });

  it('are refused where groups lie within themselves', () => {
    const file = writeHdf5({ a: { b: {} } });
    // The only symbol of "a" now leads to the first group.
    const view = new DataView(file.buffer);
    const symbols = [...file.keys()].filter((at) => at % 8 === 0 && view.getUint32(at, true) === 0x444f4e53);
    for (const at of symbols)
      if (view.getUint16(at + 6, true) === 1) view.setBigUint64(at + 16, view.getBigUint64(64, true), true);
    let item: Hdf5GroupReader = readHdf5(file);
    refuses(() => {
      for (;;) item = item.get(item.names[0]) as Hdf5GroupReader;
    }, 'more than 64 groups deep');
  });

  for (const name of ['earliest.h5', 'v110.h5', 'block.h5'])
    it(`are refused or read whole in 10,000 copies: ${name}`, function () {
      this.timeout(120_000);
      fuzz(fixture(name), readHdf5, (root) => {
        try {
          readAll(root);
        } catch (error) {
          if ((error as Error).name !== 'FormatError') throw error;
        }
      });
    });
});
