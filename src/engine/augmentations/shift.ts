import { defineAugmentation } from './define';
import { move } from './moving';

export const shift = defineAugmentation({
  kind: 'shift',
  title: 'Shift',
  help: 'Moves a picture by whole pixels, each distance as likely; what comes into it from beyond its border is 0 of the data.',
  parameters: {
    by: {
      type: 'integer',
      title: 'By',
      help: 'The most pixels that it moves, in either direction. Less than the picture’s height and width.',
      default: 1,
      min: 1,
      max: 65535,
    },
    axis: {
      type: 'choice',
      title: 'Axis',
      help: 'Where it moves to.',
      default: 'both',
      options: [
        { value: 'both', help: 'Up or down, and left or right.' },
        { value: 'horizontal', help: 'Left or right.' },
        { value: 'vertical', help: 'Up or down.' },
      ],
    },
  },
  example: { by: 2 },
  misfit({ by, axis }, { height, width }) {
    const size = axis === 'horizontal' ? width : axis === 'vertical' ? height : Math.min(height, width);
    if (by < size) return undefined;
    return {
      parameter: 'by',
      message: `it would move pictures of ${height} × ${width} out of sight. Write less than ${size}.`,
    };
  },
  create({ by, axis }, picture) {
    const places = 2 * by + 1;
    return {
      apply(from, to, random) {
        const down = axis === 'horizontal' ? 0 : random.below(places) - by;
        const right = axis === 'vertical' ? 0 : random.below(places) - by;
        if (down === 0 && right === 0) return false;
        move(from, to, picture, down, right, 'zero');
        return true;
      },
    };
  },
});
