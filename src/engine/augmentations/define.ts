/**
 * Augmentations: what is done to training pictures when their batch is gathered, drawn anew for each. They show the
 * network more pictures than there are, as dropout shows it more networks than one. Evaluation never sees them.
 */
import type { Configured } from '../../model/model';
import type { JsonObject } from '../../model/json';
import type { KindSpec, Parameters } from '../../model/spec';
import type { Real } from '../real';
import type { Random } from '../rng/philox';
import { type Typed, typed } from '../typed';

/** What a dataset wants done to its training samples. */
export interface Augmenting {
  /** One after another. */
  readonly kinds: readonly Configured[];
  /** What 0 of the data is to the network: one number for all values, or one for each channel. */
  readonly blank: Float32Array;
}

/** The pictures of a dataset, [height, width, channels] in memory, as the network gets them. */
export interface PictureFacts {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** What stands where a picture has nothing: a number for each channel. */
  readonly blank: Float32Array;
}

export interface Augmentation {
  /**
   * Draws, and writes what becomes of the picture `from` into `to`, without allocating.
   * @param random at the start of its sequence for this step and sample
   * @returns false where the picture stays as it is: then `to` holds nothing
   */
  apply(from: Real, to: Real, random: Random): boolean;
}

export interface AugmentationDefinition extends KindSpec {
  /** @returns the parameter that does not fit such pictures, and what is wrong with the remedy; undefined where all do */
  misfit?(
    params: JsonObject,
    picture: PictureFacts,
  ): { readonly parameter: string; readonly message: string } | undefined;
  create(params: JsonObject, picture: PictureFacts): Augmentation;
}

interface AugmentationSource<P extends Parameters> extends Omit<KindSpec, 'parameters' | 'check'> {
  readonly parameters: P;
  readonly misfit?: (
    params: Typed<P>,
    picture: PictureFacts,
  ) => ReturnType<NonNullable<AugmentationDefinition['misfit']>>;
  create(params: Typed<P>, picture: PictureFacts): Augmentation;
}

export function defineAugmentation<const P extends Parameters>(source: AugmentationSource<P>): AugmentationDefinition {
  const { misfit } = source;
  return {
    ...source,
    misfit: misfit && ((params, picture) => misfit(typed<P>(params), picture)),
    create: (params, picture) => source.create(typed<P>(params), picture),
  };
}
