import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../engine/settings';
import type { Trainer } from '../engine/trainer';
import { masksProgram } from '../formats/pytorch/masks';
import { modelProgram } from '../formats/pytorch/model';
import { normsProgram } from '../formats/pytorch/norms';
import { type PytorchNetwork, pytorchNetwork } from '../formats/pytorch/network';
import { tensorsProgram } from '../formats/pytorch/tensors';
import { trainProgram } from '../formats/pytorch/train';
import { writeSafetensors } from '../formats/safetensors';
import type { Model } from '../model/model';
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
  await writeTexts(folder, trainer.network.model, network);
  await writeAtomically(
    join(folder, 'samples.safetensors'),
    writeSafetensors({ tensors: samplesOf(trainer), metadata: new Map() }),
  );
}

/** The program alone: what a machine has that takes part in a run which another keeps. @throws FormatError as `writeProgram` */
export async function writeTexts(folder: string, model: Model, network = pytorchNetwork(model)): Promise<void> {
  const program = trainingProgram(model, network);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, 'model.py'), modelProgram(model, network));
  await writeAtomically(join(folder, 'masks.py'), masksProgram);
  await writeAtomically(join(folder, 'norms.py'), normsProgram);
  await writeAtomically(join(folder, 'tensors.py'), tensorsProgram);
  await writeAtomically(join(folder, 'train.py'), program);
}

/** The text of train.py. @param params of the optimizer, as they are now */
export function trainingProgram(
  model: Model,
  network: PytorchNetwork,
  params: Settings['optimizer'] = model.training!.optimizer.params,
): string {
  return trainProgram({ model, network, optimizer: { kind: model.training!.optimizer.kind, params } });
}

/** @throws FormatError where a layer, the loss or the optimizer has no form in PyTorch */
export const checkProgram = ({ network: { model } }: Trainer): void =>
  void trainingProgram(model, pytorchNetwork(model));
