// Writes the kernels that are unrolled: the register tile of the matrix product and the packing of its left matrix; and
// the table by which kernels are called. A register tile must be spelled out, for AssemblyScript has no arrays of vectors.

/** Rows and columns of the register tile: 10 accumulators, 2 vectors of b and 1 of a are what x64 has registers for. */
export const TILE_ROWS = 5;
export const TILE_COLUMNS = 8;

const MR = TILE_ROWS;
const NR = TILE_COLUMNS;
const VECTORS = NR / 4;
const each = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');
const rowsOf = (part) => Array.from({ length: MR }, (_, r) => part(r)).join(', ');
const tile = (line) => each(MR * VECTORS, (i) => line(Math.floor(i / VECTORS), i % VECTORS));

/** The register tile, and all that depends on its size. */
export const gemm = () => `
import { madd } from '../core';

export const MR: usize = ${MR};
export const NR: usize = ${NR};

/**
 * c[MR, NR] = a b, added to what c holds where \`accumulate\`; a packed [depth][MR], b packed [depth][NR]. Each value is
 * summed in one accumulator, over the depth in ascending order. The loop is not unrolled: V8 then spills registers.
 */
export function tile(depth: usize, a: usize, b: usize, c: usize, ldc: usize, accumulate: bool): void {
${tile((i, j) => `  let c${i}_${j} = f32x4.splat(0);`)}
  if (accumulate) {
${tile((i, j) => `    c${i}_${j} = v128.load(c + ${i} * ldc, ${j * 16});`)}
  }
  const end = a + depth * ${MR * 4};
  while (a < end) {
${each(VECTORS, (j) => `    const b${j} = v128.load(b, ${j * 16});`)}
${each(
  MR,
  (i) => `    const a${i} = v128.load32_splat(a, ${i * 4});
${each(VECTORS, (j) => `    c${i}_${j} = madd(a${i}, b${j}, c${i}_${j});`)}`,
)}
    a += ${MR * 4};
    b += ${NR * 4};
  }
${tile((i, j) => `  v128.store(c + ${i} * ldc, c${i}_${j}, ${j * 16});`)}
}

/**
 * A part of a strip, [count][${MR}], from ${MR} addresses, each of which goes on by its step (4 bytes, or 0 to stay where a
 * zero is). Four by four values are turned over in registers.
 */
// @ts-ignore: decorator
@inline
export function packRun(${rowsOf((r) => `p${r}: usize`)}, ${rowsOf((r) => `s${r}: usize`)}, count: usize, to: usize): usize {
  let k: usize = 0;
  for (; k + 4 <= count; k += 4) {
${each(MR, (r) => `    const v${r} = v128.load(p${r});`)}
    const t0 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
    const t2 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
    v128.store_lane<f32>(to, v4, 0, 16);
    v128.store(to, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7), 20);
    v128.store_lane<f32>(to, v4, 1, 36);
    v128.store(to, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5), 40);
    v128.store_lane<f32>(to, v4, 2, 56);
    v128.store(to, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7), 60);
    v128.store_lane<f32>(to, v4, 3, 76);
${each(MR, (r) => `    p${r} += s${r} << 2;`)}
    to += ${MR * 16};
  }
  for (; k < count; k++) {
${each(MR, (r) => `    store<f32>(to, load<f32>(p${r}), ${r * 4});`)}
${each(MR, (r) => `    p${r} += s${r};`)}
    to += ${MR * 4};
  }
  return to;
}

/**
 * Packs rows x depth values of \`a\` into strips [depth][MR]; value (i, k) stands at a + i * rowStep + k * step, in bytes,
 * and one of the steps is 4. Rows that are wanting in the last strip are 0.
 */
export function packLeft(a: usize, rowStep: usize, step: usize, rows: usize, depth: usize, to: usize): void {
  let i: usize = 0;
  for (; i + MR <= rows; i += MR) {
    const p = a + i * rowStep;
    if (rowStep == 4) {
      let q = p;
      for (let k: usize = 0; k < depth; k++) {
        v128.store(to, v128.load(q));
        store<f32>(to, load<f32>(q, 16), 16);
        q += step;
        to += ${MR * 4};
      }
    } else {
      to = packRun(${rowsOf((r) => `p + ${r} * rowStep`)}, ${rowsOf(() => '4')}, depth, to);
    }
  }
  if (i == rows) return;
  for (let k: usize = 0; k < depth; k++) {
    for (let r: usize = 0; r < MR; r++) {
      store<f32>(to, i + r < rows ? load<f32>(a + (i + r) * rowStep + k * step) : 0);
      to += 4;
    }
  }
}

`;

/** Packing of patches: the rows of a strip are places of the window, each with an address of its own. */
export const patches = () => `
import { Windows, leftOf, pixelAt, topOf } from '../windows';
import { packRun } from './gemm';

/**
 * Strips [depth][${MR}] of patches: rows first .. last of their matrix, which are the places of all samples; its columns
 * from .. from + depth. What a wanting row of the last strip gets is never stored.
 */
export function packPatches(
  x: usize, g: Windows, first: usize, last: usize, from: usize, depth: usize, to: usize,
): void {
  const places = g.rows * g.columns;
  const height = g.height, width = g.width, channels = g.channels, windowWidth = g.windowWidth;
  const dilationY = g.dilationY, dilationX = g.dilationX;
  const pixel = channels << 2;
  const image = <usize>(height * width) * pixel;
  for (let i = first; i < last; i += ${MR}) {
${each(MR, (r) => `    const i${r} = min(i + ${r}, last - 1);`)}
${each(MR, (r) => `    const x${r} = x + (i${r} / places) * image, y${r} = topOf(g, i${r}, places), z${r} = leftOf(g, i${r});`)}
    let cell = from / channels;
    let channel = from % channels;
    let ky = <isize>(cell / windowWidth) * dilationY;
    let column = cell % windowWidth;
    let left = depth;
    while (left > 0) {
      const count = min(left, channels - channel);
      const kx = <isize>column * dilationX;
${each(
  MR,
  (r) => `      let p${r} = pixelAt(x${r}, height, width, y${r} + ky, z${r} + kx, pixel);
      const s${r}: usize = p${r} ? 4 : 0;
      p${r} += p${r} ? channel << 2 : 0;`,
)}
      to = packRun(${rowsOf((r) => `p${r}`)}, ${rowsOf((r) => `s${r}`)}, count, to);
      left -= count;
      channel = 0;
      if (++column == windowWidth) {
        column = 0;
        ky += dilationY;
      }
    }
  }
}
`;

/** @param kernels names by file: { elementwise: ['copy', …], … } */
export const execute = (kernels) => {
  const all = Object.entries(kernels).flatMap(([file, names]) => names.map((name) => ({ file, name })));
  return `
${Object.entries(kernels)
  .map(([file, names]) => `import { ${names.map((n) => `${n} as ${n}Kernel`).join(', ')} } from '../${file}';`)
  .join('\n')}

${all.map(({ name }, i) => `export const kernel_${name}: u32 = ${i};`).join('\n')}

/** Does one thread's share of a kernel. */
export function execute(kernel: u32, args: usize, thread: u32, threads: u32): void {
  switch (kernel) {
${all.map(({ name }, i) => `    case ${i}:\n      ${name}Kernel(args, thread, threads);\n      break;`).join('\n')}
    default:
      unreachable();
  }
}
`;
};
