// Holds training in PyTorch against training in the engine: a line of JSON a comparison. Run by scripts/test-peers.mjs with
// the Python that has PyTorch, and a folder to work in.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Dataset } from '../../src/engine/dataset';
import { compile } from '../../src/engine/network';
import type { EpochRecord } from '../../src/engine/records';
import { Random } from '../../src/engine/rng/philox';
import { Trainer } from '../../src/engine/trainer';
import type { Model } from '../../src/model/model';
import type { TorchOptions } from '../../src/model/torchOptions';
import { TorchBackend } from '../../src/torchrun/backend';
import { checkTorch, launchArguments } from '../../src/torchrun/process';
import { dense, dropout, input, modelOf, type LayerText } from '../unit/engine/support';

const [python, folder] = process.argv.slice(2);
// What an earlier run left there is in the way.
rmSync(folder, { recursive: true, force: true });
let made = 0;

/** Samples that are drawn, with something to learn in them. */
function datasetOf(inputShape: readonly number[], outputs: number, type: 'classes' | 'numbers'): Dataset {
  const size = inputShape.reduce((a, b) => a * b, 1);
  const random = new Random(9, 'test/agreement');
  const part = (count: number): Dataset['train'] => {
    const inputs = new Float32Array(count * size);
    const targets = new Float32Array(count * outputs);
    for (let row = 0; row < count; row++) {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += inputs[row * size + i] = random.normal();
      if (type === 'classes') targets[row * outputs + (sum > 1 ? outputs - 1 : sum > -1 ? 1 : 0)] = 1;
      else for (let i = 0; i < outputs; i++) targets[row * outputs + i] = Math.sin(sum + i);
    }
    return { count, inputs, targets, rows: Uint32Array.from({ length: count }, (_, i) => i) };
  };
  const names = Array.from({ length: outputs }, (_, i) => `c${i}`);
  const facts = { title: 'drawn', inputShape, inputNames: [], target: { type, names } };
  // 5 steps of 12 an epoch, and one of 3: a smaller last batch.
  return { ...facts, train: part(63), validation: part(20), test: part(0) };
}

/** The records of all epochs. @param torch absent: the engine makes the steps */
async function train(
  model: Model,
  dataset: Dataset,
  torch?: Partial<TorchOptions>,
  most?: number,
  began?: (folder: string) => void,
): Promise<EpochRecord[]> {
  const trainer = new Trainer(compile(model), dataset);
  const records: EpochRecord[] = [];
  let backend: TorchBackend | undefined;
  if (torch) {
    const place = join(folder, String(made++));
    mkdirSync(place, { recursive: true });
    backend = await TorchBackend.create(trainer, place, { python, communication: 'gloo', ...torch });
    began?.(place);
  }
  try {
    while (!trainer.end) {
      while (backend && trainer.upcoming()) await backend.makeSteps({ most });
      const event = trainer.advance();
      if (event.type === 'epoch') records.push(event.record);
    }
  } finally {
    await backend?.close();
  }
  return records;
}

/** The largest difference of losses between two runs. */
function apart(a: readonly EpochRecord[], b: readonly EpochRecord[]): number {
  if (a.length !== b.length || a.some(({ step }, i) => step !== b[i].step)) return Infinity;
  const losses = ({ train, trainDropoutOff, validation }: EpochRecord): number[] => [
    train.loss,
    train.min,
    train.max,
    trainDropoutOff.loss,
    validation!.loss,
  ];
  return Math.max(...a.flatMap((record, i) => losses(record).map((loss, j) => Math.abs(loss - losses(b[i])[j]))));
}

const freePort = (): Promise<number> =>
  new Promise((settle) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => settle(port));
    });
  });

async function check(name: string, compare: () => Promise<string>): Promise<void> {
  let problem: string;
  try {
    problem = await compare();
  } catch (error) {
    problem = (error as Error).message;
  }
  console.log(JSON.stringify({ name: `PyTorch, training: ${name}`, problem }));
}

const common = { batchSize: 12, epochs: 9, seed: 4 };
const hidden = dense('h', 8, { activation: 'tanh' });
const classes = [input(5), hidden, dropout('drop', 0), dense('o', 3, { activation: 'softmax' })];
const numbers = [input(5), hidden, dense('o', 2)];
const penalised = dense('h', 8, { activation: 'tanh', l1: 0.001, l2: 0.01, maxNorm: 1 });

