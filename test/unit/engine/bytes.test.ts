import assert from 'node:assert/strict';
import { type ByteSamples, type Dataset, type FloatSamples, inputAt } from '../../../src/engine/dataset';
import { createKernels } from '../../../src/engine/kernels/create';
import { compile } from '../../../src/engine/network';
import { predict, predictMonteCarlo } from '../../../src/engine/predict';
import { Random } from '../../../src/engine/rng/philox';
import { Trainer } from '../../../src/engine/trainer';
import { Viewer } from '../../../src/engine/viewer';
import { dense, dropout, input, modelOf } from './support';

const random = new Random(4, 'data/bytes');
const [SHAPE, SIZE] = [[5, 4, 3], 60];

/** What the bytes of each channel stand for: numbers that float32 must round. */
const channels = Float32Array.from(
  { length: 3 * 256 },
  (_, i) => ((i & 255) - 77.7 * (1 + (i >> 8))) / (51.3 + (i >> 8)),
);
const divided = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

function bytes(count: number, levels: Float32Array): ByteSamples {
  const targets = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) targets[2 * i + random.below(2)] = 1;
  const inputs = Uint8Array.from({ length: count * SIZE }, () => random.below(256));
  return { count, inputs, levels, targets, rows: Uint32Array.from({ length: count }, (_, i) => i) };
}

/** All of them as float32 from the beginning. */
const converted = (samples: ByteSamples): FloatSamples => ({
  ...samples,
  levels: undefined,
  inputs: Float32Array.from(
    samples.inputs,
    (byte, i) => samples.levels[256 * (i % (samples.levels.length / 256)) + byte],
  ),
});

function datasets(levels: Float32Array): { readonly inBytes: Dataset; readonly inFloats: Dataset } {
  const parts = { train: bytes(37, levels), validation: bytes(11, levels), test: bytes(7, levels) };
  const rest = {
    title: 'bytes',
    inputShape: SHAPE,
    inputNames: [],
    target: { type: 'classes', names: ['a', 'b'] },
  } as const;
  const { train, validation, test } = parts;
  return {
    inBytes: { ...rest, ...parts },
    inFloats: { ...rest, train: converted(train), validation: converted(validation), test: converted(test) },
  };
}

const model = modelOf(
  [
    input(...SHAPE),
    { kind: 'conv2d', filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' },
    { kind: 'flatten' },
    dropout('drop', 0.4),
    dense('o', 2, { activation: 'softmax' }),
  ],
  { batchSize: 8, epochs: 3 },
);

describe('Samples in bytes', () => {
  for (const numerics of ['reference', 'strict', undefined] as const)
    for (const [what, levels] of [
      ['one divisor', divided],
      ['a scale a channel', channels],
    ] as const)
      it(`train, evaluate, show and predict to the bit as converted ones (${numerics ?? 'the usual'} kernels, ${what})`, () => {
        const { inBytes, inFloats } = datasets(levels);
        const run = (dataset: Dataset) => {
          const network = compile(model, { kernels: createKernels({ numerics }) });
          const trainer = new Trainer(network, dataset);
          const viewer = new Viewer(trainer);
          const sights: unknown[] = [];
          const events: unknown[] = [];
          while (!trainer.end) {
            if (viewer.capture()) sights.push(viewer.look(3));
            events.push({ ...trainer.advance() });
          }
          return {
            sights,
            events,
            state: trainer.state(),
            answers: predict(network, dataset.test, dataset.target),
            unsure: predictMonteCarlo(network, dataset.test, dataset.target, 3),
          };
        };
        const [ours, theirs] = [run(inBytes), run(inFloats)];
        assert.equal(ours.sights.length, 15);
        assert.deepEqual(ours, theirs);
      });

  it('are read one by one as the levels say', () => {
    const { inBytes, inFloats } = datasets(channels);
    inFloats.train.inputs.forEach((value: number, i: number) => assert.equal(inputAt(inBytes.train, i), value));
    assert.equal(inputAt(inFloats.train, 5), inFloats.train.inputs[5]);
  });
});
