import { defineAugmentation } from './define';
import { type Border, move } from './moving';

/** As He et al. train on CIFAR-10, "Deep Residual Learning for Image Recognition" (CVPR 2016), section 4.2, with padding 4. */
export const crop = defineAugmentation({
  kind: 'crop',
  title: 'Crop',
  help: 'Pads a picture on all four sides and cuts one of its old size out of it, each place as likely: the recipe for CIFAR-10, with a "flip" beside it.',
  parameters: {
    padding: {
      type: 'integer',
      title: 'Padding',
      help: 'Pixels added on each side. Less than the picture’s height and width.',
      default: 4,
      min: 1,
      max: 65535,
    },
    border: {
      type: 'choice',
      title: 'Border',
      help: 'What the padding is made of.',
      default: 'zero',
      options: [
        { value: 'zero', help: '0 of the data: black, for most pictures.' },
        { value: 'edge', help: 'The pixel at the border, again and again.' },
        { value: 'mirror', help: 'The picture, mirrored at its border.' },
      ],
    },
  },
  example: { padding: 2 },
  misfit({ padding }, { height, width }) {
    const size = Math.min(height, width);
    if (padding < size) return undefined;
    return {
      parameter: 'padding',
      message: `it could cut nothing but padding out of pictures of ${height} × ${width}. Write less than ${size}.`,
    };
  },
  create({ padding, border }, picture) {
    const places = 2 * padding + 1;
    return {
      apply(from, to, random) {
        const down = random.below(places) - padding;
        const right = random.below(places) - padding;
        if (down === 0 && right === 0) return false;
        move(from, to, picture, down, right, border as Border);
        return true;
      },
    };
  },
});
