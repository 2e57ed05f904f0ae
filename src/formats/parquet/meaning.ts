import { FormatError } from '../error';
import { float16 } from '../float16';
import { type Leaf, physical } from './schema';
import type { Raw } from './values';

/** What a cell holds: a number, a whole number beyond 2^53, or a text, dates among them as ISO 8601 writes them. */
export type Value = number | bigint | string;

/** @returns what makes a value of what a page holds. @throws FormatError where the column holds what is no number or text */
export function meaningOf({ type, width, meaning }: Leaf): (raw: Raw) => Value {
  const { kind } = meaning;
  switch (kind) {
    case 'decimal':
      return (raw) => decimal(whole(raw), meaning.scale);
    case 'timestamp':
      return (raw) => moment(whole(raw), meaning.perSecond) + (meaning.isUtc ? 'Z' : '');
    case 'time':
      return (raw) => moment(whole(raw), meaning.perSecond).slice('1970-01-01T'.length);
    case 'date':
      return (raw) => moment(whole(raw) * 86_400n, 1).slice(0, -'T00:00:00'.length);
    case 'unsigned':
      return (raw) => narrowed(BigInt.asUintN(type === physical.int32 ? 32 : 64, whole(raw)));
    case 'uuid':
      return (raw) => hex(raw as Uint8Array);
    case 'float16':
      return (raw) => half(raw as Uint8Array);
    case 'plain':
    case 'text':
      return valueOf(type, width);
  }
}

function valueOf(type: number, width: number): (raw: Raw) => Value {
  switch (type) {
    case physical.int96:
      return (raw) => int96(raw as Uint8Array);
    case physical.bytes:
      return (raw) => text(raw as Uint8Array);
    case physical.fixed:
      throw new FormatError(
        `It holds ${width} bytes a row that are no number, text or date. Write it as numbers or as text.`,
      );
    default:
      return (raw) => raw as number | bigint;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes).trim();
  } catch {
    throw new FormatError('It holds bytes that are no text in UTF-8. Write it as numbers or as text.');
  }
}

/** Of bytes: the highest first, in two's complement, as decimals are. */
function whole(raw: Raw): bigint {
  if (typeof raw === 'bigint') return raw;
  if (typeof raw === 'number') {
    if (Number.isInteger(raw)) return BigInt(raw);
    throw new FormatError('It is said to hold whole numbers, and holds others: it is damaged.');
  }
  // A value of so many digits is no decimal of any program.
  if (raw.length > 64) throw new FormatError(`It holds a decimal of ${raw.length} bytes; at most 64 are read.`);
  let value = 0n;
  for (const byte of raw) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * raw.length, value);
}

const narrowed = (value: bigint): number | bigint =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(-Number.MAX_SAFE_INTEGER) ? Number(value) : value;

/** To the nearest float64, as its digits would be read. */
function decimal(unscaled: bigint, scale: number): number {
  if (!(Math.abs(scale) <= 1000)) throw new FormatError(`It holds decimals of ${scale} places: it is damaged.`);
  return Number(`${unscaled}e${-scale}`);
}

/** As 2026-11-22T10:00:00, with a fraction where there is one. */
function moment(ticks: bigint, perSecond: number): string {
  const per = BigInt(perSecond);
  const rest = ((ticks % per) + per) % per;
  const seconds = Number((ticks - rest) / per);
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new FormatError('It holds a date beyond the year 275760: it is damaged.');
  const digits = String(rest)
    .padStart(Math.round(Math.log10(perSecond)), '0')
    .replace(/0+$/, '');
  const fraction = rest === 0n ? '' : `.${digits}`;
  return date.toISOString().slice(0, -'.000Z'.length) + fraction;
}

/** A date as Impala and older versions of Spark write it: nanoseconds of the day, and the Julian day. */
function int96(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 12);
  const days = BigInt(view.getUint32(8, true)) - 2_440_588n;
  return `${moment(days * 86_400_000_000_000n + view.getBigInt64(0, true), 1e9)}Z`;
}

function half(bytes: Uint8Array): number {
  if (bytes.length !== 2) throw new FormatError(`It holds half floats of ${bytes.length} bytes: it is damaged.`);
  return float16(bytes[0] | (bytes[1] << 8));
}

function hex(bytes: Uint8Array): string {
  if (bytes.length !== 16) throw new FormatError(`It holds UUIDs of ${bytes.length} bytes: it is damaged.`);
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
