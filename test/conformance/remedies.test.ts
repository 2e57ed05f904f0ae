// What every remedy must do, on every network here, for whatever a run came to: one edit, which undo takes back, to a valid network.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { catalogue } from '../../src/catalogue';
import { analyze } from '../../src/model/analyze';
import { planEdit } from '../../src/model/edit';
import type { Model } from '../../src/model/model';
import { remediesFor, type Failure, type Judgement, type Remedy, type VerdictKind } from '../../src/verdict';
import type { Measured } from '../../src/verdict/measure';

const layersOf = (lines: readonly string[], data = '"source": "moons"', loss = 'crossentropy'): string => `{
  // Stays.
  "version": 1,
  "data": { ${data} },
  "layers": [
    ${lines.join(',\n    ')}
  ],
  "training": { "loss": "${loss}", "optimizer": { "kind": "adam", "learningRate": 0.01 }, "epochs": 40 } // stays too
}
`;
const input = (...shape: number[]): string => `{ "id": "input", "kind": "input", "shape": [${shape.join(', ')}] }`;
const dense = (id: string, units: number, more = ''): string =>
  `{ "id": "${id}", "kind": "dense", "units": ${units}, "activation": "relu"${more} }`;
const output = '{ "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }';
const pictures = '"source": "images", "folder": "pictures"';

const NETWORKS: Readonly<Record<string, string>> = {
  'without a hidden layer': layersOf([input(2), output]),
  'without dropout': layersOf([input(2), dense('hidden', 64), output]),
  'of one unit': layersOf([input(2), dense('hidden', 1), output]),
  'with the activation apart, before dropout': layersOf([
    input(2),
    '{ "id": "hidden", "kind": "dense", "units": 40 }',
    '{ "id": "norm", "kind": "batchNorm" }',
    '{ "id": "act", "kind": "activation", "activation": "relu" }',
    '{ "id": "drop", "kind": "dropout", "rate": 0.2 }',
    output,
  ]),
  'that answers by an activation': layersOf([
    input(2),
    dense('hidden', 32),
    '{ "id": "scores", "kind": "dense", "units": 2 }',
    '{ "id": "output", "kind": "activation", "activation": "softmax" }',
  ]),
  'with a residual branch': layersOf([
    input(2),
    dense('first', 32),
    dense('branch', 32, ', "inputs": ["first"]'),
    '{ "id": "deep", "kind": "stochasticDepth", "rate": 0.6 }',
    '{ "id": "sum", "kind": "add", "inputs": ["first", "deep"] }',
    output,
  ]),
  'of two branches': layersOf([
    input(2),
    dense('left', 8, ', "inputs": ["input"]'),
    dense('right', 24, ', "inputs": ["input"], "l2": 0.01'),
    '{ "id": "both", "kind": "concat", "inputs": ["left", "right"] }',
    output,
  ]),
  'of maps alone': layersOf(
    [
      input(8, 8, 1),
      '{ "id": "conv1", "kind": "conv2d", "filters": 4, "kernelSize": 3, "activation": "relu" }',
      '{ "id": "pool", "kind": "maxPool2d" }',
      '{ "id": "flat", "kind": "flatten" }',
      output,
    ],
    pictures,
  ),
  'of SELU': layersOf([
    input(2),
    '{ "id": "hidden", "kind": "dense", "units": 64, "activation": "selu", "initializer": "lecunNormal" }',
    output,
  ]),
  'for numbers': layersOf(
    [input(1), dense('hidden', 16), '{ "id": "output", "kind": "dense", "units": 1 }'],
    '"source": "sine"',
    'meanSquaredError',
  ),
  'with groups that stay whole': layersOf(
    [input(2), dense('hidden', 16), output],
    '"source": "csv", "path": "a.csv", "target": "y", "split": { "train": 0.8, "test": 0.2, "group": "who", "stratify": false }',
  ),
  ...Object.fromEntries(
    readdirSync(inRoot('examples'))
      .filter((name) => name.endsWith('.netjson'))
      .map((name) => [`of examples/${name}`, readFileSync(inRoot('examples', name), 'utf8')]),
  ),
};
const KINDS: readonly VerdictKind[] = [
  ...([
    'tooEarly',
    'stillLearning',
    'underfitting',
    'rightFit',
    'overfitting',
    'nothingToLearn',
    'notValidated',
  ] as const),
];
const FAILURES: readonly Failure['kind'][] = ['notFinite', 'exploding', 'stuck', 'broken'];

