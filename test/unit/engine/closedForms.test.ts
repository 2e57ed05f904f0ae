import assert from 'node:assert/strict';
import { compile, type Network } from '../../../src/engine/network';
import { Random } from '../../../src/engine/rng/philox';
import { dense, dropout, input, modelOf } from './support';

/** Solves a x = b by Gauss's elimination with pivots. */
function solve(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]]);
  const n = b.length;
  for (let k = 0; k < n; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]) > Math.abs(rows[best][k]) ? i + k : best), k);
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  const x = b.map(() => 0);
  for (let i = n - 1; i >= 0; i--) {
    let rest = rows[i][n];
    for (let j = i + 1; j < n; j++) rest -= rows[i][j] * x[j];
    x[i] = rest / rows[i][i];
  }
  return x;
}

describe('Least squares with dropout on the inputs', () => {
  const [samples, features, steps, burn] = [24, 4, 60_000, 2_000];
  const random = new Random(11, 'ridge');
  const X = Array.from({ length: samples }, () =>
    Array.from({ length: features }, (_, j) => random.normal(0, 0.5 + 0.4 * j)),
  );
  const y = X.map((row) => row.reduce((sum, x, j) => sum + x * (2 - j), random.normal(0, 0.1)));
  const dot = (i: number, j: number): number => X.reduce((sum, row) => sum + row[i] * row[j], 0);
  const normal = X[0].map((_, i) => X[0].map((_unused, j) => dot(i, j)));
  const right = X[0].map((_, i) => X.reduce((sum, row, s) => sum + row[i] * y[s], 0));

  for (const rate of [0.2, 0.5])
    it(`is ridge regression with the penalty rate / (1 - rate) diag(X'X), at rate ${rate} (Srivastava et al. 2014, 9.1)`, () => {
      const layers = [input(features), dropout('d', rate), dense('o', 1, { bias: false })];
      const network = compile(modelOf(layers, { loss: 'meanSquaredError' }), {
        precision: 'float64',
        maxBatch: samples,
      });
      network.input.set(X.flat());
      network.targets.set(y);
      const { values, gradient } = network.parameters.get('o/kernel')!;
      const mean = new Float64Array(features);
      // Steps of a fixed length: weights keep moving, and their mean over time is where the gradient's mean is 0.
      for (let step = 0; step < steps; step++) {
        network.forward('train', samples, step);
        network.backward();
        for (let i = 0; i < features; i++) {
          values[i] -= 0.05 * gradient![i];
          if (step >= burn) mean[i] += values[i] / (steps - burn);
        }
      }
      const penalized = normal.map((row, i) => row.map((v, j) => (i === j ? v * (1 + rate / (1 - rate)) : v)));
      const ridge = solve(penalized, right);
      const plain = solve(normal, right);
      const distance = (a: ArrayLike<number>, b: readonly number[]) => Math.hypot(...b.map((v, i) => v - a[i]));
      const size = Math.hypot(...ridge);
      assert.ok(distance(mean, ridge) < 0.01 * size, `${[...mean].join()} is not ${ridge.join()}`);
      assert.ok(distance(plain, ridge) > 0.1 * size, 'the penalty is seen');
    });
});

/** What a network gives for one input under one mask, and how likely the mask is. */
interface Member {
  readonly probability: number;
  readonly output: readonly number[];
}

