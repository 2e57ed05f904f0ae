import assert from 'node:assert/strict';
import { File as Hdf5File } from 'jsfive';
import { type Hdf5Group, writeHdf5 } from '../../../src/formats/hdf5/write';
import { refuses } from './support';

interface Read {
  readonly keys: string[];
  get(path: string): Read & { readonly shape: number[]; readonly value: number[] };
}
const read = (group: Hdf5Group): Read => new Hdf5File(writeHdf5(group).buffer, 'test.h5') as unknown as Read;

describe('HDF5', () => {
  it('is read by another library as it was written: groups in groups, shapes, numbers', () => {
    const values = Float32Array.of(0.5, -1.25, 3, 1e-8, 2 ** 100, -0);
    const file = read({
      layers: {
        dense: { vars: { 0: { shape: [2, 3], values }, 1: { shape: [0], values: new Float32Array(0) } } },
        none: {},
      },
      'größe mit Namen': { shape: [], values: Float32Array.of(7) },
    });
    assert.deepEqual(file.keys.sort(), ['größe mit Namen', 'layers']);
    const array = file.get('layers/dense/vars/0');
    assert.deepEqual(array.shape, [2, 3]);
    assert.deepEqual(array.value, [...values]);
    assert.deepEqual(file.get('layers/dense/vars').keys, ['0', '1']);
    assert.deepEqual(file.get('layers/none').keys, []);
    assert.deepEqual(file.get('größe mit Namen').value, [7]);
  });

  it('has groups of as many names as a network has layers', () => {
    const names = Array.from({ length: 700 }, (_, i) => `dense_${i}`);
    const group = Object.fromEntries(names.map((name, i) => [name, { shape: [1], values: Float32Array.of(i) }]));
    const file = read({ group });
    assert.deepEqual(file.get('group').keys, [...names].sort());
    for (const i of [0, 9, 77, 699]) assert.deepEqual(file.get(`group/dense_${i}`).value, [i]);
  });

  it('refuses names that paths could not tell, and arrays that are not of their shape', () => {
    const one = { shape: [1], values: Float32Array.of(1) };
    refuses(() => writeHdf5({ 'a/b': one }), '"a/b" cannot be a name');
    refuses(() => writeHdf5({ '': one }), 'cannot be a name');
    refuses(() => writeHdf5({ a: { ...one, shape: [2] } }), '"a": shape [2] holds 2 values, its data 1');
  });
});
