import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { activations } from '../../../src/engine/activations/index';
import { initializers } from '../../../src/engine/initializers/index';
import { layers } from '../../../src/engine/layers/index';
import { type Imported, modelTextOf } from '../../../src/formats/exchange/imported';
import type { TrainedModel } from '../../../src/formats/exchange/trained';
import { writeKeras } from '../../../src/formats/keras/keras';
import { parsed, readKeras, readKerasConfig, readKerasHdf5 } from '../../../src/formats/keras/read';
import { readTfjs, tfjsFiles } from '../../../src/formats/keras/readTfjs';
import { writeTfjs } from '../../../src/formats/keras/tfjs';
import type { Model } from '../../../src/model/model';
import { dense, input, modelOf } from '../../unit/engine/support';
import { aloneOf, answer, answersOf, distance, networkOf, parse, textOf, trainedOf } from './support';

/** Writes a network and reads it back; without its text it is as if another program had written it. */
const ways: Readonly<Record<string, (trained: TrainedModel, text?: string) => Imported>> = {
  Keras: (trained, text) => readKeras(writeKeras(trained, text).files.get('model.keras') as Uint8Array, parse),
  'TensorFlow.js': (trained, text) => {
    const { files } = writeTfjs(trained, text);
    const file = parsed(new TextEncoder().encode(files.get('model.json') as string), 'model.json');
    assert.deepEqual(tfjsFiles(file), ['weights.bin']);
    return readTfjs(file, new Map([['weights.bin', files.get('weights.bin') as Uint8Array]]), parse);
  },
};

const layersOf = ({ layers: all }: Model): object[] =>
  all.map(({ id, kind, params, inputs }) => ({ id, kind, params, inputs }));

const residual = modelOf(
  [
    input(7, 6, 3),
    { id: 'a', kind: 'conv2d', filters: 4, kernelSize: [3, 2], padding: 'same', activation: 'relu' },
    { id: 'n', kind: 'batchNorm', scale: false },
    { id: 'b', kind: 'conv2d', filters: 4, kernelSize: 3, padding: 'same', dilationRate: 2, bias: false },
    { id: 'sum', kind: 'add', inputs: ['b', 'n'] },
    { id: 'c', kind: 'conv2d', filters: 2, kernelSize: 3, strides: 2, padding: 'same', inputs: ['a'] },
    { id: 'p', kind: 'maxPool2d', poolSize: [3, 2], strides: 2, padding: 'same', inputs: ['sum'] },
    { id: 'joined', kind: 'concat', inputs: ['p', 'c'] },
    { id: 'l', kind: 'layerNorm', axis: 'all', center: false },
    { id: 'f', kind: 'flatten' },
    dense('u', 5, { inputs: ['f'] }),
    dense('w', 5, { inputs: ['f'], activation: 'sigmoid' }),
    { id: 'm', kind: 'multiply', inputs: ['w', 'u'] },
    dense('o', 3, { activation: 'softmax' }),
  ],
  null,
);

for (const [program, throughFile] of Object.entries(ways))
  describe(`A network read from ${program}`, () => {
    for (const kind of layers.values())
      it(`answers as before, when another program could have written it: ${kind.kind}`, () => {
        const { network, trained } = trainedOf(aloneOf(kind));
        const { x, y, rows } = answersOf(network, kind);
        const imported = throughFile(trained);
        assert.ok(distance(answer(networkOf(imported), x, rows), y) < 1e-6);
        // A kind that Keras has not is another there; the others come back as they were, ids, rates and all.
        if (['dropConnect', 'dropBlock', 'stochasticDepth'].includes(kind.kind)) return;
        if (program === 'TensorFlow.js' && kind.kind === 'spatialDropout') return;
        assert.deepEqual(layersOf(parse(modelTextOf(imported, ''))!), layersOf(trained.model));
      });

    for (const kind of activations.keys())
      it(`answers as before: activated by ${kind}`, () => {
        const written = [
          input(5),
          dense('h', 6, { activation: kind }),
          { id: 'a', kind: 'activation', activation: kind },
        ];
        const { network, trained } = trainedOf(modelOf(written, null));
        const { x, y, rows } = answersOf(network);
        assert.ok(distance(answer(networkOf(throughFile(trained)), x, rows), y) < 1e-6);
      });

    it('answers as before: branches that join', () => {
      const { network, trained } = trainedOf(residual);
      const { x, y, rows } = answersOf(network);
      const imported = throughFile(trained);
      assert.ok(distance(answer(networkOf(imported), x, rows), y) < 1e-6);
      assert.deepEqual(layersOf(parse(modelTextOf(imported, ''))!), layersOf(residual));
    });

    for (const kind of layers.values())
      it(`is the very model, its weights to the bit, where it was written here: ${kind.kind}`, () => {
        const text = textOf(aloneOf(kind));
        const { trained } = trainedOf(parse(text) as Model);
        const imported = throughFile(trained, text);
        assert.equal(imported.text, text);
        assert.deepEqual([...imported.weights.keys()].sort(), [...trained.weights.keys()].sort());
        for (const [name, { shape, values }] of imported.weights) {
          assert.deepEqual(shape, trained.weights.get(name)!.shape);
          assert.deepEqual([...values], [...trained.weights.get(name)!.values], name);
        }
      });
  });

