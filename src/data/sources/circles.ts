import { defineSource } from '../source';
import { drawPoints, drawnParameters, planeOf } from '../synthetic';

const classes = ['outer', 'inner'] as const;

/** As scikit-learn's make_circles, whose `factor` is 0.8 where ours is 0.5: rings that a small network can part. */
export const circles = defineSource({
  kind: 'circles',
  title: 'Circles',
  help: 'One ring inside another: no straight line parts them.',
  parameters: {
    ...drawnParameters(0.1),
    factor: {
      type: 'number',
      title: 'Inner radius',
      help: 'Radius of the inner ring; the outer ring has 1.',
      default: 0.5,
      min: 0,
      below: 1,
      step: 0.05,
    },
  },
  example: { samples: 200, noise: 0.1 },
  yields: planeOf(classes),
  load: (params) =>
    Promise.resolve(
      drawPoints('circles', classes, params, (label, i, count) => {
        const radius = label === 0 ? 1 : params.factor;
        const angle = (2 * Math.PI * i) / count;
        return [radius * Math.cos(angle), radius * Math.sin(angle)];
      }),
    ),
});
