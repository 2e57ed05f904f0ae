// ConvNetJS: trains a sample at a time and moves the weights once a batch.   node convnet.mjs PEERS
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Batches, burst, readSamples, serve } from './serve.mjs';

const require = createRequire(join(process.argv[2], 'package.json'));
const convnet = require('convnetjs');

function definition(layer) {
  switch (layer.kind) {
    case 'input': {
      const [height, width, depth] = layer.shape.length === 3 ? layer.shape : [1, 1, layer.shape[0]];
      return { type: 'input', out_sx: width, out_sy: height, out_depth: depth };
    }
    case 'dense':
      if (layer.activation === 'softmax') return { type: 'softmax', num_classes: layer.units };
      return { type: 'fc', num_neurons: layer.units, activation: layer.activation };
    case 'conv2d':
      return { type: 'conv', sx: layer.kernelSize, filters: layer.filters, stride: 1, pad: 0, activation: 'relu' };
    case 'maxPool2d':
      return { type: 'pool', sx: layer.poolSize, stride: layer.poolSize };
    case 'dropout':
      return { type: 'dropout', drop_prob: layer.rate };
    // Its dense layers take pictures as they are.
    case 'flatten':
      return undefined;
    default:
      throw new Error(`no layer "${layer.kind}" here`);
  }
}

let step;

await serve({
  prepare({ model, ...sources }) {
    const { inputs, labels } = readSamples(sources);
    const layers = model.layers.map(definition).filter(Boolean);
    const { optimizer, batchSize } = model.training;
    const net = new convnet.Net();
    net.makeLayers(layers);
    // It has no Adam: with momentum a step is less work, to its favour.
    const trainer = new convnet.Trainer(net, {
      method: 'sgd',
      momentum: 0.9,
      learning_rate: optimizer.learningRate,
      batch_size: batchSize,
    });
    const { out_sx: width, out_sy: height, out_depth: depth } = layers[0];
    const sample = new convnet.Vol(width, height, depth, 0);
    const size = width * height * depth;
    const batches = new Batches(labels.length, batchSize);
    step = () => {
      for (const row of batches.next()) {
        sample.w.set(inputs.subarray(row * size, (row + 1) * size));
        trainer.train(sample, labels[row]);
      }
    };
    return { version: require('convnetjs/package.json').version };
  },
  burst: (params) => burst(step)(params),
});
