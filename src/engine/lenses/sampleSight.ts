import type { Sight } from '../records';
import type { Part, Trainer, Upcoming } from '../trainer';
import { drops, partOf } from './answers';
import type { LensView, Work } from './define';

export interface SampleSightAsk {
  readonly part: Part;
  /** Place in its part, from 0. */
  readonly position: number;
  /** The step, from 0, whose picture of this sample is shown: more is wanted of that very one, if it is there. */
  readonly held?: number;
  /** As in `Watch`. */
  readonly strip?: string | null;
  /** Other masks that it is answered with, besides. */
  readonly passes: number;
}
export interface SampleSightAnswer {
  readonly part: Part;
  readonly position: number;
  readonly sight: Sight;
}

/**
 * One sample of any part, as the network of this moment sees it in training: as if it came first in the batch of the next
 * step, with the masks of that place.
 * @throws RangeError where there is no such sample, or it is one of the test set, which is not due yet
 */
export function* sampleSight({ trainer, copies }: LensView, ask: SampleSightAsk): Work<SampleSightAnswer> {
  const { part, position, held, strip, passes } = ask;
  const samples = partOf(trainer, part);
  if (!Number.isInteger(position) || position < 0 || position >= samples.count)
    throw new RangeError(`The ${part} samples are 0 to ${samples.count - 1}; asked for ${position}.`);
  const viewer = copies.viewing();
  const { guest, captured } = viewer;
  const again = held !== undefined && captured?.step === held && guest?.samples === samples && guest.at === position;
  if (!again) viewer.capture(upcomingOf(trainer), { samples, at: position });
  const sight = viewer.look(0, strip);
  if (!drops(trainer.network)) return { part, position, sight };
  yield;
  const others = { passes, ...(yield* viewer.others(0, passes)) };
  return { part, position, sight: { ...sight, others } };
}

/** The next step; where none comes next, one like it of the first samples. */
function upcomingOf(trainer: Trainer): Upcoming {
  const { step, epoch, batches, dataset } = trainer;
  const rows = Uint32Array.from({ length: Math.min(batches.size, dataset.train.count) }, (_, i) => i);
  return trainer.upcoming() ?? { step, epoch, rows };
}
