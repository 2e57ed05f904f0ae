import assert from 'node:assert/strict';
import { linear } from '../../../src/engine/activations/linear';
import { compile } from '../../../src/engine/network';
import { reference } from '../../../src/engine/kernels/reference';
import { estimateMemory } from '../../../src/engine/plan';
import { Random } from '../../../src/engine/rng/philox';
import { layers } from '../../../src/engine/layers/index';
import { ModelError } from '../../../src/model/diagnostics';
import { ShapeError } from '../../../src/model/spec';
import { dense, dropout, input, modelOf } from './support';

const softmax = { activation: 'softmax' };
const modelError = (code: string, path: (string | number)[], message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ModelError, String(error));
  assert.equal(error.code, code);
  assert.deepEqual(error.path, path);
  assert.match(error.message, message);
  return true;
};

describe('Reference kernels', () => {
  const random = new Random(1, 'kernels');
  const matrix = (length: number) => Float32Array.from({ length }, () => random.normal());
  /** Plain definition: a(i,k) b(k,j), summed over ascending k in double precision, rounded once. */
  const naive = (
    m: number,
    n: number,
    depth: number,
    a: (i: number, k: number) => number,
    b: (k: number, j: number) => number,
  ) =>
    Float32Array.from({ length: m * n }, (_, at) => {
      let sum = 0;
      for (let k = 0; k < depth; k++) sum += a(Math.floor(at / n), k) * b(k, at % n);
      return sum;
    });

  for (const [m, n, depth] of [
    [1, 1, 1],
    [2, 4, 8],
    [5, 7, 3],
    [3, 9, 16],
    [8, 10, 64],
  ])
    it(`multiply ${m} x ${depth} by ${depth} x ${n} in all three transposes, to the bit`, () => {
      const [a, b] = [matrix(m * depth), matrix(depth * n)];
      const c = new Float32Array(m * n);
      const wanted = naive(
        m,
        n,
        depth,
        (i, k) => a[i * depth + k],
        (k, j) => b[k * n + j],
      );
      reference.affine(c, c, a, b, undefined, linear, m, depth, n);
      assert.deepEqual(c, wanted);
      const aT = Float32Array.from(a, (_, at) => a[(at % m) * depth + Math.floor(at / m)]);
      reference.affineWeightGradient({ values: c, gradient: c }, aT, b, depth, m, n);
      assert.deepEqual(c, wanted);
      const bT = Float32Array.from(b, (_, at) => b[(at % depth) * n + Math.floor(at / depth)]);
      reference.affineInputGradient(c, a, bT, m, n, depth, false);
      assert.deepEqual(c, wanted);
      const start = matrix(m * n);
      c.set(start);
      reference.affineInputGradient(c, a, bT, m, n, depth, true);
      assert.ok(c.every((v, i) => Math.abs(v - (start[i] + wanted[i])) < 1e-5));
    });

  it('gives a row the same bits alone as among others', () => {
    const [a, b] = [matrix(7 * 33), matrix(33 * 13)];
    const all = new Float32Array(7 * 13);
    const one = new Float32Array(13);
    reference.affine(all, all, a, b, undefined, linear, 7, 33, 13);
    for (let row = 0; row < 7; row++) {
      reference.affine(one, one, a.subarray(row * 33), b, undefined, linear, 1, 33, 13);
      assert.deepEqual(one, all.slice(row * 13, (row + 1) * 13));
    }
  });
});

