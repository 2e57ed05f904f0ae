import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { encodeApng } from '../../../scripts/lib/apng.mjs';
import { readPng } from '../../../src/formats/png';

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

function chunksOf(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

/** The frames as a browser composes them: three bytes a pixel. */
function play(bytes: Buffer, width: number, height: number): { rgb: number[]; milliseconds: number }[] {
  const chunks = chunksOf(bytes);
  const palette = chunks.find(({ type }) => type === 'PLTE')!.data;
  const canvas = new Array<number>(3 * width * height).fill(-1);
  const frames: { rgb: number[]; milliseconds: number }[] = [];
  let control: Buffer | undefined;
  for (const { type, data } of chunks) {
    if (type === 'fcTL') control = data;
    if (type !== 'IDAT' && type !== 'fdAT') continue;
    const [w, h, x, y] = [4, 8, 12, 16].map((at) => control!.readUInt32BE(at));
    const rows = inflateSync(type === 'fdAT' ? data.subarray(4) : data);
    for (let row = 0; row < h; row++)
      for (let column = 0; column < w; column++) {
        const index = rows[row * (1 + w) + 1 + column];
        const to = 3 * ((y + row) * width + x + column);
        if (index > 0) for (let c = 0; c < 3; c++) canvas[to + c] = palette[3 * index + c];
      }
    const milliseconds = (1000 * control!.readUInt16BE(20)) / control!.readUInt16BE(22);
    frames.push({ rgb: [...canvas], milliseconds });
  }
  return frames;
}

describe('an animated PNG', () => {
  const [width, height] = [9, 7];
  const picture = (lit: number): Uint8Array =>
    Uint8Array.from({ length: 3 * width * height }, (_, i) => (Math.floor(i / 3) === lit ? [240, 8, 96][i % 3] : 24));
  const frames = [3, 3, 20, 21, 0].map((lit, i) => ({ width, height, rgb: picture(lit), milliseconds: 100 + i }));

  it('plays its frames, each for its time; equal ones as one', () => {
    const played = play(encodeApng(frames), width, height);
    assert.deepEqual(
      played.map(({ milliseconds }) => milliseconds),
      [201, 102, 103, 104],
    );
    [3, 20, 21, 0].forEach((lit, i) => assert.deepEqual(played[i].rgb, [...picture(lit)], `frame ${i}`));
  });

  it('is its first frame to who knows no animation', () => {
    assert.deepEqual([...readPng(new Uint8Array(encodeApng(frames))).values], [...picture(3)]);
  });

  it('numbers its chunks and writes only what changed', () => {
    const chunks = chunksOf(encodeApng(frames));
    const numbered = chunks.filter(({ type }) => type === 'fcTL' || type === 'fdAT');
    assert.deepEqual(
      numbered.map(({ data }) => data.readUInt32BE(0)),
      numbered.map((_, i) => i),
    );
    const [, second] = chunks.filter(({ type }) => type === 'fcTL');
    // From pixel 3 to pixel 20: rows 0 to 2, columns 2 and 3.
    assert.deepEqual(
      [4, 8, 12, 16].map((at) => second.data.readUInt32BE(at)),
      [2, 3, 2, 0],
    );
  });

  it('brings many colours to the nearest of 255', () => {
    const rgb = Uint8Array.from({ length: 3 * 40_000 }, (_, i) => (i * 7919) % 256);
    const [{ rgb: shown }] = play(encodeApng([{ width: 200, height: 200, rgb, milliseconds: 1 }]), 200, 200);
    const off = shown.reduce((sum, value, i) => sum + Math.abs(value - rgb[i]), 0) / shown.length;
    assert.ok(off < 24, `off by ${off} on average`);
    assert.throws(() => encodeApng([{ width: 3, height: 1, rgb, milliseconds: 1 }]), /three bytes/);
  });
});
