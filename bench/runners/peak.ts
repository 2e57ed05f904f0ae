/**
 * The most that 128-bit vectors give on this machine: a WebAssembly loop of multiply-adds that touches registers only. It
 * is written in bytes because there is nothing in it that a compiler should improve.
 */

/** Independent sums, enough to hide how long one multiply-add takes, and no more than V8 has registers for. */
const sums = 12;
/** Rounds over the sums in each turn of the loop. */
const unrolled = 4;

// The parameters come first, then the locals.
const [turns, left, right, x, y, firstSum] = [0, 1, 2, 3, 4, 5];

const op = {
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  splat: [0xfd, 0x13],
  firstLane: [0xfd, 0x1f, 0],
  add: [0xfd, 0xe4, 0x01],
  multiply: [0xfd, 0xe6, 0x01],
  /** Relaxed SIMD: a b + c, rounded once where the machine can. */
  multiplyAdd: [0xfd, 0x85, 0x02],
};

function unsigned(n: number): number[] {
  return n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)];
}
const vector = (...items: number[][]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: number[]): number[] => [id, ...unsigned(content.length), ...content];
const repeat = (count: number, of: (i: number) => number[]): number[] =>
  Array.from({ length: count }, (_, i) => of(i)).flat();

function moduleBytes(fused: boolean): Uint8Array<ArrayBuffer> {
  const [i32, f32, v128] = [0x7f, 0x7d, 0x7b];
  const madd = (sum: number): number[] =>
    fused
      ? [...op.get(x), ...op.get(y), ...op.get(sum), ...op.multiplyAdd, ...op.set(sum)]
      : [...op.get(sum), ...op.get(x), ...op.multiply, ...op.get(y), ...op.add, ...op.set(sum)];
  const code = [
    ...vector([...unsigned(2 + sums), v128]),
    ...[...op.get(left), ...op.splat, ...op.set(x), ...op.get(right), ...op.splat, ...op.set(y)],
    ...[0x03, 0x40],
    ...repeat(unrolled, () => repeat(sums, (i) => madd(firstSum + i))),
    // turns - 1, kept; once more unless it is 0
    ...[...op.get(turns), 0x41, 1, 0x6b, 0x22, turns, 0x0d, 0, 0x0b],
    ...op.get(firstSum),
    ...repeat(sums - 1, (i) => [...op.get(firstSum + 1 + i), ...op.add]),
    ...[...op.firstLane, 0x0b],
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([0x60, ...vector([i32], [f32], [f32]), ...vector([f32])])),
    ...section(3, vector([0])),
    ...section(7, vector([3, ...Buffer.from('run'), 0x00, 0])),
    ...section(10, vector([...unsigned(code.length), ...code])),
  ]);
}

type Run = (turns: number, left: number, right: number) => number;

/**
 * @param options.fused with relaxed multiply-adds, which Node 20 does not know; else a multiplication and an addition
 * @returns a thousand million operations a second, a multiplication and an addition each counted; the best of some tries
 */
export function peakRate({ fused }: { readonly fused: boolean }): { readonly gflops: number } {
  const bytes = moduleBytes(fused);
  if (!WebAssembly.validate(bytes)) throw new Error('this Node has no relaxed SIMD');
  const run = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.run as Run;
  // Until the optimizing compiler has had its turn.
  for (let i = 0; i < 2000; i++) run(200, 0.999, 0.001);
  const times = 200_000;
  let best = Infinity;
  for (let i = 0; i < 20; i++) {
    const begin = performance.now();
    run(times, 0.999, 0.001);
    best = Math.min(best, performance.now() - begin);
  }
  return { gflops: (times * unrolled * sums * 8) / best / 1e6 };
}
