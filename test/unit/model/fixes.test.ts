import assert from 'node:assert/strict';
import fc from 'fast-check';
import { catalogue } from '../../../src/catalogue';
import { inspectModel } from '../../../src/data/inspect';
import { analyze } from '../../../src/model/analyze';
import type { Diagnostic } from '../../../src/model/diagnostics';
import { EditRefused, isBoundToText, planEdit } from '../../../src/model/edit';
import type { Fix } from '../../../src/model/fixes';
import { templates } from '../../../src/model/templates';

const input = '{ "id": "input", "kind": "input", "shape": [2] }';
const output = '{ "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }';
const training = '"training": { "loss": "crossentropy" }';
const model = (layers: readonly string[], more: readonly string[] = []): string =>
  [
    '{',
    '  // A network.',
    ['  "version": 1', `  "layers": [\n    ${layers.join(',\n    ')}\n  ]`, ...more.map((m) => `  ${m}`)].join(
      ', // kept\n',
    ),
    '}\n',
  ].join('\n');
/** One hidden layer, and another layer behind it. */
const withLayer = (layer: string): string =>
  model([input, '{ "id": "hidden", "kind": "dense", "units": 8, "activation": "relu" }', layer, output], [training]);

function carryOut(text: string, { operation }: Fix): string | undefined {
  try {
    const change = planEdit(text, operation, catalogue);
    return change && text.slice(0, change.offset) + change.text + text.slice(change.offset + change.length);
  } catch (error) {
    if (error instanceof EditRefused) return undefined;
    throw error;
  }
}
const fixesOf = (diagnostics: readonly Diagnostic[], code: string): readonly Fix[] =>
  diagnostics.find((d) => d.code === code)?.fixes ?? [];

interface Case {
  readonly name: string;
  readonly text: string;
  readonly code: string;
  readonly titles: readonly string[];
  /** What the first one makes: a replacement in the text, all else as it was. */
  readonly from: string;
  readonly to: string;
}

