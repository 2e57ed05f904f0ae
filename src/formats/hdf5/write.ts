import { sizeOf } from '../../model/spec';
import { FormatError } from '../error';

/**
 * HDF5 files of groups and arrays of floats, as Keras keeps weights: version 0 of the superblock, groups as symbol tables,
 * arrays in one piece (https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html, "HDF5 File Format Specification Version 3.0",
 * sections II.A, III.A to III.D and IV.A). Every library since 1998 reads these.
 */

/** A group: names to groups and arrays. */
export interface Hdf5Group {
  readonly [name: string]: Hdf5Group | Hdf5Array;
}
export interface Hdf5Array {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const isArray = (item: Hdf5Group | Hdf5Array): item is Hdf5Array => item.values instanceof Float32Array;

const UNDEFINED = 0xffff_ffff_ffff_ffffn;
/** Symbols in a node of a group: twice this. */
const LEAF_K = 4;

/**
 * @returns the bytes of the file
 * @throws FormatError where an array's shape and numbers disagree, or a name is empty or has a "/"
 */
export function writeHdf5(root: Hdf5Group): Uint8Array<ArrayBuffer> {
  const file = new Space();
  // A node of the tree of a group must have room for all of its symbols: we write trees of one level.
  const treeK = Math.max(16, Math.ceil(largestGroup(root) / (2 * LEAF_K) / 2));
  const superblock = file.reserve(96);
  const { header, tree, heap } = writeGroup(file, root, treeK);
  const at = file.writer(superblock);
  at.bytes([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
  // Versions of the superblock, of free space, of the root's symbols and of shared headers; widths of addresses and lengths.
  at.bytes([0, 0, 0, 0, 0, 8, 8, 0]);
  at.u16(LEAF_K).u16(treeK).u32(0);
  at.u64(0n).u64(UNDEFINED).u64(BigInt(file.length)).u64(UNDEFINED);
  // The root's symbol, with what its header says kept beside (cache type 1).
  at.u64(0n).u64(header).u32(1).u32(0).u64(tree).u64(heap);
  return file.finish();
}

function largestGroup(group: Hdf5Group): number {
  const items = Object.values(group);
  return Math.max(items.length, ...items.map((item) => (isArray(item) ? 0 : largestGroup(item))));
}

interface Placed {
  readonly header: bigint;
  readonly tree: bigint;
  readonly heap: bigint;
}

function writeGroup(file: Space, group: Hdf5Group, treeK: number): Placed {
  const names = Object.keys(group).sort(byBytes);
  for (const name of names)
    if (name === '' || name.includes('/')) throw new FormatError(`"${name}" cannot be a name in an HDF5 file.`);
  const places = names.map((name) => {
    const item = group[name];
    return isArray(item) ? { header: writeArray(file, name, item) } : writeGroup(file, item, treeK);
  });

  // The heap of names: an empty one first, each ended by a zero and padded to eight bytes.
  const encoded = names.map((name) => new TextEncoder().encode(name));
  const offsets: number[] = [];
  let size = 8;
  for (const name of encoded) {
    offsets.push(size);
    size += Math.ceil((name.length + 1) / 8) * 8;
  }
  const data = file.reserve(size);
  encoded.forEach((name, i) => file.writer(data + offsets[i]).bytes(name));
  const heap = file.reserve(32);
  // 1 in the place of the first free block: there is none.
  file.writer(heap).text('HEAP').bytes([0, 0, 0, 0]).u64(BigInt(size)).u64(1n).u64(BigInt(data));

  const nodes: { readonly place: number; readonly last: number }[] = [];
  for (let from = 0; from < names.length; from += 2 * LEAF_K) {
    const to = Math.min(names.length, from + 2 * LEAF_K);
    const place = file.reserve(8 + 2 * LEAF_K * 40);
    const at = file
      .writer(place)
      .text('SNOD')
      .bytes([1, 0])
      .u16(to - from);
    for (let i = from; i < to; i++) at.u64(BigInt(offsets[i])).u64(places[i].header).u32(0).u32(0).u64(0n).u64(0n);
    nodes.push({ place, last: offsets[to - 1] });
  }
  const tree = file.reserve(24 + (4 * treeK + 1) * 8);
  const at = file.writer(tree).text('TREE').bytes([0, 0]).u16(nodes.length).u64(UNDEFINED).u64(UNDEFINED);
  // A key stands before each node and behind the last: the names of a node lie behind the one, and up to the other.
  at.u64(0n);
  for (const { place, last } of nodes) at.u64(BigInt(place)).u64(BigInt(last));

  const symbols = new Bytes().u64(BigInt(tree)).u64(BigInt(heap));
  return { header: writeHeader(file, [[0x0011, symbols]]), tree: BigInt(tree), heap: BigInt(heap) };
}

function writeArray(file: Space, name: string, { shape, values }: Hdf5Array): bigint {
  const size = sizeOf(shape);
  if (size !== values.length)
    throw new FormatError(`"${name}": shape [${shape.join(', ')}] holds ${size} values, its data ${values.length}.`);
  const place = file.reserve(values.length * 4);
  file.writer(place).floats(values);
  const space = new Bytes().bytes([1, shape.length, 0, 0, 0, 0, 0, 0]);
  for (const n of shape) space.u64(BigInt(n));
  // IEEE 754 of four bytes, little-endian: sign at bit 31, eight bits of exponent from 23, bias 127.
  const type = new Bytes().bytes([0x11, 0x20, 0x1f, 0]).u32(4).u16(0).u16(32).bytes([23, 8, 0, 23]).u32(127);
  // Allocated at once, no value to fill with.
  const fill = new Bytes().bytes([2, 1, 0, 0]);
  const layout = new Bytes()
    .bytes([3, 1])
    .u64(values.length === 0 ? UNDEFINED : BigInt(place))
    .u64(BigInt(values.length * 4));
  return writeHeader(file, [
    [0x0001, space],
    [0x0003, type],
    [0x0005, fill],
    [0x0008, layout],
  ]);
}

/** An object header of version 1. */
function writeHeader(file: Space, messages: readonly (readonly [type: number, data: Bytes])[]): bigint {
  const padded = messages.map(([type, data]) => [type, data.padded(8)] as const);
  const size = padded.reduce((sum, [, data]) => sum + 8 + data.length, 0);
  const header = file.reserve(16 + size);
  const at = file.writer(header).bytes([1, 0]).u16(messages.length).u32(1).u32(size).u32(0);
  for (const [type, data] of padded) at.u16(type).u16(data.length).bytes([0, 0, 0, 0]).bytes(data);
  return BigInt(header);
}

const byBytes = (a: string, b: string): number => {
  const [x, y] = [a, b].map((text) => new TextEncoder().encode(text));
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i] - y[i];
  return x.length - y.length;
};

/** Little-endian numbers one behind another. */
class Bytes {
  readonly #bytes: number[] = [];
  bytes(values: ArrayLike<number>): this {
    for (let i = 0; i < values.length; i++) this.#bytes.push(values[i]);
    return this;
  }
  u16(value: number): this {
    return this.bytes([value & 255, value >> 8]);
  }
  u32(value: number): this {
    return this.u16(value & 0xffff).u16(value >>> 16);
  }
  u64(value: bigint): this {
    return this.u32(Number(value & 0xffff_ffffn)).u32(Number(value >> 32n));
  }
  padded(to: number): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.#bytes.length / to) * to);
    bytes.set(this.#bytes);
    return bytes;
  }
}

/** A file that grows: places are reserved, in steps of eight bytes, and written in any order. */
class Space {
  #bytes = new Uint8Array(4096);
  length = 0;

  reserve(size: number): number {
    const place = this.length;
    this.length += Math.ceil(size / 8) * 8;
    if (this.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return place;
  }
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }
  writer(place: number): Cursor {
    return new Cursor(new DataView(this.#bytes.buffer), place);
  }
}

/** Writes numbers one behind another from a place on. */
class Cursor {
  constructor(
    private readonly view: DataView,
    private at: number,
  ) {}
  bytes(values: ArrayLike<number>): this {
    for (let i = 0; i < values.length; i++) this.view.setUint8(this.at++, values[i]);
    return this;
  }
  text(ascii: string): this {
    return this.bytes([...ascii].map((c) => c.charCodeAt(0)));
  }
  u16(value: number): this {
    this.view.setUint16(this.at, value, true);
    this.at += 2;
    return this;
  }
  u32(value: number): this {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
    return this;
  }
  u64(value: bigint): this {
    this.view.setBigUint64(this.at, value, true);
    this.at += 8;
    return this;
  }
  floats(values: Float32Array): this {
    for (let i = 0; i < values.length; i++, this.at += 4) this.view.setFloat32(this.at, values[i], true);
    return this;
  }
}
