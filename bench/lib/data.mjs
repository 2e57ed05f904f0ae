// The samples that everyone trains on, as files: 60,000 pictures of 28x28 for workloads a, b and d, points for c.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { peersFolder } from './peers.mjs';

const count = 60_000;

/** Numbers drawn by a generator of our own, the same on every machine. @param {number} seed */
function generator(seed) {
  let state = seed;
  return () => {
    // Marsaglia's xorshift.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Where Debian's package dataset-fashion-mnist puts them: on the system, or below what the benchmark unpacked. */
const places = () =>
  ['/', join(peersFolder, 'debian')].map((root) => join(root, 'usr', 'share', 'datasets', 'fashion-mnist'));

/** @returns {{ title: string, pixels: Uint8Array, labels: Uint8Array }} */
function pictures() {
  const folder = places().find((place) => existsSync(join(place, 'train-images-idx3-ubyte.gz')));
  if (folder) {
    const read = (/** @type {string} */ name, /** @type {number} */ header) =>
      gunzipSync(readFileSync(join(folder, `${name}.gz`))).subarray(header);
    return {
      title: 'Fashion-MNIST',
      pixels: read('train-images-idx3-ubyte', 16),
      labels: read('train-labels-idx1-ubyte', 8),
    };
  }
  const next = generator(1);
  // Half of the pixels black, as in pictures of things.
  const pixels = Uint8Array.from({ length: count * 784 }, () => Math.max(0, next() * 512 - 256));
  return { title: 'random pictures', pixels, labels: Uint8Array.from({ length: count }, () => next() * 10) };
}

/**
 * @typedef {{ title: string, inputs: string, labels: string }} Samples a file of floats and one of bytes
 * @returns {{ pictures: Samples, points: Samples }}
 */
export function writeSamples() {
  const folder = join(peersFolder, 'data');
  mkdirSync(folder, { recursive: true });
  const write = (/** @type {string} */ name, /** @type {string} */ title, inputs, labels) => {
    const files = { title, inputs: join(folder, `${name}.f32`), labels: join(folder, `${name}.u8`) };
    writeFileSync(files.inputs, new Uint8Array(inputs.buffer, inputs.byteOffset, inputs.byteLength));
    writeFileSync(files.labels, labels);
    return files;
  };
  const { title, pixels, labels } = pictures();
  const next = generator(2);
  const points = Float32Array.from({ length: count * 2 }, () => 2 * next() - 1);
  return {
    pictures: write(
      'pictures',
      title,
      Float32Array.from(pixels, (value) => value / 255),
      labels,
    ),
    points: write(
      'points',
      'random points',
      points,
      Uint8Array.from({ length: count }, (_, i) => +(points[2 * i] * points[2 * i + 1] > 0)),
    ),
  };
}
