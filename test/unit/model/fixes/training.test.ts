import assert from 'node:assert/strict';
import { catalogue } from '../../../../src/catalogue';
import { inspectModel } from '../../../../src/data/inspect';
import { type Case, carryOut, fixesOf, input, mending, model, output, training } from './support';
import { filesOf } from '../../data/support';

const cases: readonly Case[] = [
  {
    name: 'a measure that is not taken',
    text: model([input, output], ['"training": { "loss": "crossentropy", "stopAt": { "metric": "f1", "value": 1 } }']),
    code: 'unknown-metric',
    titles: ['Add "f1" to "metrics"'],
    from: '"value": 1 } }',
    to: '"value": 1 }, "metrics": ["accuracy", "f1"] }',
  },
  {
    name: 'a measure to add to those that are taken',
    text: model(
      [input, output],
      ['"training": { "loss": "crossentropy", "metrics": ["recall"], "stopAt": { "metric": "f1", "value": 1 } }'],
    ),
    code: 'unknown-metric',
    titles: ['Add "f1" to "metrics"'],
    from: '["recall"]',
    to: '["recall", "f1"]',
  },
  {
    name: 'a mistyped measure',
    text: model(
      [input, output],
      ['"training": { "loss": "crossentropy", "stopAt": { "metric": "acuracy", "value": 1 } }'],
    ),
    code: 'unknown-metric',
    titles: ['Change "acuracy" to "accuracy"'],
    from: '"acuracy"',
    to: '"accuracy"',
  },
  {
    name: 'a loss that does not go with the output',
    text: model([input, output.replace('softmax', 'relu')], [training]),
    code: 'loss-output',
    titles: ['Set "activation" to "softmax" in layer "output"'],
    from: '"relu"',
    to: '"softmax"',
  },
  {
    name: 'softmax with a loss of numbers',
    text: model([input, output], ['"training": { "loss": "meanSquaredError" }']),
    code: 'softmax-loss',
    titles: ['Set "loss" to "crossentropy"'],
    from: '"meanSquaredError"',
    to: '"crossentropy"',
  },
  {
    name: 'rounding that PyTorch does not keep to',
    text: model([input, output], [training.replace('"loss"', '"backend": "torchrun", "numerics": "strict", "loss"')]),
    code: 'backend-numerics',
    titles: ['Remove "numerics"', 'Set "backend" to "builtin"'],
    from: '"numerics": "strict", ',
    to: '',
  },
  {
    name: 'no training section',
    text: model([input, output]),
    code: 'no-training',
    titles: ['Add a "training" section with the loss "crossentropy"'],
    from: '\n  ]\n}',
    to: '\n  ],\n  "training": { "loss": "crossentropy", "optimizer": "adam", "epochs": 100 }\n}',
  },
  {
    name: 'no data',
    text: model([input, output], [training]),
    code: 'no-data',
    titles: ['moons', 'circles', 'spiral', 'xor', 'gaussians', 'checkerboard'].map(
      (kind) => `Learn from "${catalogue.sources.get(kind)!.title}"`,
    ),
    from: `${training}\n`,
    to: `${training},\n  "data": { "source": "moons", "samples": 200, "noise": 0.2 }\n`,
  },
];

describe('the fixes of data and training', () => {
  mending(cases);

  it('come with what the data tells', async () => {
    const io = filesOf({ 'a.csv': 'a,b,class\n1,2,x\n3,,y\n5,6,x\n7,8,y\n' });
    const csv = (data: string): string =>
      model([input, output], [`"data": { "source": "csv", "path": "a.csv", ${data} }`, training]);
    const mend = async (text: string, code: string, from: string, to: string): Promise<void> => {
      const [fix] = fixesOf((await inspectModel(text, catalogue, io)).diagnostics, code);
      assert.equal(carryOut(text, fix), text.replace(from, to));
    };
    await mend(csv('"target": "clas"'), 'unknown-column', '"clas"', '"class"');
    await mend(csv('"target": "class"'), 'missing-value', '"class" }', '"class", "missing": "median" }');
    const ignored = csv('"target": "class", "ignore": ["b"], "split": { "train": 2, "validation": 2 }');
    await mend(ignored, 'input-shape', '"shape": [2]', '"shape": [1]');
    await mend(ignored.replace('"units": 2', '"units": 3'), 'output-units', '"units": 3', '"units": 2');
    await mend(
      ignored.replace('"shape": [2]', '"shape": [1]'),
      'large-batch',
      '"crossentropy" }',
      '"crossentropy", "batchSize": 1 }',
    );
  });
});
