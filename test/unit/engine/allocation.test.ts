import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GCProfiler, getHeapStatistics } from 'node:v8';
import type { Dataset, FloatSamples, Samples } from '../../../src/engine/dataset';
import type { LossDefinition } from '../../../src/engine/define';
import { layers } from '../../../src/engine/layers/index';
import { losses } from '../../../src/engine/losses/index';
import { createKernels, type KernelOptions } from '../../../src/engine/kernels/create';
import { compile } from '../../../src/engine/network';
import { augmentations } from '../../../src/engine/augmentations/index';
import { optimizers } from '../../../src/engine/optimizers/index';
import { schedules } from '../../../src/engine/schedules/index';
import { Trainer } from '../../../src/engine/trainer';
import type { Model } from '../../../src/model/model';
import { defaultsOf } from '../../../src/model/spec';
import { dataFor, stageOf } from '../../conformance/engine/support';
import { dense, input, modelOf, xorData } from './support';

/** Enough rows that a single number a row on the heap, 16 bytes of it, is over the bound. */
const BATCH = 16;
/**
 * Bytes a step: ten numbers. Not 0, for a number that goes from one function to another may be put on the heap, and for
 * how many that is so is up to the compiler. They do not grow with the batch.
 */
const BOUND = 160;
/**
 * Steps that are measured at a time, and how many times at most: until they are under the bound, for what is not compiled
 * yet allocates. What steps allocate for good they allocate every time.
 */
const [STEPS, TIMES] = [1000, 15];

type Numerics = NonNullable<KernelOptions['numerics']>;

interface Case {
  readonly model: Model;
  readonly data: Dataset;
}

/** The example of a layer kind, on small pictures: what it draws, keeps and hands on, in as little time as may be. */
function around(kind: string, training: object = {}): Case {
  const definition = layers.get(kind)!;
  const small = (shape: readonly number[]) => (shape.length > 1 ? shape.map((n) => Math.min(n, 4)) : shape);
  const exampleInputs = definition.exampleInputs.map(small);
  const optimizer = { kind: 'sgd', learningRate: 1e-5, momentum: 0.9 };
  const stage = stageOf({ ...definition, exampleInputs }, { ...ENDLESS, optimizer, ...training });
  return { model: stage.model, data: dataFor(stage) };
}
/** The same with inputs of eight bits. */
function inBytes({ model, data }: Case): Case {
  const levels = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
  const train = { ...data.train, inputs: Uint8Array.from(data.train.inputs, (_, i) => (31 * i) & 255), levels };
  return { model, data: { ...data, train } };
}
function augmented(kind: string): Case {
  const pictures = [input(6, 5, 3), { kind: 'flatten' }, dense('o', 2, { activation: 'softmax' })];
  const model = modelOf(pictures, { ...ENDLESS, optimizer: { kind: 'sgd', learningRate: 1e-5 } });
  const { train } = xorData();
  const inputs = Float32Array.from({ length: train.count * 90 }, (_, i) => i % 7);
  const data: Dataset = { ...xorData(), inputShape: [6, 5, 3], train: { ...xorData().train, inputs } as FloatSamples };
  const definition = augmentations.get(kind)!;
  const params = { ...defaultsOf(definition.parameters), ...definition.example };
  const augment = { kinds: [{ kind, params }], blank: Float32Array.of(0) };
  return inBytes({ model, data: { ...data, augment } });
}
const behind = ({ kind, example, outputs }: LossDefinition): Case => ({
  model: modelOf([input(2), dense('h', 4), dense('o', 2, { activation: outputs?.[0] ?? 'linear' })], {
    ...ENDLESS,
    loss: { kind, ...example },
  }),
  data: xorData(),
});
const ENDLESS = { batchSize: BATCH, epochs: 1e6 };

const cases = new Map<string, () => Case>([
  ...[...layers.keys()].map((kind) => [`layer ${kind}`, () => around(kind)] as const),
  ...[...losses.values()].map((loss) => [`loss ${loss.kind}`, () => behind(loss)] as const),
  ...[...optimizers.values()].map(
    ({ kind, example }) =>
      [`optimizer ${kind}`, () => around('dense', { optimizer: { kind, ...example, learningRate: 1e-5 } })] as const,
  ),
  ...[...schedules.values()].map(
    ({ kind, example }) => [`schedule ${kind}`, () => around('dense', { schedule: { kind, ...example } })] as const,
  ),
  ['clipping', () => around('dense', { clipNorm: 0.01, clipValue: 0.01 })],
  ['pictures in bytes', () => inBytes(around('conv2d'))],
  ...[...augmentations.values()].map(({ kind }) => [`augmentation ${kind}`, () => augmented(kind)] as const),
  ['warmup and a clock', () => around('dense', { warmupSteps: 1e6, maxSeconds: 1e9 })],
]);

/** In a process of its own, where nothing else allocates and the heap is so large that nothing is collected meanwhile. */
function measure(numerics: Numerics): Record<string, number> {
  const bytes: Record<string, number> = {};
  for (const [name, make] of cases) {
    const { model, data } = make();
    const trainer = new Trainer(
      compile(model, { kernels: createKernels({ numerics }) }),
      oneEpoch(data),
      undefined,
      () => 0,
    );
    let perStep = Infinity;
    for (let time = 0; time < TIMES && perStep >= BOUND; time++) {
      globalThis.gc!();
      const collections = new GCProfiler();
      collections.start();
      const before = getHeapStatistics().used_heap_size;
      for (let i = 0; i < STEPS; i++) trainer.advance();
      const grown = getHeapStatistics().used_heap_size - before;
      // Where some of it was collected, this is no measure.
      if (collections.stop().statistics.length === 0) perStep = Math.min(perStep, grown / STEPS);
      assert.equal(trainer.step, (time + 1) * STEPS);
    }
    bytes[name] = perStep;
  }
  return bytes;
}

/** The same samples over and over, so that all steps are of one epoch. */
function oneEpoch(data: Dataset): Dataset {
  const { train } = data;
  const count = BATCH * STEPS * TIMES;
  const repeat = <T extends Float32Array | Uint8Array>(values: T, to: T): T => {
    for (let at = 0; at < to.length; at += values.length) to.set(values.subarray(0, to.length - at), at);
    return to;
  };
  const lengthOf = (values: Float32Array | Uint8Array): number => (values.length / train.count) * count;
  const floats = (values: Float32Array) => repeat(values, new Float32Array(lengthOf(values)));
  const targets = floats(train.targets);
  const rows = new Uint32Array(count);
  const samples: Samples = train.levels
    ? {
        count,
        inputs: repeat(train.inputs, new Uint8Array(lengthOf(train.inputs))),
        targets,
        rows,
        levels: train.levels,
      }
    : { count, inputs: floats(train.inputs), targets, rows };
  return { ...data, train: samples };
}

if (process.argv[2] === 'measure') {
  console.log(JSON.stringify(measure(process.argv[3] as Numerics)));
} else {
  describe('Steps', () => {
    for (const numerics of ['reference', 'strict'] satisfies Numerics[])
      it(`allocate nothing with ${numerics} kernels, whatever the layers, loss, optimizer and schedule`, async () => {
        const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
        const script = [fileURLToPath(import.meta.url), 'measure', numerics];
        const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...script]);
        const bytes = JSON.parse(stdout) as Record<string, number>;
        assert.deepEqual(Object.keys(bytes), [...cases.keys()]);
        const over = Object.entries(bytes).filter(([, perStep]) => !(perStep < BOUND));
        assert.deepEqual(over, [], 'bytes a step');
      });
  });
}
