import { FormatError } from '../error';
import { type ThriftStruct, ThriftReader } from './thrift';

/** The footer of a Parquet file: its columns, and where their values are (parquet-format, FileMetaData). */

export const physical = {
  boolean: 0,
  int32: 1,
  int64: 2,
  int96: 3,
  float: 4,
  double: 5,
  bytes: 6,
  fixed: 7,
} as const;

/** What a column is said to hold beyond the type of its bytes. */
export type Meaning =
  | { readonly kind: 'plain' | 'text' | 'unsigned' | 'date' | 'uuid' | 'float16' }
  | { readonly kind: 'decimal'; readonly scale: number }
  /** `perSecond`: 1e3, 1e6 or 1e9. */
  | { readonly kind: 'timestamp' | 'time'; readonly perSecond: number; readonly isUtc: boolean };

export interface Leaf {
  readonly type: number;
  /** Bytes of a value of `fixed`. */
  readonly width: number;
  readonly isOptional: boolean;
  readonly meaning: Meaning;
}

/** A column at the top of the schema. */
export interface Column {
  readonly name: string;
  /** Its place among the chunks of a row group. */
  readonly chunk: number;
  /** Absent: it holds lists or structures. */
  readonly leaf?: Leaf;
}

export interface Chunk {
  readonly codec: number;
  readonly values: number;
  /** Of the file. */
  readonly start: number;
  readonly end: number;
}

export interface RowGroup {
  readonly rows: number;
  readonly chunks: readonly Chunk[];
}

export interface Footer {
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly groups: readonly RowGroup[];
}

const MAGIC = 'PAR1';
const ENCRYPTED = 'PARE';
const magicAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

export const isParquet = (bytes: Uint8Array): boolean => magicAt(bytes, 0) === MAGIC;

/** @throws FormatError where the bytes are no Parquet file, or its sizes contradict each other */
export function readFooter(bytes: Uint8Array): Footer {
  if (magicAt(bytes, 0) === ENCRYPTED) throw new FormatError('It is encrypted. Write it without encryption.');
  if (!isParquet(bytes)) throw new FormatError(`It is no Parquet file: it does not begin with "${MAGIC}".`);
  const end = bytes.length - 8;
  if (end < 4 || magicAt(bytes, end + 4) !== MAGIC)
    throw new FormatError(`It does not end with "${MAGIC}": it is cut short. Copy or write it again.`);
  const length = new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true);
  if (length > end - 4)
    throw new FormatError(`Its description claims ${length} bytes, more than the file has: it is damaged.`);
  const meta = new ThriftReader(bytes.subarray(end - length, end)).struct();
  const rows = sizeIn(meta, 3, 'rows');
  const columns = columnsOf(structs(meta, 2));
  const chunks = columns.reduce((sum, { leaves }) => sum + leaves, 0);
  const groups = structs(meta, 4).map((group) => groupOf(group, chunks, end - length));
  const found = groups.reduce((sum, group) => sum + group.rows, 0);
  if (found !== rows) throw new FormatError(`It claims ${rows} rows, and holds ${found}: it is damaged.`);
  return { rows, columns, groups };
}

function columnsOf([root, ...elements]: readonly ThriftStruct[]): (Column & { readonly leaves: number })[] {
  const columns: (Column & { readonly leaves: number })[] = [];
  let chunk = 0;
  for (let i = 0; i < elements.length;) {
    const element = elements[i];
    const name = textIn(element, 4);
    // Through all that is below it; without recursion, for a damaged file can nest as deep as it is long.
    let leaves = 0;
    for (let open = 1; open > 0; i++) {
      if (i >= elements.length) throw new FormatError('Its schema ends within a column: it is damaged.');
      const children = optional(elements[i], 5) ?? 0;
      if (children === 0) leaves++;
      open += children - 1;
    }
    const isNested = (optional(element, 5) ?? 0) > 0 || optional(element, 3) === 2;
    columns.push({ name, chunk, leaves, ...(!isNested && { leaf: leafOf(element) }) });
    chunk += leaves;
  }
  if (!root || columns.length !== (optional(root, 5) ?? 0))
    throw new FormatError('Its schema has other columns than it counts: it is damaged.');
  return columns;
}

const leafOf = (element: ThriftStruct): Leaf => ({
  type: numberIn(element, 1, 'type of a column'),
  width: optional(element, 2) ?? 0,
  isOptional: optional(element, 3) === 1,
  meaning: meaningOf(element),
});

const plain: Meaning = { kind: 'plain' };