describe('A network read from Keras, as to its training', () => {
  for (const initializer of initializers.keys())
    it(`begins and is held as before: ${initializer}`, () => {
      const more = {
        initializer,
        ...(initializer === 'constant' && { initialValue: 2 }),
        l1: 0.125,
        l2: 0.5,
        maxNorm: 3,
      };
      const model = modelOf(
        [
          input(6, 6, 2),
          { id: 'c', kind: 'conv2d', filters: 3, kernelSize: 3, ...more },
          { id: 'r', kind: 'reshape', shape: [16, 3] },
          { id: 's', kind: 'conv1d', filters: 2, kernelSize: 3, ...more },
          { id: 'f', kind: 'flatten' },
          dense('o', 2, more),
        ],
        null,
      );
      const imported = ways.Keras(trainedOf(model).trained);
      assert.deepEqual(layersOf(parse(modelTextOf(imported, ''))!), layersOf(model));
      assert.deepEqual(imported.notes, []);
    });
});

describe('A network that Keras saved', () => {
  const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join('test/fixtures/formats', name)));
  const read = (name: string): Imported =>
    name.endsWith('.keras') ? readKeras(file(name), parse) : readKerasHdf5(file(name));

  for (const name of [
    'keras3-sequential.keras',
    'keras3-sequential.h5',
    'keras3-functional.keras',
    'keras3-words.keras',
    'keras3-words.h5',
    'keras2-sequential.keras',
    'keras2-sequential.h5',
    'keras2-functional.h5',
    'keras2-words.h5',
  ])
    it(`answers as it does there: ${name}`, () => {
      const json = new TextDecoder().decode(file(name.replace(/\.\w+$/, '.json')));
      const { x, y } = JSON.parse(json) as { x: number[]; y: number[] };
      const network = networkOf(read(name));
      assert.ok(distance(answer(network, Float32Array.from(x), 3), y) < 1e-5);
    });

  const sequential = [
    { id: 'dense', kind: 'dense', units: 8, activation: 'gelu', l1: 0.001, l2: 0.01 },
    { id: 'alpha_dropout', kind: 'alphaDropout', rate: 0.1 },
    { id: 'dense_1', kind: 'dense', units: 7, bias: false, initializer: 'heNormal', maxNorm: 3 },
    { id: 'batch_normalization', kind: 'batchNorm', momentum: 0.9, epsilon: 0.001 },
    { id: 'activation', kind: 'activation', activation: 'silu' },
    { id: 'dropout', kind: 'dropout', rate: 0.4 },
    { id: 'dense_2', kind: 'dense', units: 3, activation: 'softmax' },
  ];
  const plain = ({ layers: read }: Imported): object[] =>
    read.slice(1).map(({ id, kind, params }) => ({ id, kind, ...params }));
  for (const version of ['2', '3'])
    it(`keeps names, rates, penalties and what it was trained by: Keras ${version}`, () => {
      const imported = read(`keras${version}-sequential.keras`);
      assert.deepEqual(plain(imported), sequential);
      assert.deepEqual(imported.training, {
        loss: 'crossentropy',
        optimizer: { kind: 'adam', learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
        clipNorm: 1,
      });
      assert.deepEqual(read(`keras${version}-sequential.h5`), { ...imported, name: imported.name });
      const bare = readKerasConfig(parsed(file(`keras${version}-sequential-config.json`), 'It'));
      assert.deepEqual([plain(bare), bare.weights.size], [sequential, 0]);
    });

  it('leaves out what was saved in part, and says so', () => {
    const { training, notes } = read('keras3-functional.keras');
    assert.equal(training, undefined);
    assert.deepEqual(notes, ['The loss "Huber" was saved without its delta: the settings of training are left out.']);
  });

  it('keeps what is shared along the dimensions of a mask, and the loss with its settings', () => {
    const { layers: found, training } = read('keras2-functional.h5');
    assert.deepEqual(found.find(({ kind }) => kind === 'dropout')?.params, { rate: 0.25, noiseShape: [null, 1, 1, 1] });
    assert.ok(found.some(({ id }) => id === 'first_conv'));
    assert.deepEqual(training, {
      loss: { kind: 'huber', delta: 0.5 },
      optimizer: { kind: 'sgd', learningRate: 0.01, momentum: 0.9, nesterov: true },
    });
  });
});
