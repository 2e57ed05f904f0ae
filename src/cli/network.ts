import { isFusedAvailable } from '../engine/kernels/wasm/machine';
import { compile, type Network } from '../engine/network';
import type { Model } from '../model/model';
import { type CheckpointName, type OpenedRun, readCheckpoint, usualCheckpoint } from '../runs/open';
import { putWeights } from '../runs/weights';
import { kernelsFor } from '../threads/kernels';

/**
 * A run's network, to ask and not to train.
 * @param checkpoint whose weights; by default the best, or the last where there are no best
 * @throws RunError where the checkpoint cannot be read
 */
export async function networkOf(
  model: Model,
  { directory, info, checkpoints }: OpenedRun,
  { checkpoint: wanted, maxBatch }: { readonly checkpoint?: CheckpointName; readonly maxBatch?: number } = {},
): Promise<{ readonly network: Network; readonly checkpoint: CheckpointName }> {
  if (!info) throw new Error('A run whose model can be read has a run.json.');
  // Where there are no fused kernels, strict ones give the same answers but for the last digits.
  const numerics = info.numerics === 'fused' && !isFusedAvailable() ? 'strict' : info.numerics;
  const kernels = kernelsFor(model, { numerics, threads: 1 });
  const network = compile(model, { seed: info.seeds.training, gradients: false, maxBatch, kernels });
  const checkpoint = wanted ?? usualCheckpoint(checkpoints);
  putWeights(network, await readCheckpoint(directory, checkpoint));
  return { network, checkpoint };
}
