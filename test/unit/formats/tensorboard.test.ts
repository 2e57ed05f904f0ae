import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { crc32c, eventFileStart, scalarsEvent, type Scalar } from '../../../src/formats/tensorboard';
import { readEvents } from './tensorboardSupport';

/** Made by scripts/peers/tensorboard_fixture.py with TensorBoard's own messages. */
const fixture = (name: string): Buffer => readFileSync(resolve('test/fixtures/formats', name));

describe('Event files of TensorBoard', () => {
  const { begin, events } = JSON.parse(fixture('tensorboard.json').toString()) as {
    begin: number;
    events: { wallTime: number; step: number; scalars: Scalar[] }[];
  };
  const theirs = Uint8Array.from(fixture('tensorboard.tfevents'));
  const ours = Buffer.concat([
    eventFileStart(begin),
    ...events.map(({ wallTime, step, scalars }) => scalarsEvent(wallTime, step, scalars)),
  ]);

  it('have the checksum of the standard', () => {
    assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe3069283);
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  });

  it('are read as TensorBoard wrote them, byte by byte', () => {
    const { version, times, scalars } = readEvents(theirs);
    assert.equal(version, 'brain.Event:2');
    assert.deepEqual(times, [begin, ...events.map((e) => e.wallTime)]);
    const expected = new Map<string, [number, number][]>();
    for (const { step, scalars } of events)
      for (const { tag, value } of scalars)
        expected.set(tag, [...(expected.get(tag) ?? []), [step, Math.fround(value)]]);
    assert.deepEqual(scalars, expected);
  });

  it('are written with the very bytes of TensorBoard', () => {
    assert.equal(ours.toString('hex'), Buffer.from(theirs).toString('hex'));
  });

  it('that were altered in any byte are found out by the checker', () => {
    for (let at = 0; at < theirs.length; at++) {
      const altered = theirs.slice();
      altered[at] ^= 1;
      assert.throws(() => readEvents(altered), `byte ${at}`);
    }
  });
});
