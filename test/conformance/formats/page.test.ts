import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import vm from 'node:vm';
import { activations } from '../../../src/engine/activations/index';
import { layers } from '../../../src/engine/layers/index';
import { maskOf } from '../../../src/engine/masks';
import { compile } from '../../../src/engine/network';
import { FIRST_STEP, type MonteCarlo, predictMonteCarlo } from '../../../src/engine/predict';
import { readProgram } from '../../../src/exchange/program';
import type { PageData, PageProgram } from '../../../src/formats/page/content';
import { writePage } from '../../../src/formats/page/write';
import type { TrainedModel } from '../../../src/formats/exchange/trained';
import type { Model } from '../../../src/model/model';
import type { Runner } from '../../../src/page/runner';
import { putWeights } from '../../../src/runs/weights';
import { dense, input, modelOf } from '../../unit/engine/support';
import { aloneOf, answersOf, trainedOf } from './support';

let program: PageProgram;

/** The page's own script, run as a browser would but without a document, on what stands in the page. */
function runnerOf(trained: TrainedModel): Runner {
  const { files } = writePage({ trained, text: '', dropout: false, scaling: false }, program);
  const html = files.get('model.html') as string;
  const within = (pattern: RegExp): string => {
    const found = pattern.exec(html);
    assert.ok(found, String(pattern));
    return found[1];
  };
  const data = JSON.parse(within(/<script type="application\/json" id="network">([^<]*)</)) as PageData;
  const weights = within(/<script type="text\/plain" id="weights">([^<]*)</);
  const script = within(/<script>([\s\S]*)<\/script>/);
  const world = vm.createContext({ atob });
  const Made = vm.runInContext(`${script};dropoutStudio.Runner`, world) as typeof Runner;
  return new Made(data, weights);
}

/** The same network as `trained`, of one sample at a time. */
function single(trained: TrainedModel) {
  const network = compile(trained.model, { maxBatch: 1, gradients: false });
  putWeights(network, { tensors: trained.weights, metadata: new Map() });
  return network;
}

function passesOf(runner: Runner, inputs: Float32Array, count: number): MonteCarlo {
  const work = runner.passes(inputs, count);
  let passes = 0;
  for (;;) {
    const { done, value } = work.next();
    if (done) {
      assert.equal(passes, count);
      return value;
    }
    passes++;
  }
}

/** What the page answers to each of the samples, with dropout off and on, is what the engine does, to the bit. */
function check(model: Model, kind?: string): void {
  const { network, trained } = trainedOf(model);
  const { x, y, rows } = answersOf(network, kind === undefined ? undefined : layers.get(kind));
  const runner = runnerOf(trained);
  const target = { type: 'numbers', names: [] } as const;
  const { inputSize, outputSize } = network;
  const one = single(trained);
  for (let row = 0; row < rows; row++) {
    const inputs = x.slice(row * inputSize, (row + 1) * inputSize);
    assert.deepEqual([...runner.answer(inputs)], [...y.subarray(row * outputSize, (row + 1) * outputSize)]);
    const wanted = predictMonteCarlo(one, runner.sample(inputs), target, 3);
    const { mean, deviation } = passesOf(runner, inputs, 3);
    assert.deepEqual([[...mean], [...deviation]], [[...wanted.mean], [...wanted.deviation]]);
  }
}

describe('A network as a page', function () {
  this.timeout(60_000);
  before(async () => (program = await readProgram(resolve('dist'))));

  for (const { kind } of layers.values())
    it(`answers as the engine does: ${kind}`, () => check(aloneOf(layers.get(kind)!), kind));

  for (const kind of activations.keys())
    it(`answers as the engine does: activated by ${kind}`, () =>
      check(
        modelOf(
          [input(5), dense('h', 6, { activation: kind }), { id: 'a', kind: 'activation', activation: kind }],
          null,
        ),
      ));

  it('shows the very masks of each pass', () => {
    for (const kind of layers.values()) {
      if (!kind.masks) continue;
      const model = aloneOf(kind);
      const { network, trained } = trainedOf(model);
      const runner = runnerOf(trained);
      const { x } = answersOf(network, kind);
      const inputs = x.slice(0, network.inputSize);
      const { rate } = runner.network.layer('it').runtime.dropping!;
      for (const pass of [0, 1, 7]) {
        const shown = runner.look(inputs, pass).find(({ drop }) => drop === 'it');
        assert.ok(shown?.mask, kind.kind);
        const key = { seed: network.seed, layer: 'it', step: FIRST_STEP + pass, sample: 0, rate };
        assert.deepEqual([...shown.mask], [...maskOf(model, key)], kind.kind);
      }
      assert.ok(
        runner.look(inputs, undefined).every(({ mask }) => mask === undefined),
        `${kind.kind}: dropout is off`,
      );
    }
  });

  it('drops at another rate once it is moved, and as before when it is put back', () => {
    const { trained } = trainedOf(
      modelOf([input(6), dense('h', 40), { id: 'drop', kind: 'dropout', rate: 0.5 }, dense('o', 2)], null),
    );
    const runner = runnerOf(trained);
    const inputs = Float32Array.from({ length: 6 }, (_, i) => Math.sin(i + 1));
    const dropped = (): number => runner.look(inputs, 0)[0].mask!.reduce((sum, bit) => sum + bit, 0);
    const before = dropped();
    assert.ok(before > 5 && before < 35, String(before));
    runner.network.setRate('drop', 0);
    assert.equal(dropped(), 0);
    runner.network.setRate('drop', 0.5);
    assert.equal(dropped(), before);
  });

  it('says so where its weights are cut short', () => {
    const { trained } = trainedOf(modelOf([input(2), dense('h', 3)], null));
    const { data, constructor } = runnerOf(trained);
    const Made = constructor as typeof Runner;
    assert.throws(() => new Made(data, btoa('1234')), /weights are 1 numbers, and 9 are needed/);
  });
});