function meaningOf(element: ThriftStruct): Meaning {
  const logical = element.get(10);
  if (logical instanceof Map) {
    const [[kind, details] = [0, undefined]] = (logical as ThriftStruct).entries();
    const inner: ThriftStruct = details instanceof Map ? details : new Map();
    switch (kind) {
      case 1:
      case 4:
      case 12:
        return { kind: 'text' };
      case 5:
        return { kind: 'decimal', scale: optional(inner, 1) ?? 0 };
      case 6:
        return { kind: 'date' };
      case 7:
      case 8: {
        const unit = inner.get(2);
        const [field] = unit instanceof Map ? (unit as ThriftStruct).keys() : [1];
        return { kind: kind === 7 ? 'time' : 'timestamp', perSecond: 1000 ** field, isUtc: inner.get(1) === true };
      }
      case 10:
        return inner.get(2) === false ? { kind: 'unsigned' } : plain;
      case 14:
        return { kind: 'uuid' };
      case 15:
        return { kind: 'float16' };
      default:
        return plain;
    }
  }
  // Written before there were logical types.
  switch (optional(element, 6)) {
    case 0:
    case 4:
    case 19:
      return { kind: 'text' };
    case 5:
      return { kind: 'decimal', scale: optional(element, 7) ?? 0 };
    case 6:
      return { kind: 'date' };
    case 7:
      return { kind: 'time', perSecond: 1e3, isUtc: true };
    case 8:
      return { kind: 'time', perSecond: 1e6, isUtc: true };
    case 9:
      return { kind: 'timestamp', perSecond: 1e3, isUtc: true };
    case 10:
      return { kind: 'timestamp', perSecond: 1e6, isUtc: true };
    case 13:
    case 14:
      return { kind: 'unsigned' };
    default:
      return plain;
  }
}

function groupOf(group: ThriftStruct, chunks: number, end: number): RowGroup {
  const rows = sizeIn(group, 3, 'rows of a row group');
  const found = structs(group, 1).map((chunk) => chunkOf(chunk, end));
  if (found.length !== chunks)
    throw new FormatError(`A row group has ${found.length} columns, and the schema ${chunks}: it is damaged.`);
  return { rows, chunks: found };
}

function chunkOf(chunk: ThriftStruct, end: number): Chunk {
  if (chunk.get(1) instanceof Uint8Array)
    throw new FormatError('Its values are in other files. Write it as one file, with its values in it.');
  const meta = chunk.get(3);
  if (!(meta instanceof Map))
    throw new FormatError('A column does not say where its values are: it is encrypted or damaged.');
  const values = sizeIn(meta as ThriftStruct, 5, 'number of values');
  const data = sizeIn(meta as ThriftStruct, 9, 'place of a column');
  const dictionary = optional(meta as ThriftStruct, 11);
  const start = dictionary !== undefined && dictionary > 0 ? Math.min(dictionary, data) : data;
  const length = sizeIn(meta as ThriftStruct, 7, 'size of a column');
  // A column without a row may be anywhere.
  if (values > 0 && !(start >= 4 && start + length <= end))
    throw new FormatError(`A column lies at ${start} to ${start + length}, outside of the values: it is damaged.`);
  return {
    codec: numberIn(meta as ThriftStruct, 4, 'packing'),
    values,
    start,
    end: start + length,
  };
}

export function structs(of: ThriftStruct, field: number): ThriftStruct[] {
  const list = of.get(field);
  if (!Array.isArray(list) || !list.every((element) => element instanceof Map))
    throw new FormatError('Its description lacks its columns or rows: it is damaged.');
  return list as ThriftStruct[];
}

function textIn(of: ThriftStruct, field: number): string {
  const bytes = of.get(field);
  if (!(bytes instanceof Uint8Array)) throw new FormatError('A column has no name: it is damaged.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError('The name of a column is not text in UTF-8: it is damaged.');
  }
}

function optional(of: ThriftStruct, field: number): number | undefined {
  const value = of.get(field);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new FormatError(`Its description has no whole number in field ${field}: it is damaged.`);
}

/** @param what it is, for the message */
export function numberIn(of: ThriftStruct, field: number, what: string): number {
  const value = optional(of, field);
  if (value === undefined) throw new FormatError(`Its description lacks the ${what}: it is damaged.`);
  return value;
}

export function sizeIn(of: ThriftStruct, field: number, what: string): number {
  const value = numberIn(of, field, what);
  if (value < 0) throw new FormatError(`Its description gives ${value} as the ${what}: it is damaged.`);
  return value;
}
