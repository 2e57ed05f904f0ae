import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { fieldsOf } from '../../../src/formats/protobuf';
import { crc32c } from '../../../src/formats/tensorboard';
import { model, workplace } from './support';

/** CRC-32C bit by bit, apart from the product's table. */
function checksum(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  const turned = ~crc >>> 0;
  return (((turned >>> 15) | (turned << 17)) + 0xa282ead8) >>> 0;
}

/** Scalars of an event file by tag: step and value. */
function read(file: Uint8Array): { version: string; scalars: Map<string, [number, number][]> } {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const scalars = new Map<string, [number, number][]>();
  let version = '';
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    assert.equal(view.getUint32(at + 8, true), checksum(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    assert.equal(view.getUint32(at + 12 + length, true), checksum(data));
    at += length + 16;
    let step = 0;
    for (const { field, varint, bytes } of fieldsOf(data, 'event')) {
      if (field === 1) assert.ok(new DataView(bytes.slice().buffer).getFloat64(0, true) > 1.6e9);
      if (field === 2) step = Number(varint);
      if (field === 3) version = new TextDecoder().decode(bytes);
      if (field !== 5) continue;
      for (const value of fieldsOf(bytes, 'summary')) {
        const [tag, number] = [...fieldsOf(value.bytes, 'value')];
        const name = new TextDecoder().decode(tag.bytes);
        const scalar = new DataView(number.bytes.slice().buffer).getFloat32(0, true);
        scalars.set(name, [...(scalars.get(name) ?? []), [step, scalar]]);
      }
    }
  }
  return { version, scalars };
}

describe('netjson train --tensorboard', () => {
  const { run, at, put } = workplace();

  it('has the checksum of the standard', () => {
    assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe3069283);
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  });

  it('writes an event file beside the run, with every number of its epochs', async () => {
    await put(model());
    const { code, err } = await run(['train', 'm.netjson', '--run-dir', 'r', '--tensorboard']);
    assert.equal(code, 0, err);
    const [name, ...more] = (await readdir(at('r'))).filter((n) => n.includes('.tfevents.'));
    assert.deepEqual(more, []);
    const { version, scalars } = read(Uint8Array.from(await readFile(at('r', name))));
    assert.equal(version, 'brain.Event:2');
    const log = (await readFile(at('r', 'metrics.jsonl'), 'utf8'))
      .split('\n')
      .filter((line) => line.includes('"epoch"'))
      .map((line) => JSON.parse(line) as Record<string, Record<string, number>> & { step: number });
    assert.equal(log.length, 4);
    const expected = (part: string, metric: string): [number, number][] =>
      log.map((e) => [e.step, Math.fround(e[part][metric])]);
    assert.deepEqual(Object.fromEntries(scalars), {
      'loss/train': expected('train', 'loss'),
      'loss/train_dropout_off': expected('trainDropoutOff', 'loss'),
      'accuracy/train_dropout_off': expected('trainDropoutOff', 'accuracy'),
      'loss/validation': expected('validation', 'loss'),
      'accuracy/validation': expected('validation', 'accuracy'),
    });
    assert.equal((await run(['train', 'm.netjson', '--run-dir', 's'])).code, 0);
    assert.ok(!(await readdir(at('s'))).some((n) => n.includes('.tfevents.')));
  });
});
