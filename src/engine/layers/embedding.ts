import { sizeOf } from '../../model/spec';
import { defineLayer } from '../define';
import { explainIndex, isIndex } from './parts/indices';

/**
 * [.., length] of indices → [.., length, outputDimension], kernel "embeddings" [inputDimension, outputDimension]: a row
 * for each index, as Keras's Embedding. It begins uniform within ±0.05, Keras's default; PyTorch's begins normal.
 */
export const embedding = defineLayer({
  kind: 'embedding',
  title: 'Embedding',
  help: 'Turns each index, such as the number of a word or a class, into a list of trained numbers. Its inputs are whole numbers from 0, unscaled.',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['gatherRows', 'scatterRows'],
  parameters: {
    inputDimension: {
      type: 'integer',
      title: 'Vocabulary',
      help: 'How many indices there are: inputs are whole numbers from 0 to below this.',
      min: 1,
      max: 10_000_000,
      step: 1,
    },
    outputDimension: {
      type: 'integer',
      title: 'Numbers an index',
      help: 'How many trained numbers stand for each index.',
      min: 1,
      max: 65_536,
      step: 1,
    },
  },
  example: { inputDimension: 100, outputDimension: 8 },
  exampleInputs: [[12]],
  indices: ({ inputDimension }) => inputDimension,
  shape: ({ outputDimension }, inputs) => [...inputs[0], outputDimension],
  parameterCount: ({ inputDimension, outputDimension }) => inputDimension * outputDimension,
  weights: ({ params }) => [
    {
      name: 'embeddings',
      shape: [params.inputDimension, params.outputDimension],
      initialize(values, random) {
        for (let i = 0; i < values.length; i++) values[i] = random.uniform(-0.05, 0.05);
      },
    },
  ],

  build(b) {
    const { id, kernels, output } = b;
    const { inputDimension, outputDimension: width } = b.params;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const dy = b.outputGradient;
    const size = sizeOf(b.inputShapes[0]);
    const embeddings = b.weight('embeddings');

    return {
      forward({ rows }) {
        for (let at = 0; at < rows * size; at++)
          if (!isIndex(x[at], inputDimension))
            throw new RangeError(`Layer "${id}" ${explainIndex(x[at], inputDimension)}`);
        kernels.gatherRows(output, embeddings.values, x, width, rows * size);
      },
      backward({ rows }) {
        // A lookup does not change where an index moves a little.
        if (dx && !dx.accumulate) dx.values.fill(0, 0, rows * size);
        if (!dy || !embeddings.gradient) return;
        embeddings.gradient.fill(0);
        kernels.scatterRows(embeddings.gradient, dy, x, width, rows * size);
      },
    };
  },
});
