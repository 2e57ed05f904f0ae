import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { countsOf, type Dataset } from '../engine/dataset';
import type { Tensor } from '../engine/real';
import type { Settings } from '../engine/settings';
import type { Trainer } from '../engine/trainer';
import { masksProgram } from '../formats/pytorch/masks';
import { modelProgram } from '../formats/pytorch/model';
import { type PytorchNetwork, pytorchNetwork } from '../formats/pytorch/network';
import { tensorsProgram } from '../formats/pytorch/tensors';
import { trainProgram } from '../formats/pytorch/train';
import { writeSafetensors } from '../formats/safetensors';
import { ModelError } from '../model/diagnostics';
import type { TorchOptions } from '../model/torchOptions';
import { writeAtomically } from '../runs/disk';

/** The texts that a program consists of. */
export const programFiles = ['model.py', 'masks.py', 'tensors.py', 'train.py'];

/**
 * Writes the program and the samples into a folder of their own, in the place of what was there: what somebody else put
 * beside a program would be taken for a module of it.
 * @throws FormatError where the model has no form in PyTorch
 */
export async function writeProgram(folder: string, trainer: Trainer, network: PytorchNetwork): Promise<void> {
  const { model } = trainer.network;
  const program = trainingProgram(trainer, network, trainer.config.optimizer.params);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, 'model.py'), modelProgram(model, network));
  await writeAtomically(join(folder, 'masks.py'), masksProgram);
  await writeAtomically(join(folder, 'tensors.py'), tensorsProgram);
  await writeAtomically(join(folder, 'train.py'), program);
  await writeAtomically(
    join(folder, 'samples.safetensors'),
    writeSafetensors({ tensors: samplesOf(trainer), metadata: new Map() }),
  );
}

/** The text of train.py. @param optimizer its parameters, as they are now */
export function trainingProgram(trainer: Trainer, network: PytorchNetwork, optimizer: Settings['optimizer']): string {
  return trainProgram({
    model: trainer.network.model,
    network,
    optimizer: { kind: trainer.config.optimizer.kind, params: optimizer },
    seed: trainer.network.seed,
    classWeights: classWeightsOf(trainer),
  });
}

/** @throws ModelError on what the program does not do; FormatError on what has no form in PyTorch */
export function checkModel(trainer: Trainer, { processes = 1, hosts }: TorchOptions): void {
  const {
    dataset,
    network: { model },
  } = trainer;
  if (dataset.augment?.kinds.length)
    throw new ModelError(
      'backend',
      ['data', 'augment'],
      'PyTorch gets the samples as they are: remove "augment", or train with the built-in engine.',
    );
  const mixing = model.layers.find(({ kind }) => kind === 'batchNorm');
  if (mixing && processes * (hosts?.count ?? 1) > 1)
    throw new ModelError(
      'backend',
      ['layers', mixing.index],
      `Layer "${mixing.id}" normalises over the batch, of which each process sees a part: train it with one process.`,
    );
  trainingProgram(trainer, pytorchNetwork(model), trainer.config.optimizer.params);
}

/** Training samples as the network reads them. */
function samplesOf({ network, dataset: { train } }: { network: Trainer['network']; dataset: Dataset }) {
  const { inputSize, outputSize } = network;
  const inputs = new Float32Array(train.count * inputSize);
  const targets = new Float32Array(train.count * outputSize);
  for (let i = 0; i < train.count; i++) {
    network.put(train, i, 0);
    inputs.set(network.input.subarray(0, inputSize), i * inputSize);
    targets.set(network.targets.subarray(0, outputSize), i * outputSize);
  }
  const shape = network.model.layers.find((layer) => layer.inputs.length === 0)!.shape;
  return new Map<string, Tensor>([
    ['inputs', { shape: [train.count, ...shape], values: inputs }],
    ['targets', { shape: [train.count, outputSize], values: targets }],
    ['weights', { shape: [train.count], values: train.weights ?? new Float32Array(train.count).fill(1) }],
  ]);
}

/** Of cross-entropy: as given, or balanced by how many training samples each class has. */
function classWeightsOf({ dataset, network }: Trainer): readonly number[] | undefined {
  const { classWeights, weights } = network.model.training!.loss.params;
  if (classWeights === 'given') return weights as readonly number[];
  if (classWeights !== 'balanced') return undefined;
  const counts = countsOf(dataset);
  return Array.from(counts, (n) => (n === 0 ? 1 : dataset.train.count / (counts.length * n)));
}