describe('Network', () => {
  const mlp = modelOf([input(6), dense('h', 8, { activation: 'relu' }), dropout('d', 0.5), dense('o', 3, softmax)]);

  it('names its parameters by layer and weight, kernels as [inputs, units]', () => {
    const { parameters } = compile(mlp);
    assert.deepEqual(
      [...parameters.values()].map(({ name, shape }) => [name, ...shape]),
      [
        ['h/kernel', 6, 8],
        ['h/bias', 8],
        ['o/kernel', 8, 3],
        ['o/bias', 3],
      ],
    );
    const count = [...parameters.values()].reduce((sum, p) => sum + p.values.length, 0);
    assert.equal(
      count,
      mlp.layers.reduce((sum, l) => sum + l.parameters, 0),
    );
  });

  it('draws a weight from its own stream: another layer’s size does not move it', () => {
    const wider = modelOf([input(6), dense('h', 8), dense('between', 5), dense('o', 3, softmax)]);
    const kernel = (model: typeof mlp, seed = 7) => compile(model, { seed }).parameters.get('h/kernel')!.values.slice();
    assert.deepEqual(kernel(mlp), kernel(wider));
    assert.notDeepEqual(kernel(mlp), kernel(mlp, 8));
  });

  it('computes layers in topological order, whatever their order in the file', () => {
    const shuffled = modelOf([
      dense('o', 3, { ...softmax, inputs: ['h'] }),
      dense('h', 8, { activation: 'relu', inputs: ['input'] }),
      input(6),
    ]);
    const straight = modelOf([input(6), dense('h', 8, { activation: 'relu' }), dense('o', 3, softmax)]);
    const answers = [shuffled, straight].map((model) => {
      const network = compile(model);
      network.input.forEach((_, i) => (network.input[i] = Math.cos(i)));
      network.forward('evaluate', 4);
      return network.output.slice();
    });
    assert.deepEqual(answers[0], answers[1]);
  });

  it('keeps softmax and cross-entropy finite where a probability rounds to 0', () => {
    const network = compile(modelOf([input(2), dense('o', 2, softmax)]), { maxBatch: 1 });
    network.parameters.get('o/kernel')!.values.set([1, 0, 0, 1]);
    network.input.set([1000, -1000]);
    network.targets.set([0, 1]);
    network.forward('train', 1);
    assert.deepEqual([...network.output], [1, 0]);
    assert.equal(network.totalLoss(), 2000);
    network.backward();
    assert.deepEqual([...network.parameters.get('o/bias')!.gradient!], [1, -1]);
  });

  it('lets NaN through ReLU, so that it is found', () => {
    const network = compile(mlp);
    network.parameters.get('h/kernel')!.values[0] = NaN;
    network.input.fill(1);
    network.forward('train', 4);
    assert.ok(Number.isNaN(network.layer('h').values[0]));
    assert.deepEqual(network.findNonFinite(), { layer: 'h', in: 'weights' });
  });

  it('refuses batches it was not compiled for, and learning without a loss or gradients', () => {
    const network = compile(mlp, { maxBatch: 4 });
    assert.throws(() => network.forward('train', 5), /5 samples.*1 to 4/);
    assert.throws(() => network.forward('train', 0), RangeError);
    assert.throws(() => compile(mlp, { maxBatch: 0 }), RangeError);
    assert.throws(() => compile(mlp, { seed: -1 }), RangeError);
    const answersOnly = compile(mlp, { gradients: false });
    answersOnly.forward('evaluate', 1);
    assert.throws(() => answersOnly.backward(), /without gradients/);
    const untrained = compile(modelOf([input(2), dense('o', 2)], null));
    untrained.forward('evaluate', 1);
    assert.throws(() => untrained.totalLoss(), modelError('no-training', [], /training/));
  });

  it('refuses cross-entropy on a picture of answers', () => {
    const output = { id: 'o', kind: 'conv2d', filters: 2, kernelSize: 1, ...softmax };
    assert.throws(
      () => compile(modelOf([input(4, 4, 1), output])),
      modelError('loss-output', ['layers', 1], /one list.*"o", gives \[4, 4, 2\].*flatten/),
    );
  });

  it('refuses inputs of different sizes', () => {
    const join = { id: 'o', kind: 'add', inputs: ['a', 'b'] };
    const other = { id: 'other', kind: 'input', shape: [3] };
    const branches = [dense('a', 2, { inputs: ['input'] }), dense('b', 2, { inputs: ['other'] })];
    const model = modelOf([input(2), other, ...branches, join], { loss: 'meanSquaredError' });
    assert.throws(
      () => compile(model),
      modelError('input-sizes', ['layers', 1, 'shape'], /"other" takes 3.*"input" takes 2/),
    );
  });
});

