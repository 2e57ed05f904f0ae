import { defineSource } from '../source';
import { drawCurve, drawnNumberParameters } from '../synthetic';

/** What linear regression is made for: a network should do no better. */
export const plane = defineSource({
  kind: 'plane',
  title: 'Plane',
  help: 'One number from two: z = x - y / 2 for x and y from -1 to 1, with noise on z. A single unit without activation is all it takes.',
  parameters: drawnNumberParameters(0.1, 'z'),
  example: { samples: 200, noise: 0.1 },
  load: (params) => Promise.resolve(drawCurve('plane', ['x', 'y'], 'z', params, ([x, y]) => x - y / 2)),
});
