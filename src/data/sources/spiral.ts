import { defineSource } from '../source';
import { drawPoints, drawnParameters, planeOf } from '../synthetic';

const classes = ['first arm', 'second arm'] as const;
const radius = 2;

/** Two Archimedean spirals from the middle to radius 2, the second turned by half a circle. */
export const spiral = defineSource({
  kind: 'spiral',
  title: 'Spirals',
  help: 'Two arms wound round each other from the middle to radius 2: the hardest of the drawn sets.',
  parameters: {
    ...drawnParameters(0.1),
    turns: {
      type: 'number',
      title: 'Turns',
      help: 'How often each arm goes round. Neighbouring arms are 1 / turns apart.',
      default: 1.5,
      above: 0,
      max: 20,
      step: 0.25,
    },
  },
  example: { samples: 300, noise: 0.1 },
  yields: planeOf(classes),
  load: (params) =>
    Promise.resolve(
      drawPoints('spiral', classes, params, (label, i, count) => {
        // Not from 0: both arms would begin in the same point.
        const along = (i + 1) / count;
        const angle = 2 * Math.PI * params.turns * along + label * Math.PI;
        return [radius * along * Math.cos(angle), radius * along * Math.sin(angle)];
      }),
    ),
});