function pictures(behind: LayerText): readonly LayerText[] {
  return [
    input(6, 6, 2),
    { id: 'c', kind: 'conv2d', filters: 3, kernelSize: 3, padding: 'same', strides: 2, activation: 'relu' },
    behind,
    { id: 'p', kind: 'maxPool2d', poolSize: 2 },
    { id: 'f', kind: 'flatten' },
    dense('o', 3, { activation: 'softmax' }),
  ];
}

const cases: readonly (readonly [string, readonly LayerText[], Record<string, unknown>])[] = [
  ['Adam, cross-entropy', classes, { optimizer: { kind: 'adam', learningRate: 0.01 } }],
  [
    'AdamW with a schedule and warmup, smoothed labels and weighted classes',
    classes,
    {
      optimizer: { kind: 'adamw', learningRate: 0.02, weightDecay: 0.1 },
      schedule: { kind: 'cosine' },
      warmupSteps: 8,
      loss: { kind: 'crossentropy', labelSmoothing: 0.1, classWeights: 'balanced' },
    },
  ],
  ['NAdam, mean squared error', numbers, { optimizer: { kind: 'nadam' }, loss: 'meanSquaredError' }],
  [
    'RMSprop, centred, with momentum; Huber',
    numbers,
    { optimizer: { kind: 'rmsprop', centered: true, momentum: 0.5 }, loss: { kind: 'huber', delta: 0.4 } },
  ],
  [
    'Adagrad with decay; mean absolute error',
    numbers,
    { optimizer: { kind: 'adagrad', initialAccumulator: 0.1, decay: 0.01 }, loss: 'meanAbsoluteError' },
  ],
  [
    'SGD with Nesterov, clipping, penalties and max norm',
    [input(5), penalised, dense('o', 3, { activation: 'softmax' })],
    { optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true }, clipValue: 0.2, clipNorm: 0.5 },
  ],
  [
    'binary cross-entropy with a weight of yes',
    [input(5), hidden, dense('o', 3, { activation: 'sigmoid' })],
    {
      optimizer: { kind: 'adam', learningRate: 0.01 },
      loss: { kind: 'binaryCrossentropy', positiveWeight: 2, labelSmoothing: 0.1 },
    },
  ],
  [
    'a network of pictures',
    pictures({ id: 'n', kind: 'layerNorm' }),
    { optimizer: { kind: 'sgd', learningRate: 0.01, momentum: 0.5 } },
  ],
  // What is dropped is the same, so curves are, with dropout on.
  ...(
    [
      ['dropout', [dropout('drop', 0.5)]],
      [
        'a scheduled rate',
        [{ id: 'drop', kind: 'dropout', rate: { schedule: 'linear', from: 0.1, to: 0.6, epochs: 8 } }],
      ],
      ['an exact share', [{ id: 'drop', kind: 'dropout', rate: 0.4, mode: 'exact' }]],
      ['one mask for all samples', [{ id: 'drop', kind: 'dropout', rate: 0.4, noiseShape: [1, null] }]],
      ['alpha dropout', [{ id: 'drop', kind: 'alphaDropout', rate: 0.2 }]],
      ['DropConnect', [{ id: 'drop', kind: 'dropConnect', units: 7, rate: 0.4, activation: 'tanh' }]],
      ['stochastic depth', [{ id: 'drop', kind: 'stochasticDepth', rate: 0.3 }]],
      ['Gaussian dropout', [{ id: 'drop', kind: 'gaussianDropout', rate: 0.3 }]],
      ['Gaussian noise', [{ id: 'drop', kind: 'gaussianNoise', stddev: 0.4 }]],
    ] as const
  ).map(
    ([name, layers]) =>
      [
        `with ${name}`,
        [input(5), hidden, ...layers, dense('o', 3, { activation: 'softmax' })],
        { optimizer: { kind: 'adam', learningRate: 0.01 } },
      ] as const,
  ),
  ...(
    [
      ['dropout behind a convolution', { id: 'drop', kind: 'dropout', rate: 0.3 }],
      ['shared dropout', { id: 'drop', kind: 'dropout', rate: 0.3, noiseShape: [null, 1, null, null] }],
      ['spatial dropout', { id: 'drop', kind: 'spatialDropout', rate: 0.3 }],
      ['DropBlock', { id: 'drop', kind: 'dropBlock', rate: 0.3, blockSize: 2 }],
    ] as const
  ).map(([name, layer]) => [`with ${name}`, pictures(layer), { optimizer: 'adam' }] as const),
];

