import { basename } from 'node:path';
import type { Network } from '../engine/network';
import type { TensorFile } from '../formats/safetensors';
import { epochOf, weightsOf } from './checkpoint';
import { type RunFiles, disk } from './disk';
import { RunError } from './error';
import type { RunInfo } from './info';
import { type CheckpointName, openRun, readCheckpoint, usualCheckpoint } from './open';
import { misfitsOf, putWeights, tellMisfits } from './weights';

/** Weights of a run that another one begins with. */
export interface InitialWeights {
  readonly from: Omit<NonNullable<RunInfo['initial']>, 'sha256'>;
  readonly weights: TensorFile;
}

/**
 * Reads the weights of a run, to begin another one with them.
 * @param wanted the checkpoint; default its best or, where there is none, its last
 * @throws RunError where the run has none, or they cannot be read
 */
export async function readInitial(
  directory: string,
  wanted?: CheckpointName,
  files: RunFiles = disk,
): Promise<InitialWeights> {
  const { checkpoints, info } = await openRun(directory, files);
  const checkpoint = wanted ?? usualCheckpoint(checkpoints);
  if (!checkpoints.includes(checkpoint))
    throw new RunError(
      checkpoints.length === 0
        ? `${directory} has no weights yet: it has no checkpoint.`
        : `${directory} has no checkpoint "${checkpoint}"; it has ${checkpoints.join(', ')}.`,
    );
  const file = await readCheckpoint(directory, checkpoint, files);
  const epoch = epochOf(file, checkpoint === 'last' ? info?.kept : undefined);
  return {
    from: { run: basename(directory), checkpoint, ...(epoch !== undefined && { epoch }) },
    weights: weightsOf(file),
  };
}

/**
 * Begins with the weights of another run: all of them, and for every layer.
 * @throws RunError naming what does not fit, with nothing changed
 */
export function beginWith(network: Network, { from, weights }: InitialWeights): void {
  const misfits = misfitsOf(network, weights);
  if (misfits.length > 0)
    throw new RunError(`The weights of ${from.run} do not fit this model: ${tellMisfits(misfits)}`);
  putWeights(network, weights);
}
