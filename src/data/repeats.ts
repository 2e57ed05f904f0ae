import type { FloatSamples } from '../engine/dataset';

/**
 * How many rows of each part have the very inputs of a training row. Rows are told apart by 53 bits of hash: of a million
 * rows two different ones are taken for the same once in thousands of tables.
 */
export function repeatedRows(train: FloatSamples, parts: readonly FloatSamples[], columns: number): number[] {
  if (parts.every((part) => part.count === 0)) return parts.map(() => 0);
  // Sorted numbers take a fraction of the memory of a set.
  const known = hashesOf(train, columns).sort();
  return parts.map((part) => hashesOf(part, columns).reduce((sum, hash) => sum + (holds(known, hash) ? 1 : 0), 0));
}

function hashesOf({ inputs, count }: FloatSamples, columns: number): Float64Array {
  const bits = new Int32Array(inputs.buffer, inputs.byteOffset, inputs.length);
  const hashes = new Float64Array(count);
  for (let row = 0, at = 0; row < count; row++) {
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    for (let c = 0; c < columns; c++, at++) {
      // Whole numbers differ in the high bits alone: shifting brings them down, where the next product spreads them.
      a = Math.imul(a ^ bits[at], 0x01000193);
      a ^= a >>> 15;
      b = Math.imul(b ^ bits[at], 0x85ebca6b);
      b ^= b >>> 13;
    }
    hashes[row] = (a >>> 0) * 2 ** 21 + (b >>> 11);
  }
  return hashes;
}

function holds(sorted: Float64Array, value: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value;
}
