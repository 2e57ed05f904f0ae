import assert from 'node:assert/strict';
import { reference } from '../../../src/engine/kernels/reference';
import { layers } from '../../../src/engine/layers/index';
import { compile, type CompileOptions, type Network } from '../../../src/engine/network';
import { planNetwork, type NetworkPlan } from '../../../src/engine/plan';
import { Trainer } from '../../../src/engine/trainer';
import type { Model } from '../../../src/model/model';
import { sizeOf } from '../../../src/model/spec';
import { dense, input, modelOf, type LayerText } from '../../unit/engine/support';
import { dataFor, type Stage } from './support';

const reshape = (id: string, from: string, shape: readonly number[]): LayerText => ({
  id,
  kind: 'reshape',
  shape,
  inputs: [from],
});

/**
 * Every kind there is, twice: in branches side by side, which all read one layer and are merged behind, and one behind
 * another, each with a shortcut around it.
 */
function everyKind(): Stage {
  const kinds = [...layers.values()].filter((kind) => kind.exampleInputs.length > 0);
  const indices = Math.max(...kinds.map((kind) => (kind.indices ? sizeOf(kind.exampleInputs[0]) : 1)));
  const written: LayerText[] = [input(indices), { id: 'calm', kind: 'layerNorm' }];
  const around = (name: string, from: string, kind: (typeof kinds)[number]): string => {
    const inputs = kind.exampleInputs.map((shape, i) => {
      if (kind.indices) {
        written.push(reshape(`${name}shape${i}`, 'input', shape));
      } else {
        written.push(dense(`${name}in${i}`, sizeOf(shape), { inputs: [from], activation: i % 2 ? 'gelu' : 'tanh' }));
        written.push(reshape(`${name}shape${i}`, `${name}in${i}`, shape));
      }
      return `${name}shape${i}`;
    });
    written.push({ ...kind.example, id: name, kind: kind.kind, inputs });
    written.push({ id: `${name}flat`, kind: 'flatten', inputs: [name] });
    written.push(dense(`${name}out`, 4, { inputs: [`${name}flat`] }));
    return `${name}out`;
  };
  const branches = kinds.map((kind) => around(`branch${kind.kind}`, 'calm', kind));
  const half = Math.ceil(branches.length / 2);
  written.push({ id: 'sum', kind: 'add', inputs: branches.slice(0, half) });
  written.push({ id: 'joined', kind: 'concat', inputs: branches.slice(half) });
  written.push(dense('narrow', 4, { inputs: ['joined'], activation: 'sigmoid' }));
  written.push({ id: 'product', kind: 'multiply', inputs: ['sum', 'narrow'] });
  let last = 'product';
  for (const [i, kind] of kinds.entries()) {
    const behind = around(`chain${kind.kind}`, last, kind);
    written.push({ id: `shortcut${i}`, kind: 'add', inputs: [last, behind] });
    // A second reader, which finds a gradient to add to.
    written.push({ id: `bent${i}`, kind: 'activation', activation: 'softplus', inputs: [last] });
    written.push({ id: `step${i}`, kind: 'add', inputs: [`shortcut${i}`, `bent${i}`] });
    written.push({ id: `even${i}`, kind: 'layerNorm', inputs: [`step${i}`] });
    last = `even${i}`;
  }
  written.push(dense('o', 2, { inputs: [last], activation: 'sigmoid' }));
  const model = modelOf(written, {
    // Its values before the activation are kept for it.
    loss: 'binaryCrossentropy',
    optimizer: { kind: 'adam', learningRate: 0.01 },
    clipNorm: 1,
    batchSize: 4,
    epochs: 2,
  });
  const below = Math.min(
    ...kinds.map((kind) => kind.indices?.(model.layers.find((l) => l.kind === kind.kind)!.params) ?? 100),
  );
  return { model, draw: (random) => random.below(below) };
}

/** Fills all that networks share with bytes that are no numbers, before each pass forwards. */
function poison(network: Network, memory: Uint8Array): void {
  const { layers: planned, precision } = network.plan;
  const size = precision === 'float32' ? 4 : 8;
  for (const { gradient, buffers } of planned) {
    if (gradient) memory.fill(0xff, gradient.offset, gradient.offset + gradient.length * size);
    for (const { spec, slot } of buffers.values())
      memory.fill(
        0xff,
        slot.offset,
        slot.offset + slot.length * (spec.type === 'real' ? size : spec.type === 'uint8' ? 1 : 4),
      );
  }
}

