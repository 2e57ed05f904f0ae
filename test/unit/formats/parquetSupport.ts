/** A text in Snappy's raw format, as one literal. */
export function snappyLiteral(text: Uint8Array): Uint8Array {
  const length: number[] = [];
  for (let left = text.length; ; left = Math.floor(left / 128)) {
    if (left < 128) {
      length.push(left);
      break;
    }
    length.push((left % 128) | 128);
  }
  const less = text.length - 1;
  const bytes = less < 60 ? 0 : less < 256 ? 1 : less < 65_536 ? 2 : 3;
  const tag =
    bytes === 0 ? [less << 2] : [(59 + bytes) << 2, ...[0, 8, 16].slice(0, bytes).map((s) => (less >> s) & 255)];
  return Uint8Array.from([...length, ...tag, ...text]);
}

/**
 * The same Parquet file, whose footer claims another number of rows; both below 64, so that they take a byte.
 * Behind the schema the footer has the rows, field 3, as a number of 64 bits: 0x16 and its value.
 */
export function withCount(bytes: Uint8Array, rows: number, other: number): Uint8Array {
  const changed = bytes.slice();
  const footer = bytes.length - 8 - new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8).getUint32(0, true);
  const at = bytes.findIndex(
    (byte, i) => i > footer && byte === 0x16 && bytes[i + 1] === 2 * rows && bytes[i + 2] === 0x19,
  );
  changed[at + 1] = 2 * other;
  return changed;
}
