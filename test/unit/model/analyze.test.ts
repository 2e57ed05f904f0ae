import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { analyze } from '../../../src/model/analyze';
import { lineColumn } from '../../../src/model/positions';
import { templates } from '../../../src/model/templates';

const moons = templates.find((t) => t.id === 'moons')!.text;

/** The findings of a text as `line:column code`, with the marked characters. */
function findings(text: string): { at: string; code: string; message: string; marked: string; severity: string }[] {
  return analyze(text, catalogue).diagnostics.map((d) => {
    const { line, column } = lineColumn(text, d.offset);
    const marked = text.slice(d.offset, d.offset + d.length);
    return { at: `${line}:${column}`, code: d.code, message: d.message, marked, severity: d.severity };
  });
}
const layers = (...lines: string[]): string => `{\n"version": 1,\n"layers": [\n${lines.join(',\n')}\n]\n}`;
const input = '{ "id": "input", "kind": "input", "shape": [2] }';
const errors = (text: string) => findings(text).filter((f) => f.severity === 'error');

describe('analyze', () => {
  it('reads a model, fills in defaults and infers shapes', () => {
    const { model, diagnostics } = analyze(moons, catalogue);
    assert.deepEqual(diagnostics, []);
    assert.ok(model);
    assert.deepEqual(
      model.layers.map((l) => [l.id, l.inputs, l.shape, l.parameters]),
      [
        ['input', [], [2], 0],
        ['hidden1', ['input'], [10], 30],
        ['drop1', ['hidden1'], [10], 0],
        ['hidden2', ['drop1'], [10], 110],
        ['drop2', ['hidden2'], [10], 0],
        ['output', ['drop2'], [2], 22],
      ],
    );
    assert.equal(model.output, 'output');
    assert.equal(model.layers[1].params.bias, true);
    assert.equal(model.training?.optimizer.params.beta1, 0.9);
    assert.equal(model.name, 'two moons');
  });

  it('takes "adam" and { "kind": "adam" } for the same', () => {
    const short = analyze(moons.replace(/"optimizer": \{[^}]*\}/, '"optimizer": "adam"'), catalogue).model;
    const long = analyze(moons.replace(/"optimizer": \{[^}]*\}/, '"optimizer": { "kind": "adam" }'), catalogue).model;
    assert.deepEqual(short?.training?.optimizer, long?.training?.optimizer);
  });

  for (const template of templates) {
    it(`finds nothing wrong with the template "${template.title}"`, () => {
      assert.deepEqual(findings(template.text), []);
      assert.ok(analyze(template.text, catalogue).model?.training);
    });
  }

  const bad: { name: string; text: string; code: string; at: string; says: RegExp; marked?: string }[] = [
    { name: 'an empty file', text: '', code: 'empty', at: '1:1', says: /empty/ },
    {
      name: 'a missing comma',
      text: '{\n  "version": 1\n  "layers": []\n}',
      code: 'syntax',
      at: '2:14',
      says: /comma is missing after "version": 1/,
    },
    { name: 'a missing brace', text: '{ "version": 1, "layers": [', code: 'syntax', at: '1:28', says: /closing "]"/ },
    {
      name: 'a duplicate key',
      text: '{ "version": 1, "version": 1, "layers": [] }',
      code: 'duplicate-key',
      at: '1:17',
      says: /stands twice/,
    },
    {
      name: 'no version',
      text: '{ "layers": [ { "id": "a", "kind": "input", "shape": [1] } ] }',
      code: 'missing',
      at: '1:1',
      says: /"version": 1/,
    },
    {
      name: 'a version of the future',
      text: '{ "version": 2, "layers": [ { "id": "a", "kind": "input", "shape": [1] } ] }',
      code: 'version',
      at: '1:14',
      says: /version 2.*Update/,
    },
    {
      name: 'an unknown key of the model',
      text: '{ "version": 1, "layer": [], "layers": [ { "id": "a", "kind": "input", "shape": [1] } ] }',
      code: 'unknown-key',
      at: '1:17',
      says: /Did you mean "layers"/,
      marked: '"layer"',
    },
    {
      name: 'an unknown parameter',
      text: layers(input, '{ "id": "d", "kind": "dense", "unit": 3 }'),
      code: 'unknown-key',
      at: '5:31',
      says: /Layer "d" has no parameter "unit"\. Did you mean "units"/,
      marked: '"unit"',
    },
    {
      name: 'an unknown kind',
      text: layers(input, '{ "id": "d", "kind": "dens", "units": 3 }'),
      code: 'unknown-kind',
      at: '5:22',
      says: /no kind "dens"\. Did you mean "dense"/,
      marked: '"dens"',
    },
    {
      name: 'a rate of 1.2',
      text: layers(
        input,
        '{ "id": "d", "kind": "dropout", "rate": 1.2 }',
        '{ "id": "o", "kind": "dense", "units": 2 }',
      ),
      code: 'range',
      at: '5:41',
      says: /Layer "d", "rate": expected a number from 0 and below 1, found 1\.2/,
      marked: '1.2',
    },
    {
      name: 'a rate of 1',
      text: layers(input, '{ "id": "d", "kind": "dropout", "rate": 1 }', '{ "id": "o", "kind": "dense", "units": 2 }'),
      code: 'range',
      at: '5:41',
      says: /found 1\./,
    },
    {
      name: '10^9 units',
      text: layers(input, '{ "id": "d", "kind": "dense", "units": 1000000000 }'),
      code: 'range',
      at: '5:40',
      says: /"units": expected a whole number from 1 to/,
      marked: '1000000000',
    },
    {
      name: 'units as text',
      text: layers(input, '{ "id": "d", "kind": "dense", "units": "64" }'),
      code: 'type',
      at: '5:40',
      says: /found "64"/,
    },
    {
      name: 'half a unit',
      text: layers(input, '{ "id": "d", "kind": "dense", "units": 1.5 }'),
      code: 'type',
      at: '5:40',
      says: /whole number/,
    },
    {
      name: 'no units',
      text: layers(input, '{ "id": "d", "kind": "dense" }'),
      code: 'missing',
      at: '5:9',
      says: /Layer "d" needs "units"/,
    },
    {
      name: 'a layer without input',
      text: layers('{ "id": "d", "kind": "dense", "units": 3 }'),
      code: 'inputs',
      at: '4:9',
      says: /Layer "d" reads nothing\. Put an input layer before it/,
      marked: '"d"',
    },
    {
      name: 'an unknown input',
      text: layers(input, '{ "id": "d", "kind": "dense", "units": 3, "inputs": ["inptu"] }'),
      code: 'unknown-input',
      at: '5:54',
      says: /which is no layer\. Did you mean "input"/,
      marked: '"inptu"',
    },
    {
      name: 'a layer that reads itself',
      text: layers(input, '{ "id": "d", "kind": "dense", "units": 3, "inputs": ["d"] }'),
      code: 'unknown-input',
      at: '5:54',
      says: /reads itself/,
    },
    {
      name: 'a cycle',
      text: layers(
        input,
        '{ "id": "a", "kind": "dense", "units": 3, "inputs": ["b"] }',
        '{ "id": "b", "kind": "dense", "units": 3 }',
      ),
      code: 'cycle',
      at: '6:9',
      says: /circle: "b" → "a" → "b"|circle: "a" → "b" → "a"/,
    },
    {
      name: 'two outputs',
      text: layers(
        input,
        '{ "id": "a", "kind": "dense", "units": 3 }',
        '{ "id": "b", "kind": "dense", "units": 3, "inputs": ["input"] }',
      ),
      code: 'several-outputs',
      at: '5:9',
      says: /"a" and "b"/,
    },
    {
      name: 'the same id twice',
      text: layers(input, '{ "id": "input", "kind": "dense", "units": 3 }'),
      code: 'duplicate-id',
      at: '5:9',
      says: /Two layers are called "input": layer 1 and layer 2/,
    },
    {
      name: 'an id that cannot be one',
      text: layers(input, '{ "id": "a/b", "kind": "dense", "units": 3 }'),
      code: 'id',
      at: '5:9',
      says: /cannot be used/,
    },
    {
      name: 'too many inputs',
      text: layers(
        input,
        '{ "id": "a", "kind": "dense", "units": 3 }',
        '{ "id": "b", "kind": "dense", "units": 3, "inputs": ["input", "a"] }',
      ),
      code: 'inputs',
      at: '6:53',
      says: /reads 2 layers.*exactly 1/,
    },
    {
      name: 'a shape that does not fit',
      text: layers('{ "id": "input", "kind": "input", "shape": [8, 8] }', '{ "id": "d", "kind": "dense", "units": 3 }'),
      code: 'shape',
      at: '5:9',
      says: /Layer "d": /,
    },
    {
      name: 'an unknown source',
      text: moons.replace('"moons"', '"moon"'),
      code: 'unknown-kind',
      at: '5:23',
      says: /no data source "moon"\. Did you mean "moons"/,
    },
    {
      name: 'an unknown optimizer',
      text: moons.replace('"kind": "adam"', '"kind": "adan"'),
      code: 'unknown-kind',
      at: '14:64',
      says: /"adan" is not known\. Did you mean "adam"/,
    },
    {
      name: 'cross-entropy without softmax',
      text: moons.replace(', "activation": "softmax"', ''),
      code: 'loss-output',
      at: '14:25',
      says: /needs an output with activation "softmax", but layer "output" has "linear"/,
    },
    { name: 'no layers', text: '{ "version": 1, "layers": [] }', code: 'no-layers', at: '1:27', says: /empty/ },
    { name: 'a model that is a list', text: '[1]', code: 'type', at: '1:1', says: /object/ },
  ];
  for (const { name, text, code, at, says, marked } of bad) {
    it(`names the place and the remedy of ${name}`, () => {
      const found = errors(text);
      const finding = found.find((f) => f.code === code);
      assert.ok(finding, `no ${code} among ${JSON.stringify(found)}`);
      assert.equal(finding.at, at);
      assert.match(finding.message, says);
      if (marked) assert.equal(finding.marked, marked);
      assert.equal(analyze(text, catalogue).model, undefined);
    });
  }

  const odd: { name: string; text: string; code: string }[] = [
    {
      name: 'dropout behind the output',
      text: moons
        .replace(
          '"activation": "softmax" }',
          '"activation": "softmax" },\n{ "id": "last", "kind": "dropout", "rate": 0.5 }',
        )
        .replace('crossentropy', 'meanSquaredError'),
      code: 'dropout-output',
    },
    {
      name: 'dropout behind the output, with cross-entropy',
      text: moons.replace(
        '"activation": "softmax" }',
        '"activation": "softmax" },\n{ "id": "last", "kind": "dropout", "rate": 0.5 }',
      ),
      code: 'dropout-output',
    },
    {
      name: 'batch normalization behind dropout, layers away',
      text: moons.replace('{ "id": "output"', '{ "id": "norm", "kind": "batchNorm" },\n{ "id": "output"'),
      code: 'variance-shift',
    },
    {
      name: 'alpha dropout without SELU',
      text: moons.replace('"kind": "dropout"', '"kind": "alphaDropout"'),
      code: 'alpha-without-selu',
    },
    { name: 'rate 0', text: moons.replace('"rate": 0.2', '"rate": 0'), code: 'rate-zero' },
    {
      name: 'a rate that leaves less than one unit',
      text: moons.replace('"rate": 0.2', '"rate": 0.95'),
      code: 'few-survivors',
    },
    { name: 'softmax inside', text: moons.replace('"relu"', '"softmax"'), code: 'softmax-inside' },
    {
      name: 'softmax with mean squared error',
      text: moons.replace('"crossentropy"', '"meanSquaredError"'),
      code: 'softmax-loss',
    },
    {
      name: 'rounding to the bit where PyTorch makes the steps',
      text: moons.replace('"loss"', '"backend": "torchrun", "numerics": "strict", "loss"'),
      code: 'backend-numerics',
    },
    { name: 'no data', text: layers(input, '{ "id": "d", "kind": "dense", "units": 3 }'), code: 'no-data' },
  ];
  it('does not warn where the pair stands as it should: dropout behind batchNorm, alphaDropout behind SELU', () => {
    const text = moons
      .replaceAll('"kind": "dropout"', '"kind": "alphaDropout"')
      .replaceAll('"relu"', '"selu"')
      .replace('{ "id": "hidden1"', '{ "id": "norm", "kind": "batchNorm" },\n{ "id": "hidden1"');
    assert.deepEqual(findings(text), []);
  });

  for (const { name, text, code } of odd) {
    it(`warns of ${name} and still gives the model`, () => {
      const { model, diagnostics } = analyze(text, catalogue);
      assert.ok(model);
      assert.deepEqual(
        diagnostics.filter((d) => d.code === code).map((d) => d.severity),
        ['warning'],
      );
    });
  }

  it('orders layers so that each stands behind what it reads', () => {
    const { model } = analyze(
      layers(
        '{ "id": "out", "kind": "dense", "units": 1, "inputs": ["b"] }',
        '{ "id": "b", "kind": "dense", "units": 3, "inputs": ["in"] }',
        '{ "id": "in", "kind": "input", "shape": [2] }',
      ),
      catalogue,
    );
    assert.deepEqual(
      model?.layers.map((l) => l.id),
      ['in', 'b', 'out'],
    );
    assert.deepEqual(
      model?.layers.map((l) => l.index),
      [2, 1, 0],
    );
  });

  it('allows comments, a trailing comma and a byte order of its own for keys', () => {
    const text = '// a\n{ "layers": [ /* b */ { "kind": "input", "shape": [2], "id": "x", }, ], "version": 1, }';
    assert.ok(analyze(text, catalogue).model);
  });

  it('never throws, whatever the text is cut down to', () => {
    for (let end = 0; end < moons.length; end += 3) {
      const { model, diagnostics } = analyze(moons.slice(0, end), catalogue);
      assert.equal(model, undefined);
      assert.ok(diagnostics.length > 0, `no finding for the first ${end} characters`);
      for (const d of diagnostics) assert.ok(d.offset >= 0 && d.offset + d.length <= end);
    }
  });

  it('says once what was meant, not also that it is missing', () => {
    const { diagnostics } = analyze(layers(input, '{ "id": "d", "kind": "dense", "unit": 3 }'), catalogue);
    assert.deepEqual(
      diagnostics.filter((d) => d.severity === 'error').map((d) => d.code),
      ['unknown-key'],
    );
  });
});
