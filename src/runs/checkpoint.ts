import type { Trainer } from '../engine/trainer';
import type { TrainerCounters, TrainerState } from '../engine/state';
import { FormatError } from '../formats/error';
import type { TensorFile } from '../formats/safetensors';

/** Tells our files from other programs' in the metadata. */
const kind = 'dropout-studio-checkpoint-1';

/** A trainer's state as a file: tensors under their names, counters as JSON in the metadata. */
export function toCheckpoint({ counters, tensors }: TrainerState): TensorFile {
  return {
    tensors,
    metadata: new Map([
      ['format', kind],
      ['counters', JSON.stringify(counters)],
    ]),
  };
}

/** @throws FormatError where the file is a safetensors file, but none that `toCheckpoint` made */
export function fromCheckpoint({ tensors, metadata }: TensorFile): TrainerState {
  const counters = metadata.get('counters');
  if (metadata.get('format') !== kind || counters === undefined) {
    throw new FormatError(`The file holds no training state: its metadata should say "format": "${kind}".`);
  }
  try {
    return { counters: JSON.parse(counters) as TrainerCounters, tensors };
  } catch (error) {
    throw new FormatError(`The checkpoint's counters are damaged: ${(error as Error).message}`);
  }
}

/** The weights of the best epoch alone, for prediction and export; undefined before there is one. */
export function bestCheckpoint({ best }: Trainer): TensorFile | undefined {
  if (!best) return undefined;
  const metadata = new Map([
    ['format', 'dropout-studio-weights-1'],
    ['epoch', String(best.epoch)],
    ['loss', String(best.loss)],
  ]);
  return { tensors: best.weights, metadata };
}
