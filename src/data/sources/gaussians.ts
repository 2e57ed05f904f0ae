import { defineSource } from '../source';
import { drawPoints, drawnParameters, planeOf } from '../synthetic';

const classes = ['left', 'right'] as const;

/** Two clouds: their noise is their width, so that a straight line parts them as well as anything can. */
export const gaussians = defineSource({
  kind: 'gaussians',
  title: 'Two Gaussians',
  help: 'Two round clouds around (-1, 0) and (1, 0), as wide as the noise: a single layer does as well as any network, so whatever more one learns is overfitting.',
  parameters: drawnParameters(0.6),
  example: { samples: 200, noise: 0.6 },
  yields: planeOf(classes),
  load: (params) => Promise.resolve(drawPoints('gaussians', classes, params, (label) => [label === 0 ? -1 : 1, 0])),
});
