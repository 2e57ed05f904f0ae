// TensorFlow.js, by its operations: its layers do the same with more around it.
//   node tfjs.mjs PEERS wasm|cpu
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Batches, burst, readSamples, serve } from './serve.mjs';

const [peers, backend] = process.argv.slice(2);
const require = createRequire(join(peers, 'package.json'));
const tf = require('@tensorflow/tfjs');
if (backend === 'wasm') {
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  wasm.setThreadsCount(1);
}

/** He's normal distribution: where training starts does not change how long a step takes. */
const weights = (shape, inputs) => tf.variable(tf.randomNormal(shape, 0, Math.sqrt(2 / inputs)));

/**
 * The network of a model without its softmax, which is in the loss.
 * @returns a function from a batch to what the softmax gets
 */
function build({ layers }) {
  let shape = layers[0].shape;
  const size = () => shape.reduce((product, n) => product * n, 1);
  const parts = layers.slice(1).map((layer) => {
    switch (layer.kind) {
      case 'dense': {
        const [kernel, bias] = [weights([size(), layer.units], size()), tf.variable(tf.zeros([layer.units]))];
        shape = [layer.units];
        const relu = layer.activation === 'relu';
        return (x) => {
          const y = tf.add(tf.matMul(x, kernel), bias);
          return relu ? tf.relu(y) : y;
        };
      }
      case 'conv2d': {
        const [height, width, channels] = shape;
        const [k, filters] = [layer.kernelSize, layer.filters];
        const kernel = weights([k, k, channels, filters], k * k * channels);
        const bias = tf.variable(tf.zeros([filters]));
        shape = [height - k + 1, width - k + 1, filters];
        return (x) => tf.relu(tf.add(tf.conv2d(x, kernel, 1, 'valid'), bias));
      }
      case 'maxPool2d': {
        const n = layer.poolSize;
        shape = [Math.floor(shape[0] / n), Math.floor(shape[1] / n), shape[2]];
        return (x) => tf.maxPool(x, n, n, 'valid');
      }
      case 'flatten': {
        shape = [size()];
        const [length] = shape;
        return (x) => tf.reshape(x, [-1, length]);
      }
      case 'dropout':
        return (x) => tf.dropout(x, layer.rate);
      default:
        throw new Error(`no layer "${layer.kind}" here`);
    }
  });
  return (x) => parts.reduce((values, part) => part(values), x);
}

let step;

await serve({
  async prepare({ model, classes, ...sources }) {
    if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} does not start`);
    const samples = readSamples(sources);
    const { shape } = model.layers[0];
    const { optimizer, batchSize } = model.training;
    const count = samples.labels.length;
    const inputs = tf.tensor(samples.inputs, [count, ...shape]);
    const targets = tf.oneHot(tf.tensor1d(samples.labels, 'int32'), classes);
    const network = build(model);
    const { learningRate, momentum } = optimizer;
    const rule = optimizer.kind === 'adam' ? tf.train.adam(learningRate) : tf.train.momentum(learningRate, momentum);
    const batches = new Batches(count, batchSize);
    step = () =>
      tf.tidy(() => {
        const rows = tf.tensor1d(batches.next(), 'int32');
        const [x, y] = [tf.gather(inputs, rows), tf.gather(targets, rows)];
        rule.minimize(() => tf.losses.softmaxCrossEntropy(y, network(x)));
      });
    return { version: tf.version['tfjs-core'] };
  },
  burst: (params) => burst(step)(params),
});
