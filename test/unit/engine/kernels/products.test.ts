import assert from 'node:assert/strict';
import { linear } from '../../../../src/engine/activations/linear';
import { relu } from '../../../../src/engine/activations/relu';
import { MAX_COEFFICIENTS } from '../../../../src/engine/kernels/functions';
import { optimizers } from '../../../../src/engine/optimizers/index';
import { defaultsOf } from '../../../../src/model/spec';
import { patchOf, placesOf } from '../../../../src/engine/kernels/products';
import type { KernelSet, Windows } from '../../../../src/engine/kernels/set';
import {
  between,
  copyOf,
  floats,
  kernels,
  normals,
  reference,
  roundings,
  shared,
  stored,
  unstored,
} from './supportProducts';

const shapes: (readonly [rows: number, depth: number, columns: number])[] = [
  [1, 1, 1],
  [5, 4, 8],
  [4, 3, 7],
  [16, 2, 16],
  [241, 33, 9],
  [6, 300, 17],
  [300, 7, 40],
  [31, 257, 70],
  ...Array.from({ length: 24 }, () => [between(1, 40), between(1, 60), between(1, 40)] as const),
];

/** All that a dense layer asks for. */
function dense(set: KernelSet, [rows, depth, columns]: (typeof shapes)[number], given: Record<string, Float32Array>) {
  const w = stored(set, given.w, [depth, columns]);
  const x = copyOf(set, given.x);
  const dy = copyOf(set, given.dy);
  const bias = copyOf(set, given.bias);
  const y = floats(set, rows * columns);
  const plain = floats(set, rows * columns);
  const dx = floats(set, rows * depth);
  const added = copyOf(set, given.x);
  const dw = stored(set, new Float32Array(depth * columns), [depth, columns]);
  set.affine(y, y, x, w, bias, relu, rows, depth, columns);
  set.affine(plain, plain, x, w, undefined, linear, rows, depth, columns);
  set.affineInputGradient(dx, dy, w, rows, depth, columns, false);
  set.affineInputGradient(added, dy, w, rows, depth, columns, true);
  set.affineWeightGradient({ values: w, gradient: dw }, x, dy, rows, depth, columns);
  return { y, plain, dx, added, dw: unstored(set, dw, [depth, columns]) };
}

const windows = (): Windows => {
  const [height, width, channels] = [
    between(1, 9),
    between(1, 9),
    between(1, 3) === 3 ? between(4, 20) : between(1, 6),
  ];
  const windowHeight = between(1, Math.min(3, height));
  const windowWidth = between(1, Math.min(4, width));
  const [strideY, strideX] = [between(1, 2), between(1, 3)];
  const [dilationY, dilationX] = [between(1, 2), between(1, 2)];
  const [top, left] = [between(0, 1), between(0, 2)];
  const places = (size: number, padding: number, window: number, stride: number, dilation: number) =>
    Math.max(1, Math.floor((size + 2 * padding - dilation * (window - 1) - 1) / stride) + 1);
  return {
    ...{ height, width, channels, windowHeight, windowWidth, strideY, strideX, dilationY, dilationX, top, left },
    rows: places(height, top, windowHeight, strideY, dilationY),
    columns: places(width, left, windowWidth, strideX, dilationX),
  };
};

/** All that a convolution asks for. */
function convolution(
  set: KernelSet,
  samples: number,
  filters: number,
  g: Windows,
  given: Record<string, Float32Array>,
) {
  const shape = [patchOf(g), filters];
  const w = stored(set, given.w, shape);
  const images = copyOf(set, given.images);
  const dy = copyOf(set, given.dy);
  const bias = copyOf(set, given.bias);
  const patches = floats(set, placesOf(g) * patchOf(g));
  const y = floats(set, dy.length);
  const dx = floats(set, images.length).fill(7);
  const added = copyOf(set, given.images);
  const dw = stored(set, new Float32Array(patchOf(g) * filters), shape);
  set.convolve(y, y, images, w, bias, relu, samples, filters, g, patches);
  set.convolveInputGradient(dx, dy, w, samples, filters, g, patches, false);
  set.convolveInputGradient(added, dy, w, samples, filters, g, patches, true);
  set.convolveWeightGradient({ values: w, gradient: dw }, images, dy, samples, filters, g, patches);
  return { y, dx, added, dw: unstored(set, dw, shape) };
}

