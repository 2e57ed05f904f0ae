import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layers as kinds } from '../../../src/engine/layers/index';
import { compile } from '../../../src/engine/network';
import { optimizers } from '../../../src/engine/optimizers/index';
import type { Real } from '../../../src/engine/real';
import { modelOf, update, type LayerText } from '../../unit/engine/support';

/** Made by make_layers_reference.py beside it. */
interface Reference {
  readonly torch: string;
  readonly rows: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly cases: readonly {
    readonly name: string;
    readonly layers: readonly LayerText[];
    readonly inputs: number[];
    readonly targets: number[];
    readonly start: Record<string, number[]>;
    readonly output: number[];
    readonly gradients: Record<string, number[]>;
    readonly losses: number[];
    readonly weights: Record<string, number[]>;
    readonly evaluated: number[];
  }[];
}
const path = 'test/fixtures/engine/layers_reference.json';
const root = process.env.DROPOUT_STUDIO_ROOT ?? process.cwd();
const reference = JSON.parse(readFileSync(join(root, path), 'utf8')) as Reference;

/** To 1e-9 relative: both sides compute in 64 bits, so only the order of sums differs. */
function close(found: Real | readonly number[], wanted: readonly number[], what: string): void {
  assert.equal(found.length, wanted.length, what);
  wanted.forEach((w, i) =>
    assert.ok(Math.abs(found[i] - w) <= 1e-9 * Math.max(1e-2, Math.abs(w)), `${what}[${i}]: ${found[i]}, PyTorch ${w}`),
  );
}

describe(`Layers beside PyTorch ${reference.torch}`, () => {
  const { rows, learningRate, momentum } = reference;
  for (const { name, layers, inputs, targets, start, output, gradients, losses, weights, evaluated } of reference.cases)
    it(`${name}: answers, gradients, five steps, and evaluation`, () => {
      const network = compile(modelOf(layers, { loss: 'meanSquaredError' }), { precision: 'float64', maxBatch: rows });
      network.input.set(inputs);
      network.targets.set(targets);
      assert.deepEqual([...network.parameters.keys()].sort(), Object.keys(start).sort());
      for (const [weight, values] of Object.entries(start)) network.parameters.get(weight)!.values.set(values);

      const settings = { learningRate, momentum };
      const sgd = optimizers.get('sgd')!;
      const rule = sgd.create(settings);
      const slots = new Map(
        [...network.parameters].map(([weight, p]) => [
          weight,
          sgd.slots(settings).map(() => new Float64Array(p.values.length)),
        ]),
      );
      const seen = losses.map((_, step) => {
        network.forward('train', rows, step);
        const mean = network.totalLoss() / rows;
        network.backward();
        if (step === 0) {
          close(network.output, output, 'output');
          for (const [weight, wanted] of Object.entries(gradients))
            close(network.parameters.get(weight)!.gradient!, wanted, `gradient of ${weight}`);
        }
        for (const p of network.parameters.values())
          update(rule, p.values, p.gradient!, slots.get(p.name)!, step + 1, learningRate);
        return mean;
      });
      close(seen, losses, 'losses');
      assert.deepEqual([...network.weights.keys()].sort(), Object.keys(weights).sort());
      for (const [weight, wanted] of Object.entries(weights))
        close(network.weights.get(weight)!.values, wanted, weight);
      network.forward('evaluate', rows);
      close(network.output, evaluated, 'output in evaluation');
    });

  it('leave out no kind that PyTorch has', () => {
    const met = new Set(reference.cases.flatMap(({ layers }) => layers.map((l) => l.kind)));
    // What draws at random cannot be held against the numbers of another generator.
    const random = [...kinds.values()].filter((k) => k.group === 'Dropout').map((k) => k.kind);
    assert.deepEqual(
      [...kinds.keys()].filter((kind) => !met.has(kind) && !random.includes(kind)),
      [],
    );
  });
});