const cases: readonly Case[] = [
  {
    name: 'a mistyped key of the model',
    text: model([input]).replace('"layers"', '"layer"'),
    code: 'unknown-key',
    titles: ['Change "layer" to "layers"'],
    from: '"layer"',
    to: '"layers"',
  },
  {
    name: 'a mistyped parameter',
    text: withLayer('{ "id": "d", "kind": "dense", /* many */ "unit": 3 }'),
    code: 'unknown-key',
    titles: ['Change "unit" to "units"'],
    from: '"unit"',
    to: '"units"',
  },
  {
    name: 'a key that means nothing',
    text: withLayer('{ "id": "d", "kind": "dense", "colour": "red", "units": 3 } /* green */'),
    code: 'unknown-key',
    titles: ['Remove "colour"'],
    from: '"colour": "red", ',
    to: '',
  },
  {
    name: 'a key whose likely name is taken',
    text: withLayer('{ "id": "d", "kind": "dense", "units": 3, "unit": 4 }'),
    code: 'unknown-key',
    titles: ['Remove "unit"'],
    from: ', "unit": 4',
    to: '',
  },
  {
    name: 'a mistyped kind',
    text: withLayer('{ "id": "d", "kind": "dropuot" }'),
    code: 'unknown-kind',
    titles: ['Change "dropuot" to "dropout"'],
    from: '"dropuot"',
    to: '"dropout"',
  },
  {
    name: 'a mistyped activation',
    text: withLayer('{ "id": "d", "kind": "dense", "units": 3, "activation": "rellu" }'),
    code: 'choice',
    titles: ['Change "rellu" to "relu"'],
    from: '"rellu"',
    to: '"relu"',
  },
  {
    name: 'a mistyped optimizer in an object',
    text: model([input, output], ['"training": { "loss": "crossentropy", "optimizer": { "kind": "adm" } }']),
    code: 'unknown-kind',
    titles: ['Change "adm" to "adam"'],
    from: '"adm"',
    to: '"adam"',
  },
  {
    name: 'a mistyped source',
    text: model([input, output], ['"data": { "source": "mons" }']),
    code: 'unknown-kind',
    titles: ['Change "mons" to "moons"'],
    from: '"mons"',
    to: '"moons"',
  },
  {
    name: 'a mistyped input',
    text: withLayer('{ "id": "d", "kind": "dropout", "inputs": ["hiden"] }'),
    code: 'unknown-input',
    titles: ['Change "hiden" to "hidden"'],
    from: '"hiden"',
    to: '"hidden"',
  },
  {
    name: 'inputs that are no list',
    text: withLayer('{ "id": "d", "kind": "dropout", "inputs": "hidden" }'),
    code: 'type',
    titles: ['Set "inputs" to ["hidden"]'],
    from: '"inputs": "hidden"',
    to: '"inputs": ["hidden"]',
  },
  {
    name: 'an input layer with inputs',
    text: model(['{ "id": "input", "kind": "input", "inputs": ["output"], "shape": [2] }', output]),
    code: 'inputs',
    titles: ['Remove "inputs"'],
    from: '"inputs": ["output"], ',
    to: '',
  },
  {
    name: 'a parameter that is missing',
    text: withLayer('{ "id": "d", "kind": "dense" }'),
    code: 'missing',
    titles: ['Add "units": 16'],
    from: '"kind": "dense" }',
    to: '"kind": "dense", "units": 16 }',
  },
  {
    name: 'a missing version',
    text: model([input]).replace('  "version": 1, // kept\n', ''),
    code: 'missing',
    titles: ['Add "version": 1'],
    from: '  "layers"',
    to: '  "version": 1,\n  "layers"',
  },
  {
    name: 'a version in quotes',
    text: model([input]).replace('"version": 1', '"version": "1"'),
    code: 'version',
    titles: ['Set "version" to 1'],
    from: '"version": "1"',
    to: '"version": 1',
  },
  {
    name: 'a number in quotes',
    text: withLayer('{ "id": "d", "kind": "dense", "units": "3" }'),
    code: 'type',
    titles: ['Set "units" to 3'],
    from: '"units": "3"',
    to: '"units": 3',
  },
  {
    name: 'a fraction of a unit',
    text: withLayer('{ "id": "d", "kind": "dense", "units": 3.4 }'),
    code: 'type',
    titles: ['Round to 3'],
    from: '3.4',
    to: '3',
  },
  {
    name: 'a number where a list belongs',
    text: model(['{ "id": "input", "kind": "input", "shape": 2 }', output]),
    code: 'type',
    titles: ['Set "shape" to [2]'],
    from: '"shape": 2',
    to: '"shape": [2]',
  },
  {
    name: 'a rate in percent',
    text: withLayer('{ "id": "d", "kind": "dropout", "rate": 50 }'),
    code: 'range',
    titles: ['Set "rate" to 0.5 (50 %)'],
    from: '"rate": 50',
    to: '"rate": 0.5',
  },
  {
    name: 'a rate below 0',
    text: withLayer('{ "id": "d", "kind": "dropout", "rate": -0.1 }'),
    code: 'range',
    titles: ['Set "rate" to 0, the least it takes'],
    from: '-0.1',
    to: '0',
  },
  {
    name: 'a rate of 1',
    text: withLayer('{ "id": "d", "kind": "dropout", "rate": 1 }'),
    code: 'range',
    titles: ['Set "rate" to 0.5, the default'],
    from: '"rate": 1',
    to: '"rate": 0.5',
  },
  {
    name: 'too many units',
    text: withLayer('{ "id": "d", "kind": "dense", "units": 2000000 }'),
    code: 'range',
    titles: ['Set "units" to 1000000, the most it takes'],
    from: '2000000',
    to: '1000000',
  },
  {
    name: 'parameters that do not go together',
    text: model(
      [input, output],
      ['"training": { "loss": "crossentropy", "optimizer": { "kind": "sgd", "nesterov": true } }'],
    ),
    code: 'combination',
    titles: ['Set "momentum" to 0.9', 'Remove "nesterov"'],
    from: '"nesterov": true',
    to: '"nesterov": true, "momentum": 0.9',
  },
  {
    name: 'a layer without id',
    text: withLayer('{ "kind": "dropout", "rate": 0.2 }'),
    code: 'id',
    titles: ['Add "id": "drop1"'],
    from: '{ "kind": "dropout"',
    to: '{ "id": "drop1", "kind": "dropout"',
  },
  {
    name: 'an id that cannot be used',
    text: withLayer('{ "id": "my layer", "kind": "dropout", "rate": 0.2 }'),
    code: 'id',
    titles: ['Rename to "my_layer"'],
    from: 'my layer',
    to: 'my_layer',
  },
  {
    name: 'two layers of one name',
    text: withLayer('{ "id": "hidden", "kind": "dropout", "rate": 0.2 }'),
    code: 'duplicate-id',
    titles: ['Set "id" to "hidden2"'],
    from: '"hidden", "kind": "dropout"',
    to: '"hidden2", "kind": "dropout"',
  },
  {
    name: 'a layer that nothing reads',
    text: withLayer('{ "id": "side", "kind": "dense", "inputs": ["input"], "units": 3 }').replace(
      '"id": "output"',
      '"id": "output", "inputs": ["hidden"]',
    ),
    code: 'several-outputs',
    titles: ['Remove layer "side"'],
    from: '    { "id": "side", "kind": "dense", "inputs": ["input"], "units": 3 },\n',
    to: '',
  },
  {
    name: 'a dense layer behind a picture',
    text: model(['{ "id": "input", "kind": "input", "shape": [8, 8, 1] }, // pixels', output]).replace(
      '// pixels,',
      '// pixels',
    ),
    code: 'shape',
    titles: ['Add a flatten layer before "output"'],
    from: '    { "id": "output"',
    to: '    { "id": "flatten1", "kind": "flatten" },\n    { "id": "output"',
  },
  {
    name: 'a convolution behind a list',
    text: model([
      '{ "id": "input", "kind": "input", "shape": [64] }',
      '{ "id": "conv", "kind": "conv2d", "filters": 4, "kernelSize": 3 }',
    ]),
    code: 'shape',
    titles: ['Add a reshape to [8, 8, 1] layer before "conv"'],
    from: '    { "id": "conv"',
    to: '    { "id": "reshape1", "kind": "reshape", "shape": [8, 8, 1] },\n    { "id": "conv"',
  },
  {
    name: 'a window larger than the picture',
    text: model([
      '{ "id": "input", "kind": "input", "shape": [4, 4, 1] }',
      '{ "id": "conv", "kind": "conv2d", "filters": 4, "kernelSize": 5 }',
    ]),
    code: 'shape',
    titles: ['Set "padding" to "same"'],
    from: '"kernelSize": 5 }',
    to: '"kernelSize": 5, "padding": "same" }',
  },
  {
    name: 'spatial dropout on a list',
    text: withLayer('{ "id": "d", "kind": "spatialDropout", "rate": 0.2 }'),
    code: 'shape',
    titles: ['Change "spatialDropout" to "dropout"'],
    from: '"spatialDropout"',
    to: '"dropout"',
  },
  {
    name: 'a mask that does not fit',
    text: withLayer('{ "id": "d", "kind": "dropout", "noiseShape": [null, 1, 1], "rate": 0.2 }'),
    code: 'shape',
    titles: ['Remove "noiseShape"'],
    from: '"noiseShape": [null, 1, 1], ',
    to: '',
  },
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
    name: 'softmax inside',
    text: withLayer('{ "id": "d", "kind": "dense", "units": 3, "activation": "softmax" }'),
    code: 'softmax-inside',
    titles: ['Set "activation" to "relu"'],
    from: '"units": 3, "activation": "softmax"',
    to: '"units": 3, "activation": "relu"',
  },
  {
    name: 'dropout behind the output',
    text: model([input, output, '{ "id": "d", "kind": "dropout", "rate": 0.2 }'], [training]),
    code: 'dropout-output',
    titles: ['Put "d" before "output"'],
    from: `${output},\n    { "id": "d", "kind": "dropout", "rate": 0.2 }`,
    to: `{ "id": "d", "kind": "dropout", "rate": 0.2 },\n    ${output}`,
  },
  {
    name: 'a rate of 0',
    text: withLayer('{ "id": "d", "kind": "dropout", "rate": 0 }'),
    code: 'rate-zero',
    titles: ['Set "rate" to 0.5', 'Remove layer "d"'],
    from: '"rate": 0 ',
    to: '"rate": 0.5 ',
  },
  {
    name: 'a rate that leaves nothing',
    text: withLayer('{ "id": "d", "kind": "dropout", "rate": 0.95 }'),
    code: 'few-survivors',
    titles: ['Set "rate" to 0.87'],
    from: '0.95',
    to: '0.87',
  },
  {
    name: 'alpha dropout without selu',
    text: withLayer('{ "id": "d", "kind": "alphaDropout", "rate": 0.2 }'),
    code: 'alpha-without-selu',
    titles: ['Set "activation" to "selu"', 'Change "alphaDropout" to "dropout"'],
    from: '"activation": "relu"',
    to: '"activation": "selu"',
  },
  {
    name: 'batch normalization behind dropout',
    text: withLayer('{ "id": "d", "kind": "dropout", "rate": 0.2 },\n    { "id": "norm", "kind": "batchNorm" }'),
    code: 'variance-shift',
    titles: ['Put "d" behind "norm"'],
    from: '{ "id": "d", "kind": "dropout", "rate": 0.2 },\n    { "id": "norm", "kind": "batchNorm" }',
    to: '{ "id": "norm", "kind": "batchNorm" },\n    { "id": "d", "kind": "dropout", "rate": 0.2 }',
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
    titles: ['moons', 'circles', 'spiral', 'xor'].map((kind) => `Learn from "${catalogue.sources.get(kind)!.title}"`),
    from: `${training}\n`,
    to: `${training},\n  "data": { "source": "moons", "samples": 200, "noise": 0.2 }\n`,
  },
  {
    name: 'a missing comma behind a comment',
    text: '{\n  "version": 1 // one, the first\n  "layers": []\n}',
    code: 'syntax',
    titles: ['Add the missing comma'],
    from: '1 // one',
    to: '1, // one',
  },
  {
    name: 'a key that stands twice',
    text: withLayer('{ "id": "d", "kind": "dense", "units": 3, /* or */ "units": 4 }'),
    code: 'duplicate-key',
    titles: ['Remove this "units"'],
    from: ', /* or */ "units": 4',
    to: ' /* or */',
  },
];

