import type { Sight } from '../records';
import type { LensView, Work } from './define';

export interface ReplayAsk {
  /** From 0; a sample beyond the step's batch begins again at its first. */
  readonly step: number;
  readonly sample: number;
  /** As in `Watch`. */
  readonly strip?: string | null;
}

export interface ReplayAnswer {
  /** The step asked for, the one that the way there set out from, and how far it has come, all from 0. */
  readonly step: number;
  readonly from: number;
  readonly at: number;
  /** Once it is there. Before, the same question goes on with the way. */
  readonly sight?: Sight;
}

/** Makes a step of the run again and shows one sample of it: see Replayer. */
export function* replay({ replayer }: LensView, { step, sample, strip }: ReplayAsk): Work<ReplayAnswer> {
  const way = yield* replayer.towards(step);
  if (way.at !== step) return { step, ...way };
  const viewer = replayer.viewer!;
  return { step, ...way, sight: viewer.look(sample % viewer.captured!.batchSize, strip) };
}
