import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '../../../src/catalogue';
import { activations } from '../../../src/engine/activations/index';
import { initializers } from '../../../src/engine/initializers/index';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import { TrainingSamples } from '../../../src/engine/trainingSamples';
import { pytorchNetwork } from '../../../src/formats/pytorch/network';
import { readSafetensors } from '../../../src/formats/safetensors';
import { analyze } from '../../../src/model/analyze';
import type { JsonObject } from '../../../src/model/json';
import { trainingParameters } from '../../../src/model/sections';
import { checkProgram } from '../../../src/torchrun/program';
import { writeInputs } from '../../../src/torchrun/samples';
import { Spans } from '../../../src/torchrun/span';
import { common, datasetOf, type Training, trainings } from '../../peers/trainings';
import { modelOf } from '../../unit/engine/support';

/** What a training names of a registry. */
const named: Readonly<Record<string, (training: Training) => readonly unknown[]>> = {
  layers: ({ layers }) => layers.map(({ kind }) => kind),
  activations: ({ layers }) => layers.map(({ activation }) => activation),
  initializers: ({ layers }) => layers.map(({ initializer }) => initializer),
  losses: ({ training }) => [kindOf(training.loss ?? 'crossentropy')],
  optimizers: ({ training }) => [kindOf(training.optimizer)],
  schedules: ({ training }) => [kindOf(training.schedule ?? 'constant')],
  metrics: ({ training }) => ((training.metrics ?? []) as unknown[]).map(kindOf),
  rateSchedules: ({ layers }) => layers.map(({ rate }) => (rate as JsonObject | undefined)?.schedule),
  augmentations: ({ data }) => (data?.augment ?? []).map(kindOf),
};
const kindOf = (value: unknown): unknown => (typeof value === 'string' ? value : (value as JsonObject).kind);

/**
 * Every kind trains in PyTorch: `npm run test:peers` trains what stands in `trainings` in both, and holds the curves against
 * each other. Here it is held that no kind is missing there.
 */
describe('Training in PyTorch', () => {
  const registries = { ...catalogue, activations, initializers };
  for (const [registry, kinds] of Object.entries(registries)) {
    // What a source yields is the same for both: samples, targets and weights, which `trainings` has in all forms.
    if (registry === 'sources') continue;
    for (const kind of kinds.keys()) {
      it(`is compared with the engine's for each of the ${registry}: ${kind}`, () => {
        assert.ok(trainings.some((training) => named[registry](training).includes(kind)));
      });
    }
  }

  for (const parameter of Object.keys(trainingParameters))
    it(`is compared with what "${parameter}" says, or a finding says that it means nothing`, () => {
      const told = (backend: string): boolean =>
        analyze(
          JSON.stringify({
            version: 1,
            layers: [
              { id: 'i', kind: 'input', shape: [2] },
              { id: 'o', kind: 'dense', units: 2, activation: 'softmax' },
            ],
            training: { loss: 'crossentropy', backend, [parameter]: 'strict' },
          }),
          catalogue,
        ).diagnostics.some(({ code }) => code === 'backend-numerics');
      if (parameter === 'numerics') return assert.deepEqual([told('torchrun'), told('builtin')], [true, false]);
      const chosen = parameter === 'backend' || Object.hasOwn(common, parameter);
      assert.ok(chosen || trainings.some(({ training }) => Object.hasOwn(training, parameter)));
    });

  for (const training of trainings)
    it(`has a program and spans of steps: ${training.name}`, () => {
      const trainer = trainerOf(training);
      checkProgram(trainer);
      const span = new Spans(trainer, pytorchNetwork(trainer.network.model)).next(trainer.state(), Infinity);
      assert.equal(span.order.length, trainer.dataset.train.count);
      assert.equal(span.learningRates.length, trainer.stepsPerEpoch);
      assert.equal(span.augmented, training.data?.augment !== undefined);
    });

  it('gets augmented pictures as the steps of the engine see them', async () => {
    const training = trainings.find(({ data }) => data?.augment)!;
    const trainer = trainerOf(training);
    const folder = await mkdtemp(join(tmpdir(), 'inputs-'));
    try {
      const { network, dataset } = trainer;
      for (let step = 0; step < 3; step++) trainer.advance();
      const spans = new Spans(trainer, pytorchNetwork(network.model));
      const span = spans.next(trainer.state(), 2);
      await writeInputs(folder, network, new TrainingSamples(network, dataset), span);
      const { shape, values } = readSafetensors(await readFile(join(folder, 'inputs.safetensors'))).tensors.get(
        'inputs',
      )!;
      assert.deepEqual(shape, [24, 6, 6, 2]);
      // The network's own batch, as its next two steps gather it.
      for (const step of [0, 1]) {
        trainer.advance();
        assert.deepEqual(values.subarray(step * 12 * 72, (step + 1) * 12 * 72), network.input.slice(0, 12 * 72));
      }
      const plain = span.order.flatMap((row) => [
        ...(dataset.train.inputs as Float32Array).subarray(row * 72, row * 72 + 72),
      ]);
      assert.notDeepEqual([...values], plain);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const trainerOf = (training: Training): Trainer => {
  const model = modelOf(training.layers, { ...common, ...training.training });
  return new Trainer(compile(model), datasetOf(training), undefined, () => 0);
};