describe('the fixes of findings', () => {
  for (const { name, text, code, titles, from, to } of cases) {
    it(`mend ${name}, and leave all else byte for byte`, () => {
      const fixes = fixesOf(analyze(text, catalogue).diagnostics, code);
      const offered = fixes.map((f) => f.title);
      assert.deepEqual([...offered].sort(), [...titles].sort());
      assert.ok(text.includes(from), text);
      assert.equal(
        carryOut(
          text,
          fixes.find((f) => f.title === titles[0])!,
        ),
        text.replace(from, to),
      );
    });
  }

  it('mend what they are offered for: none of them leaves its own finding', () => {
    for (const { text, code } of cases) {
      const at = analyze(text, catalogue).diagnostics.find((d) => d.code === code)!;
      for (const fix of at.fixes!) {
        const after = analyze(carryOut(text, fix)!, catalogue).diagnostics;
        assert.ok(!after.some((d) => d.code === code && d.message === at.message), `${fix.title}: ${at.message}`);
      }
    }
  });

  it('start an empty file from a template, behind the comments that are there', () => {
    for (const text of ['', '\n', '// mine\n']) {
      const [first] = fixesOf(analyze(text, catalogue).diagnostics, 'empty');
      const after = carryOut(text, first)!;
      assert.ok(after.startsWith(text.trim()) && after.includes(templates[0].text), after);
      assert.deepEqual(analyze(after, catalogue).diagnostics, []);
    }
  });

  it('come with what the data tells', async () => {
    const io = { readFile: () => Promise.resolve(new TextEncoder().encode('a,b,class\n1,2,x\n3,,y\n5,6,x\n7,8,y\n')) };
    const csv = (data: string): string =>
      model([input, output], [`"data": { "source": "csv", "path": "a.csv", ${data} }`, training]);
    const mend = async (text: string, code: string, from: string, to: string): Promise<void> => {
      const [fix] = fixesOf((await inspectModel(text, catalogue, io)).diagnostics, code);
      assert.equal(carryOut(text, fix), text.replace(from, to));
    };
    await mend(csv('"target": "clas"'), 'unknown-column', '"clas"', '"class"');
    await mend(csv('"target": "class"'), 'missing-value', '"class" }', '"class", "ignore": ["b"] }');
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

  it('are refused or carried out, never more, for a model with anything in it; comments stay', () => {
    const base = templates[0].text;
    const words = [
      '"kind"',
      '"units"',
      '"rate"',
      '"dense"',
      '"dropout"',
      '0.2',
      '10',
      '"inputs"',
      ',',
      '{',
      '[2]',
      '"input"',
    ];
    const swap = fc.record({
      from: fc.constantFrom(...words),
      to: fc.constantFrom(...words, '-3', '"x"', 'null', '[]', '{}', '1.5'),
    });
    const commentsOf = (text: string): number => [...text.matchAll(/\/\/ Two noisy.*/g)].length;
    fc.assert(
      fc.property(fc.array(swap, { minLength: 1, maxLength: 3 }), (swaps) => {
        const text = swaps.reduce((t, { from, to }) => t.replace(from, to), base);
        for (const { fixes = [] } of analyze(text, catalogue).diagnostics) {
          for (const fix of fixes) {
            assert.ok(fix.title && !/undefined|\[object|NaN/.test(fix.title), fix.title);
            const after = carryOut(text, fix);
            if (after === undefined) continue;
            assert.equal(commentsOf(after), commentsOf(text), `${fix.title}\n${text}\n${after}`);
            assert.notEqual(after, text, `${fix.title} changes nothing`);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('travel as plain data, and say whether they hold for another version of the text', () => {
    for (const { text } of cases) {
      const fixes = analyze(text, catalogue).diagnostics.flatMap((d) => d.fixes ?? []);
      assert.deepEqual(structuredClone(fixes), fixes);
    }
    assert.ok(isBoundToText({ type: 'setPath', path: ['layers', 0, 'id'], value: 'a' }));
    assert.ok(!isBoundToText({ type: 'removeLayer', layer: 'a' }));
  });
});
