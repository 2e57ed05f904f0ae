// brain.js: trains a sample at a time and moves the weights at each.   node brain.mjs PEERS
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Batches, burst, readSamples, serve } from './serve.mjs';

const require = createRequire(join(process.argv[2], 'package.json'));
const brain = require('brain.js');

let step;

await serve({
  prepare({ model, classes, ...sources }) {
    const { layers, training } = model;
    if (layers.some((l) => l.kind === 'conv2d')) throw new Error('has no convolutions');
    const { inputs, labels } = readSamples(sources);
    // It knows neither dropout nor softmax nor cross-entropy: a network of the same size, with less to do.
    const net = new brain.NeuralNetwork({ activation: 'relu' });
    net.sizes = [layers[0].shape[0], ...layers.filter((l) => l.kind === 'dense').map((l) => l.units)];
    net.initialize();
    Object.assign(net.trainOpts, { learningRate: 0.001, momentum: 0.9 });
    const size = net.sizes[0];
    const outputs = Array.from({ length: classes }, (_, k) =>
      Float32Array.from({ length: classes }, (_, i) => +(i === k)),
    );
    const batches = new Batches(labels.length, training.batchSize);
    step = () => {
      for (const row of batches.next()) {
        net.trainPattern({ input: inputs.subarray(row * size, (row + 1) * size), output: outputs[labels[row]] });
      }
    };
    return { version: require('brain.js/package.json').version };
  },
  burst: (params) => burst(step)(params),
});
