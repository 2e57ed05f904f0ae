import { showShape } from '../../model/parameters';
import { ShapeError, sizeOf, type Shape } from '../../model/spec';
import { defineLayer } from '../define';
import { droppingAt, type MaskDrawer } from '../dropping';
import { drawMask, dropoutStream } from '../rng/philox';
import { maskBuffers, masked } from './parts/masked';
import { rateParameter } from './parts/rate';

/**
 * Ghiasi, Lin and Le, "DropBlock: A Regularization Method for Convolutional Networks" (2018): their keep_prob is
 * 1 - `rate`, and each channel has a mask of its own, which they found better. What is kept is scaled by values / values
 * kept, here over the channels of one sample rather than of the batch: a sample's values depend on no other sample.
 */
export const dropBlock = defineLayer({
  kind: 'dropBlock',
  title: 'DropBlock',
  help: 'In training, drops squares of `blockSize` in each channel, other ones for each sample, about `rate` of all values (blocks overlap, so a little fewer), and scales the rest to keep the sum. For feature maps, where a single dropped value is told by its neighbours.',
  group: 'Dropout',
  off: { rate: 0 },
  drops: true,
  inputs: { min: 1, max: 1 },
  parameters: {
    ...rateParameter('The share of values to drop.'),
    blockSize: {
      type: 'integer',
      title: 'Block size',
      help: 'Height and width of what is dropped in one piece. 1 is dropout.',
      min: 1,
      max: 1024,
      step: 1,
      default: 3,
    },
  },
  example: { rate: 0.2, blockSize: 2 },
  exampleInputs: [[6, 6, 3]],
  shape({ blockSize }, [shape]) {
    if (shape.length !== 3)
      throw new ShapeError(
        `DropBlock reads feature maps, [height, width, channels]; found ${showShape(shape)}. For other values take "dropout".`,
      );
    if (blockSize > shape[0] || blockSize > shape[1])
      throw new ShapeError(
        `A block of ${blockSize} × ${blockSize} does not fit into maps of ${shape[0]} × ${shape[1]}. ` +
          `Set "blockSize" to at most ${Math.min(shape[0], shape[1])}.`,
      );
    return shape;
  },
  buffers: maskBuffers,
  masks: ({ id, params, shape }, seed) => blocks(shape, params.blockSize, seed, id),
  build: (b) => masked(b, blocks(b.shape, b.params.blockSize, b.seed, b.id), 'count'),
});

/**
 * The probability that a block begins at a place where one can: as many as drop `rate` of the values, overlaps aside.
 * Never above `rate`, for (height - size + 1) size is at least height.
 */
export function blockProbability(rate: number, size: number, height: number, width: number): number {
  return (rate / size ** 2) * ((height * width) / ((height - size + 1) * (width - size + 1)));
}

/** Draws where blocks begin (their upper left corner), only where they lie inside of the map. */
function blocks([height, width, channels]: Shape, size: number, seed: number, layer: string): MaskDrawer {
  const units = height * width * channels;
  const rows = height - size + 1;
  const columns = width - size + 1;
  const places = sizeOf([rows, columns, channels]);
  const begins = new Uint8Array(places);
  const words = new Uint32Array(4);
  /** How likely a block begins at a place, and the rate it was computed for. */
  const begin = droppingAt(0.5);
  let rateOfBegin = NaN;
  const stream = dropoutStream(layer);
  const chance = (rate: number): number => blockProbability(rate, size, height, width);
  const drawBegins: MaskDrawer['draw'] = (to, offset, { rate }, step, sample) => {
    if (rate !== rateOfBegin) {
      rateOfBegin = rate;
      begin.rate = chance(rate);
    }
    return drawMask(to, offset, places, words, seed, stream, step, sample, begin);
  };
  return {
    units,
    pieces: { name: 'block', count: places, draw: drawBegins, chance },
    draw(mask, offset, rated, step, sample) {
      drawBegins(begins, 0, rated, step, sample);
      for (let i = 0; i < units; i++) mask[offset + i] = 0;
      let dropped = 0;
      for (let place = 0; place < places; place++) {
        if (begins[place] === 0) continue;
        const channel = place % channels;
        const left = Math.floor(place / channels) % columns;
        const top = Math.floor(place / (channels * columns));
        for (let y = top; y < top + size; y++)
          for (let x = left; x < left + size; x++) {
            const at = offset + (y * width + x) * channels + channel;
            dropped += 1 - mask[at];
            mask[at] = 1;
          }
      }
      return dropped;
    },
  };
}
