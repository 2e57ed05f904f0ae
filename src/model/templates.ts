import { images } from './imageTemplates';
import { tables } from './tableTemplates';
import type { Template } from './template';

export type { Template } from './template';

/** A template's text for data that stands under another name, because its own was taken. */
export const textWithData = ({ text, file }: Template, name: string): string =>
  text.replace(`"path": ${JSON.stringify(file)}`, () => `"path": ${JSON.stringify(name)}`);

const synthetic = (options: {
  name: string;
  data: string;
  comment: string;
  layers: readonly string[];
  training: string;
}): string => `{
  // ${options.comment}
  "version": 1,
  "name": "${options.name}",
  "data": ${options.data},
  "layers": [
    ${options.layers.join(',\n    ')}
  ],
  "training": ${options.training}
}
`;

const hidden = (id: string, units: number) =>
  `{ "id": "${id}", "kind": "dense", "units": ${units}, "activation": "relu" }`;
const drop = (id: string, rate: number) => `{ "id": "${id}", "kind": "dropout", "rate": ${rate} }`;
const input = '{ "id": "input", "kind": "input", "shape": [2] }';
const answer = '{ "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }';
const split = '"split": { "train": 0.5, "validation": 0.25, "test": 0.25 }';

export const templates: readonly Template[] = [
  {
    id: 'moons',
    title: 'Playground: two moons',
    help: 'Two half circles, few and noisy samples: small enough to see every unit, and to see overfitting.',
    text: synthetic({
      name: 'two moons',
      comment:
        'Two noisy half circles. Set both rates to 0 and train again: the gap between the curves is overfitting.',
      data: `{ "source": "moons", "samples": 200, "noise": 0.3, "seed": 1, ${split} }`,
      layers: [input, hidden('hidden1', 10), drop('drop1', 0.2), hidden('hidden2', 10), drop('drop2', 0.2), answer],
      training:
        '{ "loss": "crossentropy", "optimizer": { "kind": "adam", "learningRate": 0.01 }, "batchSize": 16, "epochs": 150, "seed": 7 }',
    }),
  },
  ...tables,
  ...images,
  {
    id: 'spiral',
    variant: true,
    title: 'Spirals',
    help: 'Two arms wound round each other: needs width, and then a little dropout.',
    text: synthetic({
      name: 'spirals',
      comment: 'Two spiral arms. A network that is too small, or dropped too much, cannot follow them.',
      data: `{ "source": "spiral", "samples": 600, "noise": 0.1, "seed": 1, ${split} }`,
      layers: [input, hidden('hidden1', 64), drop('drop1', 0.1), hidden('hidden2', 64), drop('drop2', 0.1), answer],
      training:
        '{ "loss": "crossentropy", "optimizer": { "kind": "adam", "learningRate": 0.005 }, "batchSize": 32, "epochs": 200, "seed": 7 }',
    }),
  },
  {
    id: 'circles',
    variant: true,
    title: 'Circles',
    help: 'One ring inside another: four hidden units, rate 0.5, two of four dropped on average.',
    text: synthetic({
      name: 'circles',
      comment: 'Four hidden units at rate 0.5: with so few, dropout makes the network underfit. Raise "units" and see.',
      data: `{ "source": "circles", "samples": 400, "noise": 0.1, "seed": 1, ${split} }`,
      layers: [input, hidden('hidden1', 4), drop('drop1', 0.5), answer],
      training:
        '{ "loss": "crossentropy", "optimizer": { "kind": "adam", "learningRate": 0.01 }, "batchSize": 16, "epochs": 150, "seed": 7 }',
    }),
  },
  {
    id: 'xor',
    variant: true,
    title: 'Exclusive or',
    help: 'Four clouds of points, opposite corners alike: no straight line parts them.',
    text: synthetic({
      name: 'exclusive or',
      comment: 'The classic that one layer cannot learn.',
      data: `{ "source": "xor", "samples": 400, "noise": 0.1, "seed": 1, ${split} }`,
      layers: [input, hidden('hidden1', 8), drop('drop1', 0.1), answer],
      training:
        '{ "loss": "crossentropy", "optimizer": { "kind": "adam", "learningRate": 0.01 }, "batchSize": 16, "epochs": 100, "seed": 7 }',
    }),
  },
  {
    id: 'empty',
    variant: true,
    title: 'Empty network',
    help: 'An input and an output on the moons data: add layers between them.',
    text: synthetic({
      name: 'my network',
      comment: 'Add layers between input and output.',
      data: `{ "source": "moons", "samples": 400, "noise": 0.2, "seed": 1, ${split} }`,
      layers: [input, answer],
      training: '{ "loss": "crossentropy", "optimizer": "adam", "batchSize": 32, "epochs": 100, "seed": 1 }',
    }),
  },
];

/** Those that are a text and nothing else: the text editor can put them in, where no file can be brought along. */
export const plainTemplates: readonly Template[] = templates.filter((t) => t.file === undefined);