const modelOf = (text: string): Model => {
  const { model, diagnostics } = analyze(text, catalogue);
  assert.ok(model, `${diagnostics.map((d) => d.message).join('\n')}\n${text}`);
  return model;
};
const judgement = (kind: VerdictKind, train = 0.4): Judgement => ({
  kind,
  since: 9,
  measured: {
    ...{
      epoch: 40,
      count: 40,
      share: 1,
      train,
      lowestTrain: train,
      dropoutOn: train,
      range: 0.7,
      least: 0,
      learnable: 0.7,
    },
    ...{ gap: 0.3, gapSpread: 0.02, rise: 0.1, riseSpread: 0.01, slope: 0, best: { epoch: 20, loss: 0.4, gap: 0.1 } },
    gain: { lately: 0, before: 0, coming: 0, spread: 0 },
    trainGain: { lately: 0, before: 0, coming: 0, spread: 0 },
  } satisfies Measured,
});
const offered = (text: string, kind: VerdictKind, failure?: Failure['kind'], train?: number): Remedy[] =>
  remediesFor(judgement(kind, train), failure && { kind: failure, message: '' }, {
    ...{ model: modelOf(text), alive: false, samples: 100 },
  });

/** Makes its edit, and holds that it is one that can be taken back and leaves all else alone. */
function applied({ title, action }: Remedy, text: string): string {
  assert.ok(action.type === 'edit', `${title} is an edit`);
  const change = planEdit(text, action.operation, catalogue);
  assert.ok(change, `${title} changes nothing`);
  const { offset, length } = change;
  const after = text.slice(0, offset) + change.text + text.slice(offset + length);
  const undone =
    after.slice(0, offset) + text.slice(offset, offset + length) + after.slice(offset + change.text.length);
  assert.equal(undone, text);
  for (const [comment] of text.matchAll(/\/\/.*/g)) assert.ok(after.includes(comment), `${title} loses ${comment}`);
  modelOf(after);
  return after;
}

