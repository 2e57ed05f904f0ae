import { type Dataset, inputAt } from '../../engine/dataset';
import { Augmenter, augmentationMisfit, pictureShape } from '../../engine/trainingSamples';
import type { PictureSheet } from '../../model/dataView';
import type { Model } from '../../model/model';
import { sizeOf } from '../../model/spec';

const MOST_PICTURES = 480;
const MOST_A_CLASS = 24;
const MOST_BYTES = 2 ** 20;
/** Sides of larger pictures are brought below it. */
const MOST_SIDE = 64;
/** Ways in which augmented pictures are drawn. */
const DRAWS = 4;

/** @param targetOf of a training sample, its class or number as the source has it, and as it is trained on */
export function pictureSheet(
  model: Model,
  dataset: Dataset,
  targetOf: (position: number) => { readonly given: number; readonly trained: number },
): PictureSheet | undefined {
  const shape = pictureShape(model, dataset);
  if (!shape || sizeOf(shape) !== sizeOf(dataset.inputShape)) return undefined;
  const small = reduction(shape);
  const size = small.height * small.width * small.channels;
  const positions = choose(dataset, (position) => targetOf(position).trained, Math.floor(MOST_BYTES / size));
  const { train } = dataset;
  const whole = sizeOf(shape);
  const values = Float32Array.from({ length: positions.length * whole }, (_, i) =>
    inputAt(train, positions[Math.floor(i / whole)] * whole + (i % whole)),
  );
  const [low, high] = rangeOf(values);
  const pixelsOf = (pictures: Float32Array): Uint8Array => shrink(pictures, positions.length, shape, small, low, high);
  return {
    ...small,
    rows: Uint32Array.from(positions, (p) => train.rows[p]),
    targets: Float64Array.from(positions, (p) => targetOf(p).trained),
    given: Float64Array.from(positions, (p) => targetOf(p).given),
    pixels: pixelsOf(values),
    draws: drawsOf(model, dataset, positions.length, values, whole).map(pixelsOf),
  };
}

/** Positions of training samples, class by class: the first of each in the order of the training part. */
function choose({ target, train }: Dataset, classOf: (position: number) => number, room: number): number[] {
  const most = Math.min(MOST_PICTURES, room);
  if (target.type === 'numbers')
    return Array.from({ length: Math.min(train.count, most) }, (_, i) => i).sort(
      (a, b) => classOf(a) - classOf(b) || a - b,
    );
  const each = Math.max(1, Math.min(MOST_A_CLASS, Math.floor(most / target.names.length)));
  const chosen = target.names.map((): number[] => []);
  for (let position = 0; position < train.count; position++) {
    const own = chosen[classOf(position)];
    if (own.length < each) own.push(position);
  }
  return chosen.flat().slice(0, most);
}

/** Each draw as the first, second, … step would make it of these samples. */
function drawsOf(model: Model, dataset: Dataset, count: number, values: Float32Array, size: number): Float32Array[] {
  if (!dataset.augment || augmentationMisfit(model, dataset)) return [];
  const augmenter = new Augmenter(model, dataset, model.training?.seed ?? 0);
  return Array.from({ length: DRAWS }, (_, step) => {
    const drawn = values.slice();
    for (let sample = 0; sample < count; sample++) augmenter.apply(drawn, sample * size, step, sample);
    return drawn;
  });
}

type Small = Pick<PictureSheet, 'height' | 'width' | 'channels' | 'reduced'>;

function reduction([height, width, channels]: readonly number[]): Small {
  const reduced = Math.max(1, Math.ceil(Math.max(height, width) / MOST_SIDE));
  return {
    height: Math.ceil(height / reduced),
    width: Math.ceil(width / reduced),
    channels: channels === 3 ? 3 : 1,
    reduced,
  };
}

/** Brings pictures to bytes, each pixel the mean of those it stands for. Other numbers of channels than 3 show the first. */
function shrink(
  from: Float32Array,
  count: number,
  [height, width, channels]: readonly number[],
  small: Small,
  low: number,
  high: number,
): Uint8Array {
  const { reduced } = small;
  const out = new Uint8Array(count * small.height * small.width * small.channels);
  const scale = high > low ? 255 / (high - low) : 0;
  let at = 0;
  for (let picture = 0; picture < count; picture++)
    for (let y = 0; y < small.height; y++)
      for (let x = 0; x < small.width; x++)
        for (let c = 0; c < small.channels; c++) {
          let [sum, pixels] = [0, 0];
          for (let v = y * reduced; v < Math.min(height, (y + 1) * reduced); v++)
            for (let u = x * reduced; u < Math.min(width, (x + 1) * reduced); u++, pixels++)
              sum += from[((picture * height + v) * width + u) * channels + c];
          out[at++] = Math.round((sum / pixels - low) * scale);
        }
  return out;
}

function rangeOf(values: Float32Array): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
