import type { JsonPath } from '../model/json';
import type { Model } from '../model/model';
import { sizeOf } from '../model/spec';
import { type Augmentation, type AugmentationDefinition, type PictureFacts } from './augmentations/define';
import { augmentations } from './augmentations/index';
import { type Dataset, isAugmented } from './dataset';
import { kindOf } from './define';
import type { Network } from './network';
import { newReal, type Precision, type Real } from './real';
import { Random } from './rng/philox';

interface Drawn {
  readonly augmentation: Augmentation;
  /** Of its own: what one draws moves no other. */
  readonly random: Random;
}

/**
 * Draws what becomes of training pictures. What is drawn for one depends on (seed, stream, step, position in the batch)
 * alone, so that whoever draws anew, be it a view, a resumed run, or one on another number of threads, gets the same
 * bits. The streams are "augment/<kind>", for the second of a kind "augment/<kind>/2". Nothing is allocated after the
 * constructor.
 */
export class Augmenter {
  readonly #drawn: readonly Drawn[];
  /** The picture as it is, and as it becomes, in turn. */
  readonly #one: Real;
  readonly #other: Real;

  /** @throws RangeError where the samples cannot be augmented as the data says: see `augmentationMisfit` */
  constructor(model: Model, dataset: Dataset, seed: number, precision: Precision = 'float32') {
    const problem = augmentationMisfit(model, dataset);
    if (problem) throw new RangeError(problem.message);
    const kinds = dataset.augment?.kinds ?? [];
    const picture = kinds.length > 0 ? pictureFacts(model, dataset)! : undefined;
    const seen = new Map<string, number>();
    this.#drawn = kinds.map(({ kind, params }) => {
      const nth = (seen.get(kind) ?? 0) + 1;
      seen.set(kind, nth);
      return {
        augmentation: definitionOf(kind).create(params, picture!),
        random: new Random(seed, nth === 1 ? `augment/${kind}` : `augment/${kind}/${nth}`),
      };
    });
    const size = picture ? sizeOf(dataset.inputShape) : 0;
    this.#one = newReal(precision, size);
    this.#other = newReal(precision, size);
  }

  /**
   * Augments, in place, the picture that begins at `start`.
   * @param step number of the training step, from 0
   * @param sample its position in the step's batch
   */
  apply(pictures: Real, start: number, step: number, sample: number): void {
    let from = this.#one;
    let to = this.#other;
    let changed = false;
    for (let i = 0; i < from.length; i++) from[i] = pictures[start + i];
    for (let i = 0; i < this.#drawn.length; i++) {
      const { augmentation, random } = this.#drawn[i];
      if (!augmentation.apply(from, to, random.restart(step, sample))) continue;
      const was = from;
      from = to;
      to = was;
      changed = true;
    }
    if (changed) for (let i = 0; i < from.length; i++) pictures[start + i] = from[i];
  }
}

/** Training samples as a step sees them: augmented where the data says so. */
export class TrainingSamples {
  readonly #network: Network;
  readonly #dataset: Dataset;
  readonly #augmenter: Augmenter | undefined;

  /** @throws RangeError where the samples cannot be augmented as the data says: see `augmentationMisfit` */
  constructor(network: Network, dataset: Dataset) {
    const { model, seed, precision } = network;
    this.#network = network;
    this.#dataset = dataset;
    if (isAugmented(dataset)) this.#augmenter = new Augmenter(model, dataset, seed, precision);
  }

  /**
   * Copies one training sample into row `row` of the network's batch.
   * @param index its position in the training part
   * @param step number of the training step, from 0
   * @param sample its position in the step's batch
   */
  put(index: number, row: number, step: number, sample: number): void {
    const { input, inputSize } = this.#network;
    this.#network.put(this.#dataset.train, index, row);
    this.#augmenter?.apply(input, row * inputSize, step, sample);
  }
}

const definitionOf = (kind: string): AugmentationDefinition => kindOf(augmentations, 'augmentation', kind);

/**
 * What is wrong with augmenting this data for this model; undefined where nothing is.
 * @returns the place of the value in the model that is to be changed, and why
 */
export function augmentationMisfit(
  model: Model,
  dataset: Dataset,
): { readonly path: JsonPath; readonly message: string } | undefined {
  const { augment } = dataset;
  if (!augment || augment.kinds.length === 0) return undefined;
  const path = ['data', 'augment'];
  const picture = pictureFacts(model, dataset);
  if (!picture)
    return {
      path,
      message:
        `"augment" changes pictures, but a sample of ${dataset.title} is ${dataset.inputShape.join(' × ')} numbers. ` +
        'Where they are the pixels of a picture, give the input layer the shape [height, width, channels], or "image": [height, width]; else remove "augment".',
    };
  if (augment.blank.length !== 1 && augment.blank.length !== picture.channels)
    return {
      path: ['data', 'scale'],
      message:
        '"augment" moves pixels to other places, but each place is scaled by a mean and deviation of its own. ' +
        'Write "scale": "divide", or remove "augment".',
    };
  for (const [i, { kind, params }] of augment.kinds.entries()) {
    const wrong = definitionOf(kind).misfit?.(params, picture);
    if (wrong)
      return { path: [...path, i], message: `The augmentation "${kind}", "${wrong.parameter}": ${wrong.message}` };
  }
  return undefined;
}

/** The samples as pictures: as the data has them, or as the input layer takes or draws them. */
export function pictureShape(model: Model, { inputShape }: Pick<Dataset, 'inputShape'>): readonly number[] | undefined {
  const input = model.layers.find((layer) => layer.inputs.length === 0);
  const image = input?.params.image as readonly number[] | undefined;
  if (inputShape.length === 3) return inputShape;
  if (input?.shape.length === 3) return input.shape;
  return image && [...image, 1];
}

function pictureFacts(model: Model, dataset: Dataset): PictureFacts | undefined {
  const shape = pictureShape(model, dataset);
  if (!shape) return undefined;
  const [height, width, channels] = shape;
  const given = dataset.augment?.blank ?? Float32Array.of(0);
  const blank = given.length === 1 ? new Float32Array(channels).fill(given[0]) : given;
  return { height, width, channels, blank };
}
