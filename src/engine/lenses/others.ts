import type { OtherMasks } from '../records';
import type { LensView, Work } from './define';

export interface OthersAsk {
  /** Of a picture that is shown: its step and sample, from 0. */
  readonly step: number;
  readonly sample: number;
  /** Masks to draw. */
  readonly passes: number;
}

export interface OthersAnswer extends OtherMasks {
  readonly step: number;
  readonly sample: number;
}

/**
 * What the network answers for a sample that is shown with as many other masks, by the weights of that very step: Monte
 * Carlo dropout, see predict.ts. The masks are the same ones whatever the sample, and training uses none of them.
 */
export function* others({ viewer, replayer }: LensView, ask: OthersAsk): Work<OthersAnswer> {
  const { step, sample, passes } = ask;
  const shown = [viewer, replayer.viewer].find((v) => v?.captured?.step === step);
  if (!shown) throw new RangeError(`Step ${step + 1} is no longer shown.`);
  return { step, sample, passes, ...(yield* shown.others(sample, passes)) };
}
