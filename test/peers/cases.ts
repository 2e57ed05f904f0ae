// Writes what the peers are to answer: every kind of layer and a few networks, in their formats, with our own answers.
// Run by scripts/test-peers.mjs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { activations } from '../../src/engine/activations/index';
import { initializers } from '../../src/engine/initializers/index';
import { layers } from '../../src/engine/layers/index';
import { losses } from '../../src/engine/losses/index';
import { compile } from '../../src/engine/network';
import { optimizers } from '../../src/engine/optimizers/index';
import { cli } from '../../src/cli/cli';
import { readTrained } from '../../src/exchange/run';
import { exportFormats } from '../../src/formats/exchange/exports';
import type { TrainedModel } from '../../src/formats/exchange/trained';
import { floatBytes } from '../../src/formats/keras/tfjs';
import type { Model } from '../../src/model/model';
import { putWeights } from '../../src/runs/weights';
import { aloneOf, answersOf, trainedOf } from '../conformance/formats/support';
import { dense, input, modelOf } from '../unit/engine/support';

const [folder, groups, ...formats] = process.argv.slice(2);

function write(name: string, model: Model, kind?: string): void {
  const { network, trained } = trainedOf(model);
  const { x, y, rows } = answersOf(network, kind === undefined ? undefined : layers.get(kind));
  put(join(folder, name, 'x.bin'), floatBytes([x]));
  put(join(folder, name, 'y.bin'), floatBytes([y]));
  const { shape } = model.layers[0];
  describe(name, trained, 'answers', { x: [rows, ...shape], y: [rows, ...model.layers.at(-1)!.shape] });
}

/** The network in all formats, and what is to be held against it. */
function describe(name: string, trained: TrainedModel, check: string, facts: object): void {
  const target = { type: 'numbers', names: [] } as const;
  for (const format of formats) {
    const { files } = exportFormats
      .get(format)!
      .write({ trained: { target, ...trained }, text: '', dropout: false, scaling: false });
    for (const [file, content] of files) put(join(folder, name, format, file), content);
  }
  put(join(folder, name, 'case.json'), JSON.stringify({ check, ...facts }));
}

/** What a layer that drops gives for one row in many draws, by its mean and its deviation. */
function writeDraws(name: string, model: Model): void {
  const draws = 4000;
  const { trained } = trainedOf(model);
  const network = compile(model, { maxBatch: draws, seed: 5 });
  putWeights(network, { tensors: trained.weights, metadata: new Map() });
  const { inputSize, outputSize } = network;
  const row = Float32Array.from({ length: inputSize }, (_, i) => Math.sin(2 * i + 1) + 0.5);
  for (let i = 0; i < draws; i++) network.input.set(row, i * inputSize);
  network.forward('train', draws, 1);
  const mean = new Float32Array(outputSize);
  const deviation = new Float32Array(outputSize);
  for (let unit = 0; unit < outputSize; unit++) {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += network.output[i * outputSize + unit];
    mean[unit] = sum / draws;
    let squares = 0;
    for (let i = 0; i < draws; i++) squares += (network.output[i * outputSize + unit] - sum / draws) ** 2;
    deviation[unit] = Math.sqrt(squares / draws);
  }
  put(join(folder, name, 'x.bin'), floatBytes([row]));
  put(join(folder, name, 'mean.bin'), floatBytes([mean]));
  put(join(folder, name, 'deviation.bin'), floatBytes([deviation]));
  describe(name, trained, 'draws', { draws, x: [1, ...model.layers[0].shape] });
}

/** A run on a table, its file, and what `netjson predict` answers to it. */
async function writeTable(name: string, text: string, table: string): Promise<void> {
  const place = join(folder, name);
  put(join(place, 'model.netjson'), text);
  put(join(place, 'samples.csv'), table);
  let said = '';
  const io = {
    stdout: { write: () => true },
    stderr: { write: (text: string) => void (said += text) },
    cwd: place,
    helper: '',
    interrupt: new AbortController().signal,
  };
  for (const args of [
    ['train', 'model.netjson', '--run-dir', 'run', '--threads', '1'],
    ['predict', 'run', '--input', 'samples.csv', '--output', 'answers.csv'],
  ])
    if ((await cli(args, io)) !== 0) throw new Error(said);
  describe(name, (await readTrained(join(place, 'run'))).trained, 'table', {});
}

