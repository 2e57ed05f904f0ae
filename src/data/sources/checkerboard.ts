import { defineSource } from '../source';
import { drawPoints, drawnParameters, planeOf } from '../synthetic';

const classes = ['light', 'dark'] as const;
/** Squares along a side. */
const side = 4;

/** Points spread evenly over a board from -1 to 1, of the class of their square. */
export const checkerboard = defineSource({
  kind: 'checkerboard',
  title: 'Checkerboard',
  help: 'A board of 4 × 4 squares from -1 to 1 in both directions, in two classes by turns: needs many units, and shows how dropout smooths corners.',
  parameters: drawnParameters(0),
  example: { samples: 400, noise: 0 },
  yields: planeOf(classes),
  load: (params) =>
    Promise.resolve(
      drawPoints('checkerboard', classes, params, (label, i, _count, random) => {
        // Rows of the board in turn, and of each row the squares of the class.
        const row = i % side;
        const column = 2 * Math.floor(2 * random.uniform()) + ((row + label) % 2);
        const place = (square: number): number => -1 + (2 / side) * (square + random.uniform());
        return [place(column), place(row)];
      }),
    ),
});
