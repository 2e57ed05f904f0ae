import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FormatError } from '../../../src/formats/error';

export const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(join('test/fixtures/formats', name)));

export function refuses(work: () => unknown, ...texts: string[]): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof FormatError, String((error as Error).stack));
    for (const text of texts) assert.ok(error.message.includes(text), `"${error.message}" should hold "${text}"`);
    return true;
  });
}

/** Numbers from 0 to below `n`, the same in every run. */
export function drawer(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Reads so many damaged copies of a file: each must be refused as a file of the format, or give what `check` accepts. */
export function fuzz<T>(
  file: Uint8Array,
  read: (bytes: Uint8Array) => T,
  check: (result: T) => void,
  times = 10_000,
): void {
  const draw = drawer(file.length);
  let refused = 0;
  for (let time = 0; time < times; time++) {
    const bytes = mutated(file, draw);
    let result: T;
    try {
      result = read(bytes);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      refused++;
      continue;
    }
    check(result);
  }
  assert.ok(refused > 0, 'no damage was found');
}

/** A few bytes changed, half of them where headers are; now and then the file is cut short, or something is put behind it. */
function mutated(file: Uint8Array, draw: (n: number) => number): Uint8Array {
  const bytes = file.slice();
  const changes = draw(4);
  for (let i = 0; i <= changes; i++) {
    const at = draw(2)
      ? draw(bytes.length)
      : draw(2)
        ? draw(Math.min(160, bytes.length))
        : bytes.length - 1 - draw(Math.min(160, bytes.length));
    bytes[at] = draw(3) ? draw(256) : [0, 255, 1][draw(3)];
  }
  if (draw(8) === 0) return bytes.subarray(0, draw(bytes.length));
  if (draw(16) === 0) return Uint8Array.of(...bytes.subarray(0, 4000), ...bytes.subarray(0, draw(100)));
  return bytes;
}