describe('Memory', () => {
  const model = modelOf([input(6), dense('h', 8, { activation: 'relu' }), dropout('d', 0.5), dense('o', 3, softmax)], {
    optimizer: 'adam',
  });

  it('is known to the byte before anything is allocated', () => {
    for (const precision of ['float32', 'float64'] as const) {
      let allocated = 0;
      const kernels = { ...reference, allocate: (bytes: number) => reference.allocate((allocated = bytes)) };
      compile(model, { precision, maxBatch: 9, kernels });
      const estimate = estimateMemory(model, { precision, maxBatch: 9 });
      assert.equal(estimate.network, allocated);
      const [tensors, size] = [[6 * 8, 8, 8 * 3, 3], precision === 'float32' ? 4 : 8];
      const weights = tensors.reduce((sum, length) => sum + length * size, 0);
      assert.equal(
        estimate.optimizer,
        tensors.reduce((sum, length) => sum + 2 * 64 * Math.ceil((length * size) / 64), 0),
      );
      // The best epoch's weights, and the network that the viewer compiles for single samples.
      compile(model, { precision, maxBatch: 1, gradients: false, kernels });
      assert.equal(estimate.copies, weights + allocated);
      assert.equal(estimate.total, estimate.network + estimate.optimizer + estimate.copies);
    }
  });

  it('beyond the limit is refused with both figures and the layer that takes most', () => {
    const huge = modelOf([input(1000), dense('small', 10), dense('huge', 1_000_000), dense('o', 3, softmax)]);
    assert.throws(
      () => compile(huge, { maxBatch: 256 }),
      modelError('memory', ['layers', 2], /needs \d+\.\d GiB.*limit is 2\.0 GiB.*"huge"/),
    );
    const limit = estimateMemory(model).total;
    compile(model, { memoryLimit: limit });
    assert.throws(() => compile(model, { memoryLimit: limit - 1 }), ModelError);
    // Nothing is allocated to find out: this one would not fit any machine.
    const vast = modelOf([input(10), dense('a', 1_000_000), dense('b', 1_000_000), dense('o', 2, softmax)]);
    assert.ok(estimateMemory(vast).total > 1e12);
    assert.throws(() => compile(vast), ModelError);
  });
});

describe('Layer kinds', () => {
  it('refuse shapes that do not fit, with the remedy', () => {
    const shape = (kind: string, params: Record<string, unknown>, inputs: number[][]) =>
      layers.get(kind)!.shape(params as never, inputs);
    assert.throws(
      () => shape('dense', { units: 4 }, [[28, 28, 1]]),
      (e) => e instanceof ShapeError && /\[784\].*\[28, 28, 1\].*"flatten"/.test(e.message),
    );
    assert.throws(
      () => shape('input', { shape: [64], image: [8, 9] }, []),
      (e) => e instanceof ShapeError && /72.*64/.test(e.message),
    );
    assert.deepEqual(shape('input', { shape: [64], image: [8, 8] }, []), [64]);
  });

  it('explain every parameter, and give an example that their own rules accept', () => {
    for (const { kind, title, help, parameters, example } of layers.values()) {
      assert.ok(title && help, kind);
      for (const [name, spec] of Object.entries(parameters)) {
        assert.ok(spec.title && spec.help, `${kind}.${name}`);
        if (spec.type !== 'number' && spec.type !== 'integer') continue;
        for (const value of [spec.default, example[name]] as (number | undefined)[]) {
          if (value === undefined) continue;
          assert.ok(value >= (spec.min ?? -Infinity) && value <= (spec.max ?? Infinity), `${kind}.${name}`);
          assert.ok(value > (spec.above ?? -Infinity) && value < (spec.below ?? Infinity), `${kind}.${name}`);
        }
      }
    }
  });
});