describe('Memory that layers share, in a network of every kind', () => {
  const stage = everyKind();
  const data = dataFor(stage);
  for (const part of [data.train, data.validation, data.test])
    part.targets.forEach((value, i) => (part.targets[i] = value > 0 ? 1 : 0));

  function run(options: CompileOptions, poisoned = false) {
    let memory: Uint8Array = new Uint8Array();
    const allocate = (bytes: number) => {
      const region = reference.allocate(bytes);
      // The network's own is the first that it asks for.
      if (memory.length === 0) memory = new Uint8Array(region.buffer);
      return region;
    };
    const trainer = new Trainer(compile(stage.model, { ...options, kernels: { ...reference, allocate } }), data);
    const losses: number[] = [];
    while (!trainer.end) {
      if (poisoned) poison(trainer.network, memory);
      const event = trainer.advance();
      if (event.type === 'step') losses.push(event.loss);
    }
    assert.equal(trainer.end.reason, 'finished', trainer.end.message);
    return { losses, end: trainer.end, state: trainer.state() };
  }

  it('trains to the same bits as with memory of their own', () => {
    assert.deepEqual(run({}), run({ share: false }));
  });

  it('reads nothing that an earlier pass left there', () => {
    assert.deepEqual(run({}, true), run({ share: false }));
  });

  for (const gradients of [true, false])
    it(`is less than all buffers together, and no two at work at once overlap${gradients ? '' : ', without gradients'}`, () => {
      const plan = planNetwork(stage.model, { gradients });
      assert.ok(plan.bytes < plan.unshared, `${plan.bytes} of ${plan.unshared}`);
      checkAtWork(stage.model, plan);
    });
});

/** What must be there at once, told layer by layer rather than by lifetimes. */
function checkAtWork(model: Model, { layers: planned, precision, targets }: NetworkPlan): void {
  const size = precision === 'float32' ? 4 : 8;
  const byId = new Map(planned.map((l) => [l.layer.id, l]));
  type Bytes = readonly [name: string, from: number, to: number];
  const always = new Map<number, Bytes>();
  const real = (name: string, { offset, length }: { offset: number; length: number }): Bytes => [
    name,
    offset,
    offset + length * size,
  ];
  // Input layers have one slot together.
  for (const { layer, values, weights } of planned) {
    always.set(values.offset, real(layer.id, values));
    for (const w of weights)
      for (const slot of [w.values, w.gradient])
        if (slot) always.set(slot.offset, real(`${layer.id}/${w.spec.name}`, slot));
  }
  always.set(targets.offset, real('targets', targets));
  const buffersOf = (index: number, kept: boolean): Bytes[] =>
    [...planned[index].buffers.values()]
      .filter(({ spec }) => !kept || spec.lifetime !== 'call')
      .map(({ spec, slot }) => [
        `${planned[index].layer.id}: ${spec.name}`,
        slot.offset,
        slot.offset + slot.length * (spec.type === 'real' ? size : spec.type === 'uint8' ? 1 : 4),
      ]);
  const gradientOf = (id: string): Bytes[] => {
    const { gradient } = byId.get(id)!;
    return gradient ? [real(`${id}: gradient`, gradient)] : [];
  };
  const apart = (moment: string, at: readonly Bytes[]): void => {
    const all = [...always.values(), ...at].sort((a, b) => a[1] - b[1]);
    for (let i = 1; i < all.length; i++)
      assert.ok(all[i - 1][2] <= all[i][1], `${moment}: ${all[i - 1][0]} and ${all[i][0]}`);
  };

  const trained = planned.some((l) => l.gradient);
  const keptBelow = (end: number) => planned.slice(0, end).flatMap((_, index) => buffersOf(index, true));
  for (let index = 0; index < planned.length; index++)
    apart(`forward ${planned[index].layer.id}`, [...(trained ? keptBelow(index) : []), ...buffersOf(index, false)]);
  if (!trained) return;
  const pending = new Map([[model.output, gradientOf(model.output)]]);
  apart('loss', [...keptBelow(planned.length), ...[...pending.values()].flat()]);
  for (let index = planned.length - 1; index >= 0; index--) {
    const { layer } = planned[index];
    for (const id of layer.inputs) pending.set(id, gradientOf(id));
    apart(`backward ${layer.id}`, [...keptBelow(index), ...buffersOf(index, false), ...[...pending.values()].flat()]);
    pending.delete(layer.id);
  }
}
