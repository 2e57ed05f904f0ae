import { defineAugmentation } from './define';

/** DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout" (2017). */
export const erase = defineAugmentation({
  kind: 'erase',
  title: 'Erase',
  help: 'Sets a square of a picture to 0 of the data (Cutout): dropout of neighbouring pixels. Its middle lies anywhere in the picture, so some of it may lie outside.',
  parameters: {
    size: {
      type: 'integer',
      title: 'Size',
      help: 'Side of the square, in pixels. At most the picture’s height and width.',
      default: 4,
      min: 1,
      max: 65535,
    },
    probability: {
      type: 'number',
      title: 'Probability',
      help: 'How likely something of a picture is erased, each time it is trained on.',
      default: 1,
      above: 0,
      max: 1,
      step: 0.05,
    },
  },
  example: { size: 3 },
  misfit({ size }, { height, width }) {
    const most = Math.min(height, width);
    if (size <= most) return undefined;
    return { parameter: 'size', message: `pictures of ${height} × ${width} are smaller. Write at most ${most}.` };
  },
  create({ size, probability }, { height, width, channels, blank }) {
    return {
      apply(from, to, random) {
        if (!random.chance(probability)) return false;
        const top = random.below(height) - (size >> 1);
        const left = random.below(width) - (size >> 1);
        for (let y = 0, at = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            const erased = y >= top && y < top + size && x >= left && x < left + size;
            for (let c = 0; c < channels; c++, at++) to[at] = erased ? blank[c] : from[at];
          }
        return true;
      },
    };
  },
});