describe('Kernels: products', () => {
  const [two, three] = [shared(2), shared(3)];

  for (const shape of shapes) {
    const [rows, depth, columns] = shape;
    it(`of ${rows} x ${depth} by ${depth} x ${columns}: as the reference within rounding, the same bits on 2 and 3 threads`, () => {
      const given = {
        x: normals(rows * depth),
        w: normals(depth * columns),
        bias: normals(columns),
        dy: normals(rows * columns),
      };
      const wanted = dense(reference, shape, given);
      const found = dense(kernels, shape, given);
      for (const [name, longest] of Object.entries({ y: depth, plain: depth, dx: columns, added: columns, dw: rows })) {
        const key = name as keyof typeof found;
        assert.ok(
          roundings(found[key], wanted[key], longest + 1) < 4,
          `${name}: ${roundings(found[key], wanted[key], longest + 1)}`,
        );
      }
      assert.deepEqual(dense(two, shape, given), found);
      assert.deepEqual(dense(three, shape, given), found);
    });
  }

  it('gives a row the same bits alone as among others', () => {
    const [rows, depth, columns] = [17, 300, 19];
    const w = stored(kernels, normals(depth * columns), [depth, columns]);
    const x = copyOf(kernels, normals(rows * depth));
    const all = floats(kernels, rows * columns);
    const one = floats(kernels, columns);
    kernels.affine(all, all, x, w, undefined, linear, rows, depth, columns);
    for (let row = 0; row < rows; row++) {
      kernels.affine(one, one, x.subarray(row * depth), w, undefined, linear, 1, depth, columns);
      assert.deepEqual(one, all.slice(row * columns, (row + 1) * columns));
    }
  });

  it('keep NaN, so that a network gone wrong does not look healthy', () => {
    const w = stored(kernels, normals(12), [4, 3]);
    const x = copyOf(kernels, [1, NaN, 0, 2]);
    const y = floats(kernels, 3);
    kernels.affine(y, y, x, w, undefined, relu, 1, 4, 3);
    assert.deepEqual([...y], [NaN, NaN, NaN]);
  });
});

describe('Kernels: convolution', () => {
  const [two, three] = [shared(2), shared(3)];

  for (let i = 0; i < 60; i++) {
    const g = windows();
    const [samples, filters] = [between(1, 5), between(1, 20)];
    const { height, width, channels, windowHeight, windowWidth } = g;
    it(`of ${samples} x [${height}, ${width}, ${channels}] by ${filters} x [${windowHeight}, ${windowWidth}], number ${i}: as the reference, the same bits on 2 and 3 threads`, () => {
      const given = {
        images: normals(samples * height * width * channels),
        w: normals(patchOf(g) * filters),
        bias: normals(filters),
        dy: normals(samples * placesOf(g) * filters),
      };
      const wanted = convolution(reference, samples, filters, g, given);
      const found = convolution(kernels, samples, filters, g, given);
      const longest = {
        y: patchOf(g),
        dx: patchOf(g) * filters,
        added: patchOf(g) * filters,
        dw: samples * placesOf(g),
      };
      for (const [name, depth] of Object.entries(longest)) {
        const key = name as keyof typeof found;
        assert.ok(
          roundings(found[key], wanted[key], depth + 1) < 4,
          `${name}: ${roundings(found[key], wanted[key], depth + 1)}, ${JSON.stringify(g)}`,
        );
      }
      assert.deepEqual(convolution(two, samples, filters, g, given), found);
      assert.deepEqual(convolution(three, samples, filters, g, given), found);
    });
  }

  it('of patches deeper than a block and pictures of many samples', () => {
    const g: Windows = {
      ...{ height: 6, width: 5, channels: 70, windowHeight: 3, windowWidth: 3, rows: 6, columns: 5 },
      ...{ strideY: 1, strideX: 1, dilationY: 1, dilationX: 1, top: 1, left: 1 },
    };
    const [samples, filters] = [23, 37];
    const given = {
      images: normals(samples * 30 * 70),
      w: normals(630 * filters),
      bias: normals(filters),
      dy: normals(samples * 30 * filters),
    };
    const wanted = convolution(reference, samples, filters, g, given);
    const found = convolution(kernels, samples, filters, g, given);
    for (const key of ['y', 'dx', 'added', 'dw'] as const) assert.ok(roundings(found[key], wanted[key], 700) < 4, key);
    assert.deepEqual(convolution(two, samples, filters, g, given), found);
  });
});

describe('Kernels: a gradient that moves its weights at once', () => {
  for (const kind of ['sgd', 'adam', 'rmsprop'])
    it(`gives ${kind} the very bits of gradient first, then update`, () => {
      const [rows, depth, columns] = [33, 41, 19];
      const shape = [depth, columns];
      const given = { w: normals(depth * columns), x: normals(rows * depth), dy: normals(rows * columns) };
      const definition = optimizers.get(kind)!;
      const params = defaultsOf(definition.parameters);
      const after = [false, true].map((early) => {
        const set = shared(early ? 2 : 1);
        const rule = set.updateRule(definition.create(params));
        const w = stored(set, given.w, shape);
        const gradient = floats(set, w.length);
        const slots = definition.slots(params).map(() => floats(set, w.length));
        const update = early ? { rule, slots, done: false } : undefined;
        const coefficients = new Float64Array(MAX_COEFFICIENTS);
        for (let time = 1; time <= 3; time++) {
          rule.coefficients(time, 0.01, coefficients);
          if (update) update.done = false;
          const [x, dy] = [copyOf(set, given.x), copyOf(set, given.dy)];
          set.affineWeightGradient({ values: w, gradient, update }, x, dy, rows, depth, columns);
          if (update) assert.ok(update.done);
          else rule.update(w, gradient, slots, coefficients);
        }
        return [w, ...slots].map((values) => unstored(set, values, shape));
      });
      assert.deepEqual(after[1], after[0]);
      assert.notDeepEqual(after[0][0], given.w);
    });
});