describe('Every remedy', () => {
  for (const [name, text] of Object.entries(NETWORKS))
    it(`for a network ${name} is one edit to a valid network, and is not offered twice`, () => {
      const cases = [
        ...KINDS.flatMap((kind) => [[kind, undefined, 0.4] as const, [kind, undefined, 0.69] as const]),
        ...FAILURES.map((failure) => ['tooEarly', failure, 0.69] as const),
      ];
      for (const [kind, failure, train] of cases)
        for (const remedy of offered(text, kind, failure, train)) {
          assert.ok(remedy.title.length < 70 && /[.]$/.test(remedy.why), remedy.title);
          assert.doesNotMatch(JSON.stringify(remedy), /undefined|NaN|null/);
          if (remedy.action.type !== 'edit') continue;
          const after = applied(remedy, text);
          const again = offered(after, kind, failure, train).map((r) => `${r.title} ${r.now}`);
          assert.ok(!again.includes(`${remedy.title} ${remedy.now}`), `${remedy.title} is offered again`);
        }
    });

  for (const [name, text] of Object.entries(NETWORKS))
    it(`for a network ${name} can be taken again and again`, () => {
      for (const kind of ['underfitting', 'overfitting'] as const)
        for (const which of [0, 1, 2]) {
          let now = text;
          for (let n = 0; n < 12; n++) {
            const edits = offered(now, kind).filter((r) => r.action.type === 'edit');
            if (!edits[which]) break;
            now = applied(edits[which], now);
          }
        }
    });

  it('leaves the number of answers alone, and what is added to something else', () => {
    const titles = (name: string, kind: VerdictKind): string[] => offered(NETWORKS[name], kind).map((r) => r.title);
    assert.deepEqual(titles('that answers by an activation', 'underfitting'), ['More units in hidden: 128']);
    assert.deepEqual(titles('with a residual branch', 'underfitting'), [
      'Less dropout: rate 0.3 after branch',
      'Add a hidden layer of 32 units before output',
    ]);
    assert.deepEqual(titles('with a residual branch', 'overfitting').slice(0, 1), ['Add dropout 0.5 after first']);
  });

  it('puts dropout where it does its work, and of the kind that suits', () => {
    const first = (name: string): string => offered(NETWORKS[name], 'overfitting')[0]?.title;
    assert.equal(first('without dropout'), 'Add dropout 0.5 after hidden');
    assert.equal(first('with the activation apart, before dropout'), 'Rate 0.5 after act');
    assert.equal(first('of maps alone'), 'Add spatial dropout 0.2 after conv1');
    assert.equal(first('of SELU'), 'Add alpha dropout 0.1 after hidden');
    assert.notEqual(first('without a hidden layer')?.includes('dropout'), true);
  });

  it('for want of validation keeps groups whole, and leaves test samples where they are', () => {
    const [only] = offered(NETWORKS['with groups that stay whole'], 'notValidated');
    assert.match(
      applied(only, NETWORKS['with groups that stay whole']),
      /"split": \{ "train": 0\.6, "validation": 0\.2, "test": 0\.2, "group": "who", "stratify": false \}/,
    );
  });

  describe('for a kind of the dropout family', () => {
    const family = [...catalogue.layers.values()].filter((l) => l.group === 'Dropout' && l.parameters.rate);
    /** What each takes away, in its own words. */
    const words: Readonly<Record<string, RegExp>> = {
      dropout: /units/,
      gaussianDropout: /noise/,
      alphaDropout: /units/,
      spatialDropout: /channels/,
      dropBlock: /blocks/,
      stochasticDepth: /branches/,
      dropConnect: /connections/,
    };

    it('is there for all of them', () => assert.deepEqual(Object.keys(words).sort(), family.map((l) => l.kind).sort()));

    for (const { kind, exampleInputs, example } of family)
      it(`${kind}: lowers and raises its rate in its own words, up to where more seldom helps`, () => {
        const maps = exampleInputs?.[0].length === 3;
        const before = maps
          ? [
              input(8, 8, 1),
              '{ "id": "before", "kind": "conv2d", "filters": 8, "kernelSize": 3, "activation": "relu" }',
            ]
          : [input(2), dense('before', 16)];
        const params = JSON.stringify({ ...example, rate: 0 }).slice(1, -1);
        const withRate = (rate: number): string =>
          layersOf(
            [
              ...before,
              `{ "id": "it", "kind": "${kind}", ${params.replace('"rate":0', `"rate": ${rate}`)} }`,
              ...(maps ? ['{ "id": "flat", "kind": "flatten" }'] : []),
              output,
            ],
            maps ? pictures : undefined,
          );
        const where = kind === 'dropConnect' ? 'in it' : 'after before';
        const [less] = offered(withRate(0.9), 'underfitting');
        assert.equal(less.title, `Less dropout: rate 0.3 ${where}`);
        assert.match(less.why, words[kind]);
        assert.equal(modelOf(applied(less, withRate(0.9))).layers.find((l) => l.id === 'it')!.params.rate, 0.3);

        const more = (text: string) => offered(text, 'overfitting').find((r) => r.id === 'raiseRate');
        let text = withRate(0.01);
        const rates: number[] = [];
        for (let remedy = more(text); remedy; remedy = more(text)) {
          assert.ok(remedy.title.endsWith(where), remedy.title);
          assert.match(remedy.why, words[kind]);
          text = applied(remedy, text);
          rates.push(modelOf(text).layers.find((l) => l.id === 'it')!.params.rate as number);
          assert.ok(rates.length < 5, rates.join(', '));
        }
        assert.deepEqual(
          [...rates].sort((a, b) => a - b),
          rates,
        );
        assert.ok(rates.at(-1)! <= 0.5 && rates.at(-1)! > 0.05, rates.join(', '));
      });
  });
});
