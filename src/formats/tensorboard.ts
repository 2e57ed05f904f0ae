import { ProtobufWriter } from './protobuf';

/**
 * TensorBoard's event files: records of TFRecord (length, checksum of the length, bytes, checksum of the bytes), each the
 * message `Event` of tensorflow/core/util/event.proto. A file begins with an event that tells the version.
 */

/** One number at a step. */
export interface Scalar {
  /** Parts of it, separated by "/", group charts. */
  readonly tag: string;
  readonly value: number;
}

/** The event that a file begins with. @param wallTime seconds since 1970 */
export const eventFileStart = (wallTime: number): Uint8Array =>
  record(new ProtobufWriter().double(1, wallTime).text(3, 'brain.Event:2').finish());

/** Numbers of one step. @param wallTime seconds since 1970 */
export const scalarsEvent = (wallTime: number, step: number, scalars: readonly Scalar[]): Uint8Array =>
  record(
    new ProtobufWriter()
      .double(1, wallTime)
      .int(2, step)
      .message(5, (summary) => {
        for (const { tag, value } of scalars) summary.message(1, (own) => own.text(1, tag).float(2, value));
      })
      .finish(),
  );

/** A TFRecord: all numbers little-endian, lengths of 64 bits. */
function record(data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(data.length + 16);
  const view = new DataView(whole.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(whole.subarray(0, 8))), true);
  whole.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return whole;
}

/** A checksum of bytes that hold checksums says little: TFRecord turns and shifts it. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli), as in RFC 3720, appendix B.4. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}
