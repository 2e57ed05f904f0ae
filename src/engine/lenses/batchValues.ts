import type { LensView, Work } from './define';

export interface BatchValuesAsk {
  /** Of a picture that is shown: its step, from 0. */
  readonly step: number;
  /** A layer that drops: what it reads is wanted. Of one that drops connections, what it gives. */
  readonly layer: string;
}
export interface BatchValuesAnswer {
  readonly step: number;
  readonly layer: string;
  /** Samples, from the first of the batch: all of it, unless their values are more than MOST_VALUES. */
  readonly rows: number;
  /** Values of one sample. */
  readonly size: number;
  /** rows x size. */
  readonly values: Float32Array;
}

/** A megabyte of them goes over the wire. */
const MOST_VALUES = 262_144;

/**
 * What a layer's units gave in every sample of the batch that is shown, before any of them was dropped: by the weights and
 * masks of that very step.
 * @throws RangeError where the step is no longer shown, or the layer drops nothing
 */
export function* batchValues({ viewer, replayer }: LensView, ask: BatchValuesAsk): Work<BatchValuesAnswer> {
  const shown = [viewer, replayer.viewer].find((v) => v?.captured?.step === ask.step);
  if (!shown) throw new RangeError(`Step ${ask.step + 1} is no longer shown.`);
  return { ...ask, ...(yield* shown.batch(ask.layer, MOST_VALUES)) };
}
