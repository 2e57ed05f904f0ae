import { defineSource } from '../source';
import { drawCurve, drawnNumberParameters } from '../synthetic';

/** A curve to be fitted: overfitting can be seen with the naked eye. */
export const sine = defineSource({
  kind: 'sine',
  title: 'Sine curve',
  help: 'One number from another: y = sin(πx) for x from -1 to 1, with noise on y. With few samples and no dropout a network runs through every point.',
  parameters: drawnNumberParameters(0.2, 'y'),
  example: { samples: 100, noise: 0.2 },
  load: (params) => Promise.resolve(drawCurve('sine', ['x'], 'y', params, ([x]) => Math.sin(Math.PI * x))),
});