function put(file: string, content: Uint8Array | string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

if (groups.includes('draws')) {
  const linear = { activation: 'linear' };
  for (const kind of layers.values())
    if (kind.group === 'Dropout')
      writeDraws(`draws of ${kind.kind}`, aloneOf(kind, 'activation' in kind.example ? linear : {}));
  const shape = [4, 3, 2];
  const dropout = (more: object): Model => modelOf([input(...shape), { kind: 'dropout', rate: 0.4, ...more }], null);
  writeDraws('draws of dropout, as many of each sample', dropout({ mode: 'exact' }));
  writeDraws('draws of dropout, whole channels', dropout({ noiseShape: [null, 1, 1, null] }));
  writeDraws('draws of dropout, as many whole rows', dropout({ mode: 'exact', noiseShape: [null, null, 1, 1] }));
}

if (groups.includes('table')) {
  const rows = Array.from({ length: 40 }, (_, i) => [
    i % 7 === 3 ? '' : (i * 37) % 11,
    i % 2 === 0 ? 'red' : '"green ""light"""',
    (i * i) % 13,
    i % 3 === 0 ? '"a, b"' : 'c',
  ]);
  const table = ['size,colour,age,kind', ...rows.map((row) => row.join(','))].join('\n');
  const text = (more: object, inputs: number, units: number, loss: string, activation: string): string =>
    JSON.stringify({
      version: 1,
      name: 'table',
      data: {
        source: 'csv',
        path: 'samples.csv',
        missing: 'median',
        missingFlag: true,
        split: { train: 0.8, validation: 0.2 },
        seed: 1,
        ...more,
      },
      layers: [input(inputs), dense('h', 6, { activation: 'tanh' }), dense('o', units, { activation })],
      training: { loss, optimizer: { kind: 'adam' }, batchSize: 8, epochs: 3, seed: 3 },
    });
  const classes = { target: 'kind', scale: 'log', categories: ['colour'] };
  await writeTable('a table of classes', text(classes, 5, 2, 'crossentropy', 'softmax'), table);
  await writeTable('a table of two classes', text(classes, 5, 1, 'binaryCrossentropy', 'sigmoid'), table);
  const numbers = { target: 'age', targetType: 'number', scaleTarget: 'standardize', categories: ['colour', 'kind'] };
  await writeTable('a table of numbers', text(numbers, 6, 1, 'meanSquaredError', 'linear'), table);
}

for (const kind of layers.values()) write(`layer ${kind.kind}`, aloneOf(kind), kind.kind);
for (const kind of activations.keys())
  write(
    `activation ${kind}`,
    modelOf([input(5), dense('h', 6, { activation: kind }), { id: 'a', kind: 'activation', activation: kind }], null),
  );
write(
  'a residual network',
  modelOf(
    [
      input(7, 6, 3),
      { id: 'a', kind: 'conv2d', filters: 4, kernelSize: [3, 2], padding: 'same', activation: 'relu' },
      { id: 'n', kind: 'batchNorm', scale: false },
      { id: 'b', kind: 'conv2d', filters: 4, kernelSize: 3, padding: 'same', dilationRate: 2, bias: false },
      { id: 'sum', kind: 'add', inputs: ['b', 'n'] },
      { id: 'c', kind: 'conv2d', filters: 2, kernelSize: 3, strides: 2, padding: 'same', inputs: ['a'] },
      { id: 'p', kind: 'maxPool2d', poolSize: [3, 2], strides: 2, padding: 'same', inputs: ['sum'] },
      { id: 'joined', kind: 'concat', inputs: ['p', 'c'] },
      { id: 'v', kind: 'averagePool2d', poolSize: 2, padding: 'same' },
      { id: 'f', kind: 'flatten' },
      dense('u', 5, { inputs: ['f'] }),
      dense('w', 5, { inputs: ['f'], activation: 'sigmoid' }),
      { id: 'm', kind: 'multiply', inputs: ['w', 'u'] },
      dense('o', 3, { activation: 'softmax' }),
    ],
    null,
  ),
);
const begins = (initializer: string): object => ({
  initializer,
  ...(initializer === 'constant' && { initialValue: 2 }),
});
write(
  'kernels that begin and are held in all ways',
  modelOf(
    [
      input(6, 6, 2),
      { id: 'c', kind: 'conv2d', filters: 3, kernelSize: 3, maxNorm: 2, ...begins('orthogonal') },
      { id: 'f', kind: 'flatten' },
      ...[...initializers.keys()].map((kind, i) => dense(kind, 4, { l1: 0.1 * i, l2: 1, ...begins(kind) })),
    ],
    null,
  ),
);
for (const kind of optimizers.values())
  write(
    `a network that ${kind.kind} trained`,
    modelOf([input(3), dense('o', 2, { activation: 'softmax' })], {
      optimizer: { kind: kind.kind, ...(kind.kind === 'nadam' && { momentumDecay: 1 }) },
    }),
  );
for (const kind of losses.values())
  write(
    `a network that made ${kind.kind} small`,
    modelOf([input(3), dense('o', 2, { activation: kind.outputs?.[0] ?? 'linear' })], { loss: kind.kind, clipNorm: 2 }),
  );
