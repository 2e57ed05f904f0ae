import assert from 'node:assert/strict';

/** What an event file holds, read without the product's own code. */
export interface Events {
  readonly version: string;
  /** Seconds since 1970 of each event, the first that tells the version among them. */
  readonly times: readonly number[];
  /** By tag: step and value. */
  readonly scalars: ReadonlyMap<string, readonly (readonly [step: number, value: number])[]>;
}

/** CRC-32C bit by bit (RFC 3720, appendix B.4), masked as TFRecord has it. */
function checksum(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  const turned = ~crc >>> 0;
  return (((turned >>> 15) | (turned << 17)) + 0xa282ead8) >>> 0;
}

type Field =
  | { readonly field: number; readonly wire: 0; readonly number: bigint }
  | { readonly field: number; readonly wire: 1 | 2 | 5; readonly bytes: Uint8Array };

/** The fields of a message of Protocol Buffers, up to its very last byte. */
function message(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      assert.ok(at < bytes.length && shift < 70n, 'a number that does not end');
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    assert.ok(at + length <= bytes.length, 'a field that is longer than its message');
    return bytes.slice(at, (at += length));
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const [field, wire] = [key >>> 3, key & 7];
    if (wire === 0) fields.push({ field, wire, number: varint() });
    else if (wire === 1 || wire === 5) fields.push({ field, wire, bytes: take(wire === 1 ? 8 : 4) });
    else if (wire === 2) fields.push({ field, wire, bytes: take(Number(varint())) });
    else assert.fail(`wire type ${wire}`);
  }
  return fields;
}

/** The payloads of a file of TFRecords, each held against both of its checksums. */
function records(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const payloads: Uint8Array[] = [];
  let at = 0;
  while (at < file.length) {
    const length = Number(view.getBigUint64(at, true));
    assert.equal(view.getUint32(at + 8, true), checksum(file.subarray(at, at + 8)), 'the checksum of a length');
    assert.ok(at + 16 + length <= file.length, 'a record that is cut short');
    const payload = file.subarray(at + 12, at + 12 + length);
    assert.equal(view.getUint32(at + 12 + length, true), checksum(payload), 'the checksum of a record');
    payloads.push(payload);
    at += length + 16;
  }
  return payloads;
}

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

/** Reads an event file byte by byte. What it does not know, or what is not as the format says, fails. */
export function readEvents(file: Uint8Array): Events {
  const scalars = new Map<string, [number, number][]>();
  const times: number[] = [];
  let version = '';
  for (const [n, payload] of records(file).entries()) {
    let step = 0;
    for (const part of message(payload)) {
      if (part.field === 1 && part.wire === 1) times.push(new DataView(part.bytes.buffer).getFloat64(0, true));
      else if (part.field === 2 && part.wire === 0) step = Number(part.number);
      else if (part.field === 3 && part.wire === 2 && n === 0) version = text(part.bytes);
      else if (part.field === 5 && part.wire === 2 && n > 0)
        for (const value of message(part.bytes)) {
          assert.ok(value.field === 1 && value.wire === 2, 'Summary.value');
          const fields = message(value.bytes);
          const tag = fields.find((f) => f.field === 1);
          const number = fields.find((f) => f.field === 2);
          assert.ok(tag?.wire === 2 && number?.wire === 5 && fields.length === 2, 'Summary.Value');
          const name = text(tag.bytes);
          const scalar = new DataView(number.bytes.buffer).getFloat32(0, true);
          scalars.set(name, [...(scalars.get(name) ?? []), [step, scalar]]);
        }
      else assert.fail(`field ${part.field} of event ${n}`);
    }
  }
  return { version, times, scalars };
}
