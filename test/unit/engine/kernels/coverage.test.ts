import assert from 'node:assert/strict';
import { relu } from '../../../../src/engine/activations/relu';
import { allCoverage, coverageOf } from '../../../../src/engine/kernels/coverage';
import { createKernels } from '../../../../src/engine/kernels/create';
import { reference } from '../../../../src/engine/kernels/reference';
import type { KernelFunction, KernelSet } from '../../../../src/engine/kernels/set';
import { layers } from '../../../../src/engine/layers/index';
import { losses } from '../../../../src/engine/losses/index';
import { compile } from '../../../../src/engine/network';
import { optimizers } from '../../../../src/engine/optimizers/index';
import { Random } from '../../../../src/engine/rng/philox';
import { stageOf } from '../../../conformance/engine/support';

/** The reference set, which tells what of it is called. */
function watched(): { readonly set: KernelSet; readonly called: Set<string> } {
  const called = new Set<string>();
  const set = new Proxy(reference, {
    get(target, name: keyof KernelSet) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        called.add(name);
        return Reflect.apply(value, target, args);
      };
    },
  });
  return { set, called };
}

describe('What a set of kernels covers', () => {
  it('is nothing where it is the reference, whatever it was copied from', () => {
    assert.deepEqual([...reference.coverage], []);
    const covered = [...coverageOf({ ...reference })];
    assert.deepEqual(covered, ['layer:input'], 'an input layer computes nothing, so any set has all of it');
  });

  it('follows from what the set has of its own', () => {
    const [huber, sgd] = [losses.get('huber')!, optimizers.get('sgd')!];
    const own: KernelSet = {
      ...reference,
      copy: (...args) => reference.copy(...args),
      maxPool: (...args) => reference.maxPool(...args),
      activation: (activation) => (activation === relu ? { ...relu } : activation),
      loss: (loss) => (loss.form?.kind === huber.kind ? { ...loss } : loss),
      updateRule: (rule) => (rule.form.startsWith(sgd.kind) ? { ...rule } : rule),
    };
    const covered = coverageOf(own);
    for (const name of ['layer:add', 'layer:flatten', 'activation:relu', 'loss:huber', 'optimizer:sgd'])
      assert.ok(covered.has(name), name);
    // Its gradient is that of the reference.
    for (const name of ['layer:maxPool2d', 'layer:dense', 'activation:tanh', 'loss:crossentropy', 'optimizer:adam'])
      assert.ok(!covered.has(name), name);
  });

  it('is of all kinds that there are', () => {
    const { coverage } = createKernels({ numerics: 'strict' });
    const all = allCoverage();
    for (const name of coverage) assert.ok(all.includes(name), name);
    for (const name of ['layer:maxPool2d', 'layer:batchNorm', 'layer:layerNorm', 'optimizer:adam'])
      assert.ok(coverage.has(name), name);
  });

  for (const kind of layers.values())
    it(`${kind.kind} uses the kernels that it declares, and no others`, () => {
      const { model, draw } = stageOf(kind);
      const { set, called } = watched();
      const network = compile(model, { kernels: set, maxBatch: 2 });
      const random = new Random(1, 'coverage');
      network.input.forEach((_, i) => (network.input[i] = draw(random)));
      const { runtime } = network.layer('it');
      const seen = new Set<string>();
      for (const name of ['forward', 'backward'] as const) {
        const run = runtime[name].bind(runtime);
        runtime[name] = (pass) => {
          called.clear();
          run(pass);
          for (const kernel of called) seen.add(kernel);
        };
      }
      for (const mode of ['train', 'evaluate'] as const) {
        network.forward(mode, 2);
        network.backward();
      }
      if (kind.kernels)
        for (const kernel of seen)
          assert.ok(kind.kernels.includes(kernel as KernelFunction), `${kernel} is used, and not declared`);
    });
});
