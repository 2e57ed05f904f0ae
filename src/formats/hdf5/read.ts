import { countOf, type Numbers } from '../arrays';
import { FormatError } from '../error';
import { linksOf } from './groups';
import { message, type Message, messagesOf } from './header';
import { bytesOf, filtersOf, shapeOf } from './layout';
import { type Cursor, Source } from './source';
import { typeOf } from './types';

/**
 * Reads HDF5 files (https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html), as h5py and Keras write them: versions 0 to 3 of
 * the superblock, both kinds of object headers, groups as tables of symbols or as links, arrays in the header, in one piece,
 * or in pieces packed by gzip and shuffle, numbers and texts as attributes.
 *
 * For files of unknown origin. All sizes and places are held against the file before memory is taken, in all at most
 * `MOST_BYTES`; what goes in circles is refused. Nothing is read before it is asked for.
 */

/** A group: attributes, and groups and arrays by name. */
export interface Hdf5GroupReader {
  readonly kind: 'group';
  readonly path: string;
  /** The names of what is in it. */
  readonly names: readonly string[];
  /** @returns undefined where it has no such member @throws FormatError where that is damaged, or neither group nor array */
  get(name: string): Hdf5GroupReader | Hdf5ArrayReader | undefined;
  readonly attributes: Hdf5Attributes;
}
export interface Hdf5ArrayReader {
  readonly kind: 'array';
  readonly path: string;
  /** @throws FormatError where it is damaged */
  readonly shape: readonly number[];
  /** All numbers, row by row. @throws FormatError where it holds no numbers, or they are not there as the file says */
  read(): Numbers;
  readonly attributes: Hdf5Attributes;
}
export interface Hdf5Attributes {
  has(name: string): boolean;
  /** @returns undefined where there is none @throws FormatError where it is no single text */
  text(name: string): string | undefined;
  /** @returns undefined where there is none @throws FormatError where it is no list of texts */
  texts(name: string): readonly string[] | undefined;
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** Groups within groups. */
const MOST_LEVELS = 64;

const beginsAt = (bytes: Uint8Array, at: number): boolean => SIGNATURE.every((byte, i) => bytes[at + i] === byte);

/** True where a file begins as HDF5 does. */
export const isHdf5 = (bytes: Uint8Array): boolean => beginsAt(bytes, 0);

/**
 * @returns the group that all others are in
 * @throws FormatError where the file is no HDF5, or of a kind that is not read
 */
export function readHdf5(bytes: Uint8Array): Hdf5GroupReader {
  let start = 0;
  // A block of the user's may stand before, of 512 bytes times a power of two.
  while (!beginsAt(bytes, start)) {
    start = start === 0 ? 512 : 2 * start;
    if (start + SIGNATURE.length > bytes.length)
      throw new FormatError('An HDF5 file begins with the bytes 89 48 44 46; this one does not.');
  }
  const file = bytes.subarray(start);
  const prefix = new Source(file, 8, 8).cursor('The superblock', 8);
  const version = prefix.version(0, 1, 2, 3);
  if (version < 2) prefix.skip(4);
  const widths = [prefix.u8(), prefix.u8()];
  if (widths.some((width) => ![2, 4, 8].includes(width)))
    throw new FormatError(`The superblock says addresses of ${widths.join(' and ')} bytes; 2, 4 and 8 are read.`);
  const source = new Source(file, widths[0], widths[1]);
  const block = source.cursor('The superblock', prefix.at);
  block.skip(version < 2 ? 1 + 2 + 2 + 4 + (version === 1 ? 4 : 0) : 1);
  // Where addresses are counted from: its own beginning, as all libraries write it.
  const base = block.uint(source.addressWidth);
  if (base !== start && base !== 0)
    throw new FormatError(`The superblock counts addresses from byte ${base}, which is not read here.`);
  if (version >= 2) block.skip(2 * source.addressWidth);
  else block.skip(3 * source.addressWidth + source.lengthWidth);
  const root = block.address();
  if (root === undefined) throw new FormatError('The superblock leads to no group: the file is damaged.');
  const item = open(source, root, '/', 0);
  if (item.kind !== 'group') throw new FormatError('The file begins with an array, not with a group.');
  return item;
}

function open(source: Source, address: number, path: string, level: number): Hdf5GroupReader | Hdf5ArrayReader {
  const what = path === '/' ? 'the first group' : `"${path}"`;
  if (level > MOST_LEVELS) throw new FormatError(`${what} lies more than ${MOST_LEVELS} groups deep.`);
  const messages = messagesOf(source, address, what);
  const one = (type: number): Message | undefined => messages.find((m) => m.type === type);
  const attributes = lazily(() => attributesOf(source, messages, what));
  const space = one(message.dataspace);
  const layout = one(message.layout);
  if (!space || !layout) {
    if (![message.symbolTable, message.link, message.linkInfo].some(one))
      throw new FormatError(`${what} is neither a group nor an array.`);
    const links = linksOf(source, messages, what);
    return {
      kind: 'group',
      path,
      names: [...links.keys()],
      get(name) {
        const at = links.get(name);
        return at === undefined ? undefined : open(source, at, `${path === '/' ? '' : path}/${name}`, level + 1);
      },
      attributes,
    };
  }
  const shape = shapeOf(space.open(what));
  return {
    kind: 'array',
    path,
    shape,
    read() {
      const datatype = one(message.datatype);
      if (!datatype) throw new FormatError(`${what} does not say what its values are: it is damaged.`);
      const type = typeOf(datatype.open(what));
      if (type.type !== 'number') throw new FormatError(`${what} holds texts, not numbers.`);
      source.spend(what, countOf(shape, type.taken) * type.taken);
      const pipeline = one(message.filters);
      const filters = pipeline ? filtersOf(pipeline.open(what)) : [];
      return type.of(bytesOf(source, layout.open(what), { what, shape, width: type.width, filters }));
    },
    attributes,
  };
}

/** What cannot be read of attributes is said when they are asked for. */
function lazily(read: () => Hdf5Attributes): Hdf5Attributes {
  let found: Hdf5Attributes | undefined;
  const all = (): Hdf5Attributes => (found ??= read());
  return { has: (name) => all().has(name), text: (name) => all().text(name), texts: (name) => all().texts(name) };
}

/** The messages of attributes (section IV.A.2.m). */
function attributesOf(source: Source, messages: readonly Message[], of: string): Hdf5Attributes {
  const found = new Map<string, () => readonly string[]>();
  for (const { type, open } of messages) {
    const what = `An attribute of ${of}`;
    if (type === message.attributeInfo) {
      const info = open(what);
      info.version(0);
      info.skip(info.u8() & 1 ? 2 : 0);
      if (info.address() !== undefined)
        throw new FormatError(
          `${of} keeps its attributes in a fractal heap, which is not read here: write the file with libver="earliest".`,
        );
    }
    if (type !== message.attribute) continue;
    const body = open(what);
    const version = body.version(1, 2, 3);
    const flags = body.u8();
    const sizes = [body.u16(), body.u16(), body.u16()];
    if (version === 3) body.skip(1);
    const [name, valueType, space] = sizes.map((size): Cursor => {
      const part = source.cursor(what, body.at, size);
      body.skip(version === 1 ? Math.ceil(size / 8) * 8 : size);
      return part;
    });
    const [typeAt, spaceAt, dataAt] = [valueType.at, space.at, body.at];
    const key = name.text(name.left);
    found.set(key, () => {
      const called = `The attribute "${key}" of ${of}`;
      if (version > 1 && flags !== 0)
        throw new FormatError(`${called} is shared with other objects, which is not read.`);
      const shape = shapeOf(source.cursor(called, spaceAt, sizes[2]));
      // A list of no texts is written as one of no numbers.
      if (shape.includes(0)) return [];
      const text = typeOf(source.cursor(called, typeAt, sizes[1]));
      if (text.type !== 'text') throw new FormatError(`${called} is no text.`);
      const count = countOf(shape, text.width);
      const data = source.cursor(called, dataAt, body.end - dataAt);
      if (count > data.left) throw new FormatError(`${called} is cut short.`);
      return Array.from({ length: count }, () => text.of(data.bytes(text.width), source, called));
    });
  }
  return {
    has: (name) => found.has(name),
    text(name) {
      const values = found.get(name)?.();
      if (values && values.length !== 1) throw new FormatError(`The attribute "${name}" of ${of} is no single text.`);
      return values?.[0];
    },
    texts: (name) => found.get(name)?.(),
  };
}
