import { defineAugmentation } from './define';

export const flip = defineAugmentation({
  kind: 'flip',
  title: 'Flip',
  help: 'Mirrors a picture with a probability. Not for what reads differently in a mirror, such as digits and letters.',
  parameters: {
    axis: {
      type: 'choice',
      title: 'Axis',
      help: 'What changes sides.',
      default: 'horizontal',
      options: [
        { value: 'horizontal', help: 'Left and right.' },
        { value: 'vertical', help: 'Top and bottom.' },
      ],
    },
    probability: {
      type: 'number',
      title: 'Probability',
      help: 'How likely a picture is flipped, each time it is trained on.',
      default: 0.5,
      above: 0,
      max: 1,
      step: 0.05,
    },
  },
  example: {},
  create: ({ axis, probability }, { height, width, channels }) => {
    const sideways = axis === 'horizontal';
    return {
      apply(from, to, random) {
        if (!random.chance(probability)) return false;
        for (let y = 0, at = 0; y < height; y++) {
          const row = sideways ? y : height - 1 - y;
          for (let x = 0; x < width; x++) {
            const start = (row * width + (sideways ? width - 1 - x : x)) * channels;
            for (let c = 0; c < channels; c++, at++) to[at] = from[start + c];
          }
        }
        return true;
      },
    };
  },
});
