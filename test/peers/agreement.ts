// Holds training in PyTorch against training in the engine: a line of JSON a comparison. Run by scripts/test-peers.mjs with
// the Python that has PyTorch, and a folder to work in.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../../src/engine/dataset';
import { compile } from '../../src/engine/network';
import type { EpochRecord } from '../../src/engine/records';
import { Random } from '../../src/engine/rng/philox';
import { Trainer } from '../../src/engine/trainer';
import type { Model } from '../../src/model/model';
import { TorchBackend } from '../../src/torchrun/backend';
import { checkTorch, type TorchOptions } from '../../src/torchrun/process';
import { dense, dropout, input, modelOf, type LayerText } from '../unit/engine/support';

const [python, folder] = process.argv.slice(2);
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
async function train(model: Model, dataset: Dataset, torch?: Partial<TorchOptions>): Promise<EpochRecord[]> {
  const trainer = new Trainer(compile(model), dataset);
  const records: EpochRecord[] = [];
  let backend: TorchBackend | undefined;
  if (torch) {
    const place = join(folder, String(made++));
    mkdirSync(place, { recursive: true });
    backend = await TorchBackend.create(trainer, place, { python, communication: 'gloo', ...torch });
  }
  try {
    while (!trainer.end) {
      if (backend && trainer.upcoming()) await backend.makeSteps();
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
    [
      input(6, 6, 2),
      { id: 'c', kind: 'conv2d', filters: 3, kernelSize: 3, padding: 'same', strides: 2, activation: 'relu' },
      { id: 'n', kind: 'layerNorm' },
      { id: 'p', kind: 'maxPool2d', poolSize: 2 },
      { id: 'f', kind: 'flatten' },
      dense('o', 3, { activation: 'softmax' }),
    ],
    { optimizer: { kind: 'sgd', learningRate: 0.01, momentum: 0.5 } },
  ],
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

await check('two processes as one', async () => {
  const [, layers, training] = cases[0];
  const model = modelOf(layers, { ...common, ...training });
  const dataset = dataFor(layers, training);
  const distance = apart(await train(model, dataset, {}), await train(model, dataset, { processes: 2 }));
  return distance < 1e-5 ? '' : `curves differ by ${distance.toPrecision(3)}`;
});

await check('dropout, over 8 seeds as the engine', async () => {
  const layers = [
    input(5),
    dense('h', 16, { activation: 'relu' }),
    dropout('drop', 0.5),
    dense('o', 3, { activation: 'softmax' }),
  ];
  const training = { optimizer: { kind: 'adam', learningRate: 0.01 } };
  const dataset = dataFor(layers, training);
  // The same first weights and the same order in both: what differs is what was dropped.
  const differences: Record<'on' | 'off', number[]> = { on: [], off: [] };
  for (let seed = 1; seed <= 8; seed++) {
    const model = modelOf(layers, { ...common, ...training, seed });
    const [ours, theirs] = [(await train(model, dataset)).at(-1)!, (await train(model, dataset, {})).at(-1)!];
    differences.on.push(theirs.train.loss - ours.train.loss);
    differences.off.push(theirs.trainDropoutOff.loss - ours.trainDropoutOff.loss);
  }
  for (const [which, values] of Object.entries(differences)) {
    const mean = values.reduce((a, b) => a + b) / 8;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7);
    if (values.every((value) => value === 0)) return 'the masks are the same, so nothing was compared';
    // Student's t of 7 degrees of freedom: 5.4 is exceeded by chance once in a thousand times.
    if (Math.abs(mean) > (5.4 * deviation) / Math.sqrt(8))
      return `dropout ${which}: losses differ by ${mean.toPrecision(3)} ± ${deviation.toPrecision(3)}`;
  }
  return '';
});
