import type { Template } from './template';

const digits = `"data": {
    // UCI Machine Learning Repository, Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, CC BY 4.0.
    "source": "csv",
    "path": "digits.csv",
    "target": "digit",
    "scale": "divide",
    "divisor": 16, // pixels go from 0 to 16
    "split": { "train": 0.5, "validation": 0.2, "test": 0.3 },
    "seed": 1
  }`;

const text = (name: string, comments: readonly string[], layers: readonly string[], training: string): string => `{
${comments.map((c) => `  // ${c}\n`).join('')}  "version": 1,
  "name": "${name}",
  ${digits},
  "layers": [
    { "id": "input", "kind": "input", "shape": [64], "image": [8, 8] },
    ${layers.join(',\n    ')},
    { "id": "output", "kind": "dense", "units": 10, "activation": "softmax" } // one for each digit
  ],
  "training": ${training}
}
`;

const training = (learningRate: number, epochs: number): string => `{
    "loss": "crossentropy",
    "optimizer": { "kind": "adam", "learningRate": ${learningRate} },
    "earlyStopping": { "patience": 10 },
    "batchSize": 32,
    "epochs": ${epochs},
    "seed": 7
  }`;

const pixels = '{ "id": "pixels", "kind": "reshape", "shape": [8, 8, 1] }';
const conv = (id: string, filters: number, more = ', "activation": "relu"'): string =>
  `{ "id": "${id}", "kind": "conv2d", "filters": ${filters}, "kernelSize": 3, "padding": "same"${more} }`;
const pool = (id: string): string => `{ "id": "${id}", "kind": "maxPool2d", "poolSize": 2 }`;
const channels = (rate: number): string => `{ "id": "channels", "kind": "spatialDropout", "rate": ${rate} }`;

/** Networks for pictures, on handwritten digits that come along: a picture is a row of pixels. */
export const images: readonly Template[] = [
  {
    id: 'imageMlp',
    title: 'Image MLP',
    help: 'Handwritten digits of 8 × 8 pixels, two dense layers, dropout behind each.',
    file: 'digits.csv',
    text: text(
      'image MLP',
      ['Handwritten digits, each pixel an input of its own. Set both rates to 0 and train again to see overfitting.'],
      [
        '{ "id": "dense1", "kind": "dense", "units": 64, "activation": "relu" }',
        '{ "id": "drop1", "kind": "dropout", "rate": 0.3 }',
        '{ "id": "dense2", "kind": "dense", "units": 32, "activation": "relu" }',
        '{ "id": "drop2", "kind": "dropout", "rate": 0.3 }',
      ],
      training(0.002, 80),
    ),
  },
  {
    id: 'cnn',
    title: 'Small CNN',
    help: 'The same digits through two convolutions: neighbouring pixels are seen together.',
    file: 'digits.csv',
    text: text(
      'small CNN',
      [
        'Convolutions look for the same small patterns everywhere in the picture; pooling keeps whether one is there.',
        'Spatial dropout drops whole channels, for neighbouring values of one channel say nearly the same.',
      ],
      [
        pixels,
        conv('conv1', 8),
        pool('pool1'),
        conv('conv2', 16),
        pool('pool2'),
        channels(0.1),
        '{ "id": "flat", "kind": "flatten" }',
        '{ "id": "drop", "kind": "dropout", "rate": 0.3 }',
      ],
      training(0.003, 40),
    ),
  },
  {
    id: 'residual',
    title: 'Residual CNN',
    help: 'A branch around two convolutions: what it adds is learned, what is there stays.',
    file: 'digits.csv',
    text: text(
      'residual CNN',
      [
        'The branch from "conv1" to "sum" goes around two layers, so that the gradient reaches the first ones undiminished.',
        'Dropout stands behind the last batch normalization: before it, the averages kept for evaluation would not fit.',
      ],
      [
        pixels,
        conv('conv1', 12),
        conv('conv2', 12),
        conv('conv3', 12, ''),
        '{ "id": "norm", "kind": "batchNorm", "momentum": 0.9 }',
        '{ "id": "sum", "kind": "add", "inputs": ["norm", "conv1"] }',
        '{ "id": "relu", "kind": "activation", "activation": "relu" }',
        pool('pool'),
        channels(0.2),
        '{ "id": "flat", "kind": "flatten" }',
        '{ "id": "drop", "kind": "dropout", "rate": 0.4 }',
      ],
      training(0.003, 30),
    ),
  },
];
