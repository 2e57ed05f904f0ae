import assert from 'node:assert/strict';
import { activations } from '../../../src/engine/activations/index';
import { createKernels } from '../../../src/engine/kernels/create';
import { isFusedAvailable, type Numerics } from '../../../src/engine/kernels/wasm/machine';
import { reference } from '../../../src/engine/kernels/reference';
import { layers } from '../../../src/engine/layers/index';
import { losses } from '../../../src/engine/losses/index';
import { rowMajor } from '../../../src/engine/matrices';
import { compile, type Network } from '../../../src/engine/network';
import { optimizers } from '../../../src/engine/optimizers/index';
import type { Real } from '../../../src/engine/real';
import { Random } from '../../../src/engine/rng/philox';
import { Updates } from '../../../src/engine/updates';
import { dense, input, modelOf } from '../../unit/engine/support';
import { stageOf, type Stage } from './support';

const ROWS = 5;
const STEPS = 6;

/**
 * What the sets may differ by: numbers of 24 bits, of which the reference rounds sums once and the others every product
 * or addition. Rounding grows with the length of the sums, here some hundred, and from step to step.
 */
const TOLERANCE = 2e-5;

/** Strict everywhere; fused where this Node and this machine can. */
const classes: readonly Numerics[] = isFusedAvailable() ? ['strict', 'fused'] : ['strict'];

/** The values agree where they differ by little as against the largest of them: sums cancel. */
function assertNear(actual: Real, expected: Real, what: string): void {
  assert.equal(actual.length, expected.length, what);
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]) / scale;
    assert.ok(error <= TOLERANCE, `${what}[${i}]: ${actual[i]} instead of ${expected[i]}`);
  }
}

/** One step's passes on both networks. @returns the losses */
function passBoth(networks: readonly Network[], stage: Stage, random: Random, step: number): readonly number[] {
  const [{ input, targets, outputSize }] = networks;
  const { target, range } = losses.get(stage.model.training!.loss.kind)!;
  const inputs = Float32Array.from(input, () => stage.draw(random));
  const wanted = Float32Array.from(targets, (_, i) => {
    if (target === 'classes') return Number(i % outputSize === Math.floor(i / outputSize) % outputSize);
    return range ? random.below(2) : random.normal();
  });
  return networks.map((network) => {
    network.input.set(inputs);
    network.targets.set(wanted);
    network.forward('train', ROWS, step);
    const loss = network.totalLoss();
    network.backward();
    return loss;
  });
}

function assertSameValues([tried, wanted]: readonly Network[], when: string): void {
  for (const [i, { id, values }] of wanted.layers.entries())
    assertNear(tried.layers[i].values, values, `${when}, values of ${id}`);
}

/** Runs a stage on the reference and on a set in WebAssembly, holding against each other after each step what there is to see. */
function assertAgree(numerics: Numerics, stage: Stage): void {
  const networks = [createKernels({ numerics }), reference].map((set) =>
    compile(stage.model, { kernels: set, maxBatch: ROWS, seed: 11 }),
  );
  const [tried, wanted] = networks;
  const random = new Random(3, 'kernels');

  // Before there are updates: kernels that move weights at once need not write gradients.
  passBoth(networks, stage, random, 0);
  for (const [name, { gradient, matrix }] of wanted.parameters) {
    const own = tried.parameters.get(name)!;
    assertNear(rowMajor(own.gradient!, own.matrix), rowMajor(gradient!, matrix), `gradient of ${name}`);
  }

  const updates = networks.map((network) => new Updates(network, stage.model.training!, STEPS));
  for (let step = 0; step < STEPS; step++) {
    const when = `step ${step}`;
    for (const u of updates) u.prepare(step, 1);
    const [other, loss] = passBoth(networks, stage, random, step);
    assert.ok(Math.abs(other - loss) <= TOLERANCE * Math.max(1, loss), `${when}: loss ${other} instead of ${loss}`);
    assertSameValues(networks, when);
    for (const u of updates) u.apply();
    for (const [name, { values, matrix }] of wanted.weights) {
      const own = tried.weights.get(name)!;
      assertNear(rowMajor(own.values, own.matrix), rowMajor(values, matrix), `${when}, weights ${name}`);
    }
  }
  for (const network of networks) network.forward('evaluate', ROWS);
  assertSameValues(networks, 'evaluation');
}

const regression = { loss: 'meanSquaredError' };
const stage = (...[written, training]: Parameters<typeof modelOf>): Stage => ({
  model: modelOf(written, { ...regression, ...training }),
  draw: (random) => random.normal(),
});

for (const numerics of classes)
  describe(`WebAssembly kernels against the reference, some steps of training, ${numerics}`, () => {
    for (const kind of layers.values()) it(`layer ${kind.kind}`, () => assertAgree(numerics, stageOf(kind)));

    for (const { kind } of activations.values()) {
      it(`activation ${kind} of a dense layer`, () => {
        assertAgree(numerics, stage([input(6), dense('h', 13, { activation: kind }), dense('o', 2)]));
      });
      it(`activation ${kind} as a layer`, () => {
        const f = { id: 'f', kind: 'activation', activation: kind };
        assertAgree(numerics, stage([input(6), dense('h', 13), f, dense('o', 2)]));
      });
    }

    for (const { kind, example, outputs } of losses.values())
      for (const activation of outputs ?? ['linear'])
        it(`loss ${kind} with ${activation}`, () => {
          assertAgree(
            numerics,
            stage([input(6), dense('h', 13, { activation: 'tanh' }), dense('o', 3, { activation })], {
              loss: { kind, ...example },
            }),
          );
        });

    for (const { kind, example } of optimizers.values())
      it(`optimizer ${kind}`, () => {
        const optimizer = { kind, ...example };
        assertAgree(numerics, stage([input(6), dense('h', 13, { activation: 'tanh' }), dense('o', 3)], { optimizer }));
      });
  });
