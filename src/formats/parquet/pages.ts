import { MOST_BYTES } from '../arrays';
import { FormatError } from '../error';
import { crc32, gunzipExactly } from '../inflate';
import { Bytes, hybrid } from './bits';
import { type Chunk, type Leaf, sizeIn, numberIn } from './schema';
import { unsnap } from './snappy';
import { type ThriftStruct, ThriftReader } from './thrift';
import { encodingNames, type Raw, plainValues, valuesOf } from './values';

/** The pages of one column in one row group: one is unpacked at a time, when its first value is asked for. */

const [DATA, DICTIONARY, DATA_V2] = [0, 2, 3];
const codecs: readonly (string | undefined)[] = [
  'UNCOMPRESSED',
  'SNAPPY',
  'GZIP',
  'LZO',
  'BROTLI',
  'LZ4',
  'ZSTD',
  'LZ4_RAW',
];
const [UNCOMPRESSED, SNAPPY, GZIP] = [0, 1, 2];

/**
 * @param convert what a value becomes; of a dictionary each is converted once
 * @returns what gives the next value: undefined where it is null; it throws a FormatError where there is none
 */
export function pagesOf<T>(
  file: Uint8Array,
  { codec, values, start, end }: Chunk,
  leaf: Leaf,
  convert: (raw: Raw) => T,
): () => T | undefined {
  const chunk = file.subarray(start, end);
  let at = 0;
  /** Values of pages that were not begun. */
  let left = values;
  let inPage = 0;
  let isNull: () => boolean = () => false;
  let next: () => T = () => cutShort();
  let dictionary: readonly T[] | undefined;

  function begin(): void {
    if (left === 0 || at >= chunk.length) cutShort();
    const reader = new ThriftReader(chunk, at);
    const header = reader.struct();
    const type = numberIn(header, 1, 'kind of a page');
    const size = sizeIn(header, 2, 'size of a page');
    const packed = sizeIn(header, 3, 'size of a page');
    at = reader.position + packed;
    if (at > chunk.length) throw new FormatError('A page is larger than its column: it is damaged.');
    const bytes = chunk.subarray(at - packed, at);
    const sum = header.get(4);
    if (typeof sum === 'number' && crc32(bytes) !== sum >>> 0)
      throw new FormatError('A page is damaged: its checksum is another than was written.');
    if (type === DICTIONARY) readDictionary(header, unpack(bytes, codec, size));
    else if (type === DATA) readData(header, new Bytes(unpack(bytes, codec, size)));
    else if (type === DATA_V2) readDataV2(header, bytes, size);
  }

  function readDictionary(header: ThriftStruct, bytes: Uint8Array): void {
    const page = partOf(header, 7);
    const count = sizeIn(page, 1, 'size of a dictionary');
    const read = plainValues(new Bytes(bytes), leaf);
    const found: T[] = [];
    // Each takes bytes: a count that claims more ends with the page.
    while (found.length < count) found.push(convert(read()));
    dictionary = found;
  }

  function readData(header: ThriftStruct, bytes: Bytes): void {
    const page = partOf(header, 5);
    const count = sizeIn(page, 1, 'number of values');
    if (leaf.isOptional) {
      const encoding = numberIn(page, 3, 'encoding of nulls');
      if (encoding !== 3)
        throw new FormatError(`Its nulls are encoded as ${encodingNames[encoding] ?? encoding}, which is not read.`);
      nulls(bytes.part(bytes.little(4)));
    } else isNull = () => false;
    beginValues(bytes, numberIn(page, 2, 'encoding of a page'), count);
  }

  function readDataV2(header: ThriftStruct, bytes: Uint8Array, size: number): void {
    const page = partOf(header, 8);
    const repeated = sizeIn(page, 6, 'size of levels');
    const nullBytes = sizeIn(page, 5, 'size of nulls');
    const levels = repeated + nullBytes;
    if (levels > bytes.length || levels > size) throw new FormatError('A page ends in its nulls: it is damaged.');
    if (leaf.isOptional) nulls(new Bytes(bytes, repeated, levels));
    else isNull = () => false;
    const rest = bytes.subarray(levels);
    const values = page.get(7) === false ? rest : unpack(rest, codec, size - levels);
    beginValues(new Bytes(values), numberIn(page, 4, 'encoding of a page'), sizeIn(page, 1, 'number of values'));
  }

  function nulls(bytes: Bytes): void {
    const level = hybrid(bytes, 1);
    isNull = () => level() === 0;
  }

  function beginValues(bytes: Bytes, encoding: number, count: number): void {
    if (count > left) throw new FormatError(`Its pages have more than its ${values} values: it is damaged.`);
    left -= count;
    inPage = count;
    const source = valuesOf(bytes, encoding, leaf);
    if (source.type === 'values') {
      const { read } = source;
      next = () => convert(read());
      return;
    }
    const entries = dictionary;
    if (!entries) throw new FormatError('A page refers to a dictionary that is not there: it is damaged.');
    next = () => {
      const place = source.read();
      if (place >= entries.length)
        throw new FormatError(`A value is number ${place} of a dictionary of ${entries.length}: it is damaged.`);
      return entries[place];
    };
  }

  return () => {
    while (inPage === 0) begin();
    inPage--;
    return isNull() ? undefined : next();
  };
}

const cutShort = (): never => {
  throw new FormatError('It has fewer values than it claims: it is damaged.');
};

function partOf(header: ThriftStruct, field: number): ThriftStruct {
  const part = header.get(field);
  if (part instanceof Map) return part as ThriftStruct;
  throw new FormatError('A page does not say how it is written: it is damaged.');
}

/** @param size of what comes out, as the page claims it */
function unpack(bytes: Uint8Array, codec: number, size: number): Uint8Array {
  if (size > MOST_BYTES) throw new FormatError(`A page claims ${size} bytes; at most ${MOST_BYTES} are allowed.`);
  switch (codec) {
    case UNCOMPRESSED:
      if (bytes.length === size) return bytes;
      throw new FormatError(`A page claims ${size} bytes, and has ${bytes.length}: it is damaged.`);
    case SNAPPY:
      return unsnap(bytes, size);
    case GZIP:
      return gunzipExactly(bytes, size);
    default:
      throw new FormatError(
        `It is packed by ${codecs[codec] ?? `method ${codec}`}, which is not read. Write it with compression="snappy", "gzip" or None.`,
      );
  }
}
