import { defineSource } from '../source';
import { drawPoints, drawnParameters, planeOf } from '../synthetic';

const classes = ['alike', 'different'] as const;
/** Keeps the four squares apart, so that without noise a network can be all right. */
const gap = 0.1;

/** Exclusive or: "alike" where x and y have the same sign. */
export const xor = defineSource({
  kind: 'xor',
  title: 'Exclusive or',
  help: 'Four squares of points around the origin, opposite ones alike: the classic that no single layer can learn.',
  parameters: drawnParameters(0.1),
  example: { samples: 200, noise: 0.1 },
  yields: planeOf(classes),
  load: (params) =>
    Promise.resolve(
      drawPoints('xor', classes, params, (label, i, _count, random) => {
        // Quadrants in turn, so that the two squares of a class differ by at most one point.
        const side = i % 2 === 0 ? 1 : -1;
        const x = side * (gap + (1 - gap) * random.uniform());
        const y = (label === 0 ? side : -side) * (gap + (1 - gap) * random.uniform());
        return [x, y];
      }),
    ),
});
