import { defineSource } from '../source';
import { drawPoints, drawnParameters, planeOf, spaced } from '../synthetic';

const classes = ['upper', 'lower'] as const;

/** As scikit-learn's make_moons: points evenly spaced on the half circles, then noise. */
export const moons = defineSource({
  kind: 'moons',
  title: 'Two moons',
  help: 'Two half circles of radius 1 that reach into each other: the upper around (0, 0), the lower around (1, 0.5).',
  parameters: drawnParameters(0.2),
  example: { samples: 200, noise: 0.2 },
  yields: planeOf(classes),
  load: (params) =>
    Promise.resolve(
      drawPoints('moons', classes, params, (label, i, count) => {
        const angle = spaced(0, Math.PI, i, count);
        return label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
      }),
    ),
});