describe('Ensembles small enough to enumerate', () => {
  const [features, units, outputs, rate, passes] = [3, 8, 3, 0.4, 20_000];

  const build = (activation: string, output: string): Network => {
    const loss = output === 'softmax' ? 'crossentropy' : 'meanSquaredError';
    const layers = [
      input(features),
      dense('h', units, { activation }),
      dropout('d', rate),
      dense('o', outputs, { activation: output }),
    ];
    const network = compile(modelOf(layers, { loss }), { precision: 'float64', maxBatch: 1 });
    const random = new Random(5, 'ensemble');
    for (const { values } of network.parameters.values()) values.forEach((_, i) => (values[i] = random.normal(0, 0.8)));
    network.input.set([0.7, -1.1, 0.4]);
    return network;
  };

  /** All 2^8 networks, computed here without any of the engine's code but the hidden values before dropout. */
  const membersOf = (network: Network, softmax: boolean): Member[] => {
    network.forward('evaluate', 1);
    const hidden = Array.from(network.layer('h').values);
    const kernel = network.parameters.get('o/kernel')!.values;
    const bias = network.parameters.get('o/bias')!.values;
    return Array.from({ length: 2 ** units }, (_, mask) => {
      let probability = 1;
      const sums = Array.from(bias);
      hidden.forEach((h, i) => {
        const dropped = (mask >> i) & 1;
        probability *= dropped ? rate : 1 - rate;
        if (!dropped) for (let j = 0; j < outputs; j++) sums[j] += (h / (1 - rate)) * kernel[i * outputs + j];
      });
      if (!softmax) return { probability, output: sums };
      const exps = sums.map(Math.exp);
      const total = exps.reduce((a, b) => a + b, 0);
      return { probability, output: exps.map((e) => e / total) };
    });
  };
  const expectation = (members: readonly Member[], of: (output: readonly number[]) => number): number =>
    members.reduce((sum, { probability, output }) => sum + probability * of(output), 0);

  const weightScaling = (network: Network): number[] => {
    network.forward('evaluate', 1);
    return Array.from(network.output);
  };
  const monteCarlo = (network: Network): number[] => {
    const mean = new Float64Array(outputs);
    for (let step = 0; step < passes; step++) {
      network.forward('train', 1, step);
      for (let j = 0; j < outputs; j++) mean[j] += network.output[j] / passes;
    }
    return [...mean];
  };
  /** Five standard errors of a mean over so many passes, known from the ensemble itself. */
  const tolerance = (members: readonly Member[], j: number): number => {
    const mean = expectation(members, (output) => output[j]);
    return 5 * Math.sqrt(expectation(members, (output) => (output[j] - mean) ** 2) / passes);
  };

  it('Monte Carlo comes to the exact mean of all masks; weight scaling comes near it and is not it', () => {
    const network = build('tanh', 'softmax');
    const members = membersOf(network, true);
    assert.ok(Math.abs(expectation(members, () => 1) - 1) < 1e-12);
    const found = monteCarlo(network);
    const scaled = weightScaling(network);
    for (let j = 0; j < outputs; j++) {
      const exact = expectation(members, (output) => output[j]);
      assert.ok(Math.abs(found[j] - exact) < tolerance(members, j), `${found[j]}, exactly ${exact}`);
      assert.ok(Math.abs(scaled[j] - exact) < 0.15, `${scaled[j]} by weight scaling, ${exact} by all masks`);
    }
    assert.ok(scaled.some((s, j) => Math.abs(s - expectation(members, (o) => o[j])) > tolerance(members, j)));
  });

  it('weight scaling of one dropped layer below softmax is the normalized geometric mean of all masks, exactly', () => {
    const network = build('tanh', 'softmax');
    const members = membersOf(network, true);
    const geometric = Array.from({ length: outputs }, (_, j) =>
      Math.exp(expectation(members, (output) => Math.log(output[j]))),
    );
    const total = geometric.reduce((a, b) => a + b, 0);
    weightScaling(network).forEach((p, j) => assert.ok(Math.abs(p - geometric[j] / total) < 1e-12));
  });

  it('in a linear network the three agree', () => {
    const network = build('linear', 'linear');
    const members = membersOf(network, false);
    const found = monteCarlo(network);
    weightScaling(network).forEach((value, j) => {
      const exact = expectation(members, (output) => output[j]);
      assert.ok(Math.abs(value - exact) < 1e-12, `${value} by weight scaling, ${exact} by all masks`);
      assert.ok(Math.abs(found[j] - exact) < tolerance(members, j), `${found[j]} by Monte Carlo, ${exact}`);
    });
  });
});