const dataFor = (layers: readonly LayerText[], { loss = 'crossentropy' }: Record<string, unknown>): Dataset => {
  const kind = typeof loss === 'string' ? loss : (loss as { kind: string }).kind;
  const outputs = layers.at(-1)!.units as number;
  return datasetOf(layers[0].shape as number[], outputs, /rossentropy/.test(kind) ? 'classes' : 'numbers');
};

// Before its release 2, PyTorch's NAdam multiplied its momenta by one too many: there is nothing to agree with.
const version = Number.parseInt(await checkTorch(python), 10);
const comparable = cases.filter(([name]) => version >= 2 || !name.startsWith('NAdam'));

for (const [name, layers, training] of comparable)
  await check(`54 steps as the engine's, ${name}`, async () => {
    const model = modelOf(layers, { ...common, ...training });
    const dataset = dataFor(layers, training);
    const distance = apart(await train(model, dataset), await train(model, dataset, {}));
    return distance < 1e-4 ? '' : `curves differ by ${distance.toPrecision(3)}`;
  });

/** A network that drops, and its samples. */
const dropping = cases.find(([name]) => name === 'with dropout')!;
const droppingModel = modelOf(dropping[1], { ...common, ...dropping[2] });
const droppingData = dataFor(dropping[1], dropping[2]);
const within = (bound: number, distance: number): string =>
  distance < bound ? '' : `curves differ by ${distance.toPrecision(3)}`;

await check('two processes as one, with dropout', async () => {
  const one = await train(droppingModel, droppingData, {});
  return within(1e-5, apart(one, await train(droppingModel, droppingData, { processes: 2 })));
});

await check('a step at a time as an epoch at a time', async () => {
  const epochs = await train(droppingModel, droppingData, {});
  return within(1e-5, apart(epochs, await train(droppingModel, droppingData, {}, 1)));
});

await check('two machines, of one process each, as one', async () => {
  const one = await train(droppingModel, droppingData, {});
  const address = `127.0.0.1:${await freePort()}`;
  const options = { python, communication: 'gloo', hosts: { address, count: 2, rank: 0 } } as const;
  let other: ReturnType<typeof spawn> | undefined;
  try {
    const two = await train(droppingModel, droppingData, options, undefined, (place) => {
      // What the second machine has is the program alone.
      const copy = `${place}-copy`;
      mkdirSync(copy);
      for (const name of ['model.py', 'masks.py', 'tensors.py', 'train.py'])
        copyFileSync(join(place, name), join(copy, name));
      other = spawn(python, launchArguments(options, 1), { cwd: copy, stdio: 'ignore' });
    });
    return within(1e-5, apart(one, two));
  } finally {
    other?.kill();
  }
});

await check('a run that is gone on with in the other, from the middle of an epoch', async () => {
  const whole = await train(droppingModel, droppingData);
  const engine = new Trainer(compile(droppingModel), droppingData);
  for (let step = 0; step < 21;) if (engine.advance().type === 'step') step++;
  const theirs = new Trainer(compile(droppingModel), droppingData);
  theirs.restore(engine.state());
  const place = join(folder, String(made++));
  const backend = await TorchBackend.create(theirs, place, { python, communication: 'gloo' });
  const records: EpochRecord[] = [];
  try {
    while (records.length < 3) {
      while (theirs.upcoming()) await backend.makeSteps({ most: 4 });
      const event = theirs.advance();
      if (event.type === 'epoch') records.push(event.record);
    }
  } finally {
    await backend.close();
  }
  engine.restore(theirs.state());
  while (!engine.end) {
    const event = engine.advance();
    if (event.type === 'epoch') records.push(event.record);
  }
  return within(1e-4, apart(whole.slice(-records.length), records));
});

await check('dropout, over 8 seeds as the engine', async () => {
  const distances: number[] = [];
  for (let seed = 1; seed <= 8; seed++) {
    const model = modelOf(dropping[1], { ...common, ...dropping[2], seed });
    distances.push(apart(await train(model, droppingData), await train(model, droppingData, {})));
  }
  return within(1e-4, Math.max(...distances));
});
