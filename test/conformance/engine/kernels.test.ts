import assert from 'node:assert/strict';
import { activations } from '../../../src/engine/activations/index';
import { createKernels } from '../../../src/engine/kernels/create';
import { reference } from '../../../src/engine/kernels/reference';
import type { KernelSet } from '../../../src/engine/kernels/set';
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

const kernels = createKernels({ numerics: 'strict' });

/** The values agree where they differ by little as against the largest of them: sums cancel. */
function assertNear(actual: Real, expected: Real, what: string): void {
  assert.equal(actual.length, expected.length, what);
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]) / scale;
    assert.ok(error <= TOLERANCE, `${what}[${i}]: ${actual[i]} instead of ${expected[i]}`);
  }
}

/** A network on its way, on one set of kernels. */
class Learner {
  readonly network: Network;
  readonly #updates: Updates;

  constructor(
    { model }: Stage,
    readonly set: KernelSet,
  ) {
    this.network = compile(model, { kernels: set, maxBatch: ROWS, seed: 11 });
    this.#updates = new Updates(this.network, model.training!, STEPS);
  }

  /** One step, without moving the weights yet. @returns the batch's loss */
  pass(step: number, inputs: Real, targets: Real): number {
    const { network } = this;
    network.input.set(inputs);
    network.targets.set(targets);
    network.forward('train', ROWS, step);
    const loss = network.totalLoss();
    network.backward();
    return loss;
  }

  move(step: number): void {
    this.#updates.apply(step, 1);
  }
}

/** Trains a stage on both sets, holding against each other after each step what there is to see. */
function assertAgree(stage: Stage): void {
  const tried = new Learner(stage, kernels);
  const wanted = new Learner(stage, reference);
  const random = new Random(3, 'kernels');
  const { target, range } = losses.get(stage.model.training!.loss.kind)!;
  const { outputSize } = wanted.network;
  for (let step = 0; step < STEPS; step++) {
    const inputs = Float32Array.from(wanted.network.input, () => stage.draw(random));
    const targets = Float32Array.from(wanted.network.targets, (_, i) => {
      if (target === 'classes') return Number(i % outputSize === Math.floor(i / outputSize) % outputSize);
      return range ? random.below(2) : random.normal();
    });
    const loss = wanted.pass(step, inputs, targets);
    const other = tried.pass(step, inputs, targets);
    const at = `step ${step}`;
    assert.ok(Math.abs(other - loss) <= TOLERANCE * Math.max(1, loss), `${at}: loss ${other} instead of ${loss}`);
    for (const [i, { id, values }] of wanted.network.layers.entries())
      assertNear(tried.network.layers[i].values, values, `${at}, values of ${id}`);
    for (const [name, { gradient, matrix }] of wanted.network.parameters) {
      const own = tried.network.parameters.get(name)!;
      // Where the weights were moved at once, nobody wrote their gradient.
      if (own.update?.done) continue;
      assertNear(rowMajor(own.gradient!, own.matrix), rowMajor(gradient!, matrix), `${at}, gradient of ${name}`);
    }
    wanted.move(step);
    tried.move(step);
    for (const [name, { values, matrix }] of wanted.network.weights) {
      const own = tried.network.weights.get(name)!;
      assertNear(rowMajor(own.values, own.matrix), rowMajor(values, matrix), `${at}, weights ${name}`);
    }
  }
  wanted.network.forward('evaluate', ROWS);
  tried.network.forward('evaluate', ROWS);
  for (const [i, { id, values }] of wanted.network.layers.entries())
    assertNear(tried.network.layers[i].values, values, `evaluation, values of ${id}`);
}

const regression = { loss: 'meanSquaredError' };
const stage = (...[written, training]: Parameters<typeof modelOf>): Stage => ({
  model: modelOf(written, { ...regression, ...training }),
  draw: (random) => random.normal(),
});

describe('WebAssembly kernels against the reference, some steps of training', () => {
  for (const kind of layers.values()) it(`layer ${kind.kind}`, () => assertAgree(stageOf(kind)));

  for (const { kind } of activations.values()) {
    it(`activation ${kind} of a dense layer`, () => {
      assertAgree(stage([input(6), dense('h', 13, { activation: kind }), dense('o', 2)]));
    });
    it(`activation ${kind} as a layer`, () => {
      const f = { id: 'f', kind: 'activation', activation: kind };
      assertAgree(stage([input(6), dense('h', 13), f, dense('o', 2)]));
    });
  }

  for (const { kind, example, outputs } of losses.values())
    for (const activation of outputs ?? ['linear'])
      it(`loss ${kind} with ${activation}`, () => {
        assertAgree(
          stage([input(6), dense('h', 13, { activation: 'tanh' }), dense('o', 3, { activation })], {
            loss: { kind, ...example },
          }),
        );
      });

  for (const { kind, example } of optimizers.values())
    it(`optimizer ${kind}`, () => {
      const optimizer = { kind, ...example };
      assertAgree(stage([input(6), dense('h', 13, { activation: 'tanh' }), dense('o', 3)], { optimizer }));
    });
});
