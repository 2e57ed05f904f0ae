import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { countsOf } from '../engine/dataset';
import type { Settings } from '../engine/settings';
import type { Trainer } from '../engine/trainer';
import { masksProgram } from '../formats/pytorch/masks';
import { modelProgram } from '../formats/pytorch/model';
import { normsProgram } from '../formats/pytorch/norms';
import { type PytorchNetwork, pytorchNetwork } from '../formats/pytorch/network';
import { tensorsProgram } from '../formats/pytorch/tensors';
import { trainProgram } from '../formats/pytorch/train';
import { writeSafetensors } from '../formats/safetensors';
import { writeAtomically } from '../runs/disk';
import { samplesOf } from './samples';

/** The texts that a program consists of. */
export const programFiles = ['model.py', 'masks.py', 'norms.py', 'tensors.py', 'train.py'];

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
  await writeAtomically(join(folder, 'norms.py'), normsProgram);
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

/** @throws FormatError where a layer, the loss or the optimizer has no form in PyTorch */
export const checkProgram = (trainer: Trainer): void =>
  void trainingProgram(trainer, pytorchNetwork(trainer.network.model), trainer.config.optimizer.params);

/** Of cross-entropy: as given, or balanced by how many training samples each class has. */
function classWeightsOf({ dataset, network }: Trainer): readonly number[] | undefined {
  const { classWeights, weights } = network.model.training!.loss.params;
  if (classWeights === 'given') return weights as readonly number[];
  if (classWeights !== 'balanced') return undefined;
  const counts = countsOf(dataset);
  return Array.from(counts, (n) => (n === 0 ? 1 : dataset.train.count / (counts.length * n)));
}
