import { sizeOf } from '../../model/spec';
import { defineLayer } from '../define';
import { passOn } from './parts/passing';

/** [height, width, channels] → [height · width · channels], in the order the values stand in memory, as Keras. */
export const flatten = defineLayer({
  kind: 'flatten',
  title: 'Flatten',
  help: 'Puts all values of a sample in one list, so that a dense layer can read them: [8, 8, 16] becomes [1024].',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['copy'],
  parameters: {},
  example: {},
  exampleInputs: [[8, 8, 16]],
  shape: (_params, inputs) => [sizeOf(inputs[0])],
  build: passOn,
});
