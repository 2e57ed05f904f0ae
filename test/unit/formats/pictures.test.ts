import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { crc32 } from '../../../src/formats/inflate';
import { isJpeg, readJpeg } from '../../../src/formats/jpeg';
import { type Picture, withChannels } from '../../../src/formats/picture';
import { isPng, readPng } from '../../../src/formats/png';
import index from '../../fixtures/formats/pictures.json';
import { fixture, fuzz, refuses } from './support';

interface Entry {
  readonly at: number;
  readonly length: number;
  readonly width?: number;
  readonly height?: number;
  readonly rgb?: readonly number[];
  readonly grey?: readonly number[];
}
const entries = Object.entries(index as Record<string, Entry>);
const all = fixture('pictures.bin');
const fileOf = (name: string): Uint8Array => {
  const { at, length } = (index as Record<string, Entry>)[name];
  return all.slice(at, at + length);
};

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(name), data, Buffer.alloc(4)]);
  bytes.writeUInt32BE(data.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}
/** A PNG of grey pixels that claims a size, and holds these bytes. */
function png(
  width: number,
  height: number,
  rows: Uint8Array,
  more: Uint8Array[] = [],
  type = 0,
  depth = 8,
): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([depth, type], 8);
  const chunks = [chunk('IHDR', head), ...more, chunk('IDAT', deflateSync(rows)), chunk('IEND', new Uint8Array(0))];
  return new Uint8Array(Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]));
}

const isWhole = ({ width, height, channels, values }: Picture): void =>
  assert.equal(values.length, width * height * channels);

describe('PNG', () => {
  for (const [name, { width, height, rgb, grey }] of entries.filter(([name, { rgb }]) => /^png/.test(name) && rgb))
    it(`reads ${name} as Pillow does`, () => {
      const picture = readPng(fileOf(name));
      assert.deepEqual([picture.width, picture.height], [width, height]);
      assert.deepEqual(Array.from(withChannels(picture, 3)), rgb);
      assert.deepEqual(Array.from(withChannels(picture, 1)), grey);
    });

  it('refuses transparency, saying where, and 16 bits', () => {
    refuses(() => readPng(fileOf('transparent')), 'transparent at row 0, column 4');
    refuses(() => readPng(fileOf('transparent palette')), 'transparent at row');
    refuses(() => readPng(fileOf('transparent colour')), 'transparent at row 2, column 3');
    refuses(() => readPng(fileOf('16 bits')), '16 bits', 'Save it with 8');
  });

  it('refuses a bomb, whatever it claims', () => {
    const bomb = new Uint8Array(50_000_000);
    refuses(() => readPng(png(4, 4, bomb)), 'claims to unpack to 20 bytes, but holds more');
    refuses(() => readPng(png(30_000, 30_000, new Uint8Array(9))), '1073741824');
    refuses(() => readPng(png(15_000, 15_000, new Uint8Array(9))), '225015000 bytes, more than its');
    refuses(() => readPng(png(4, 4, new Uint8Array(9))), 'claims to unpack to 20 bytes, but holds only 9');
  });

  it('refuses what is damaged or makes no sense', () => {
    refuses(() => readPng(new Uint8Array(3)), '89 50 4e 47');
    const file = fileOf('png rgb');
    for (let length = 8; length < file.length; length += 7)
      refuses(() => readPng(file.subarray(0, length)), 'cut short');
    const flipped = file.slice();
    flipped[45] ^= 1;
    refuses(() => readPng(flipped), 'checksum');
    refuses(() => readPng(png(0, 4, new Uint8Array(4))), '0 x 4');
    refuses(() => readPng(png(1, 1, new Uint8Array(2), [], 5)), 'colour type 5');
    refuses(() => readPng(png(1, 1, Uint8Array.of(9, 0))), 'filter 9');
    refuses(() => readPng(png(1, 1, Uint8Array.of(0, 3), [], 3)), 'colour 3');
    refuses(() => readPng(png(1, 1, Uint8Array.of(0, 3), [chunk('ABCD', new Uint8Array(0))])), '"ABCD"');
  });

  /** Sums made right again, so that what is behind them is reached. */
  const mended = (bytes: Uint8Array): Uint8Array => {
    const file = bytes.slice();
    const view = new DataView(file.buffer);
    for (let at = 8; at + 12 <= file.length;) {
      const length = view.getUint32(at);
      if (at + 12 + length > file.length) break;
      view.setUint32(at + 8 + length, crc32(file.subarray(at + 4, at + 8 + length)));
      at += 12 + length;
    }
    return file;
  };
  for (const name of ['png rgb', 'png palette of 2 bits', 'png interlaced 11 x 7'])
    it(`refuses 10,000 damaged copies of ${name}, or reads them whole`, () => {
      fuzz(fileOf(name), (bytes) => readPng(mended(bytes)), isWhole);
    });
});

describe('JPEG', () => {
  for (const [name, { width, height, rgb }] of entries.filter(([name]) => /^jpeg/.test(name)))
    it(`reads ${name} nearly as Pillow does`, () => {
      const picture = readJpeg(fileOf(name));
      assert.deepEqual([picture.width, picture.height, picture.channels], [width, height, 3]);
      const far = Array.from(picture.values, (v, i) => Math.abs(v - rgb![i]));
      const mean = far.reduce((a, b) => a + b) / far.length;
      // Colours at half the resolution are spread in other ways.
      const [most, usual] = name === 'jpeg subsampled' ? [40, 8] : [4, 1];
      assert.ok(Math.max(...far) <= most && mean <= usual, `off by ${Math.max(...far)}, on average ${mean}`);
    });

  it('refuses what is no JPEG, cut short, or claims more than it can hold', () => {
    const file = fileOf('jpeg');
    refuses(() => readJpeg(new Uint8Array(2)), 'ff d8 ff');
    for (let length = 3; length < file.length / 2; length += 11) refuses(() => readJpeg(file.subarray(0, length)));
    const claim = file.slice();
    const frame = claim.findIndex((b, i) => b === 0xff && claim[i + 1] === 0xc0);
    claim.set([0xff, 0xff, 0xff, 0xff], frame + 5);
    refuses(() => readJpeg(claim), 'limit exceeded');
  });

  for (const name of ['jpeg', 'jpeg progressive'])
    it(`refuses 10,000 damaged copies of ${name}, or reads them whole`, () => {
      fuzz(fileOf(name), readJpeg, isWhole);
    });

  it('is told from PNG by its first bytes', () => {
    for (const [name] of entries) {
      assert.equal(isJpeg(fileOf(name)), /^jpeg/.test(name), name);
      assert.equal(isPng(fileOf(name)), !/^jpeg/.test(name), name);
    }
  });
});
