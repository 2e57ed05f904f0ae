// What is trained by PyTorch and by the engine beside each other: together, every kind of every registry. Which kinds these
// are is held against the registries in `npm test`; they are trained in `npm run test:peers`.
import { augmentations } from '../../src/engine/augmentations/index';
import type { Dataset, FloatSamples } from '../../src/engine/dataset';
import { initializers } from '../../src/engine/initializers/index';
import { metrics } from '../../src/engine/metrics/index';
import { rateSchedules } from '../../src/engine/rateSchedules/index';
import { Random } from '../../src/engine/rng/philox';
import { schedules } from '../../src/engine/schedules/index';
import type { JsonObject } from '../../src/model/json';
import type { KindSpec } from '../../src/model/spec';
import { dense, dropout, input, type LayerText } from '../unit/engine/support';

export interface Training {
  readonly name: string;
  readonly layers: readonly LayerText[];
  /** Besides what is `common` to all. */
  readonly training: Readonly<Record<string, unknown>>;
  /** Of the samples, where the model's data section would say it. */
  readonly data?: {
    /** Whole numbers from 0 to below this, for an embedding; absent: normal numbers. */
    readonly indices?: number;
    readonly weighted?: true;
    readonly augment?: readonly JsonObject[];
  };
  /** Several processes and one are held against each other too. */
  readonly shared?: true;
}

/** 5 steps of 12 an epoch, and one of 3: 54 steps, with a smaller last batch in each epoch. */
export const common = { batchSize: 12, epochs: 9, seed: 4 };
export const SAMPLES = 63;

/** Samples that are drawn, with something to learn in them. */
export function datasetOf({ layers, training, data = {} }: Training): Dataset {
  const inputShape = layers[0].shape as number[];
  const outputs = layers.at(-1)!.units as number;
  const { loss = 'crossentropy' } = training;
  const type = /rossentropy/.test(typeof loss === 'string' ? loss : ((loss as JsonObject).kind as string))
    ? 'classes'
    : 'numbers';
  const size = inputShape.reduce((a, b) => a * b, 1);
  const random = new Random(9, 'test/agreement');
  const part = (count: number): FloatSamples => {
    const inputs = new Float32Array(count * size);
    const targets = new Float32Array(count * outputs);
    for (let row = 0; row < count; row++) {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        const drawn = random.normal();
        sum += drawn;
        inputs[row * size + i] =
          data.indices === undefined ? drawn : Math.min(data.indices - 1, Math.floor(Math.abs(drawn) * 3));
      }
      if (type === 'classes') targets[row * outputs + (sum > 1 ? outputs - 1 : sum > -1 ? 1 : 0)] = 1;
      else for (let i = 0; i < outputs; i++) targets[row * outputs + i] = Math.sin(sum + i);
    }
    const weights = data.weighted && Float32Array.from({ length: count }, (_, i) => (i % 4) / 2);
    return {
      count,
      inputs,
      targets,
      rows: Uint32Array.from({ length: count }, (_, i) => i),
      ...(weights && { weights }),
    };
  };
  const names = Array.from({ length: outputs }, (_, i) => `c${i}`);
  return {
    title: 'drawn',
    inputShape,
    inputNames: [],
    target: { type, names },
    train: part(SAMPLES),
    validation: part(20),
    test: part(0),
    ...(data.augment && {
      augment: {
        blank: Float32Array.of(0),
        kinds: data.augment.map(({ kind, ...params }) => ({
          kind: kind as string,
          params: paramsOf(kind as string, params),
        })),
      },
    }),
  };
}

const paramsOf = (kind: string, given: JsonObject): JsonObject => {
  const { parameters } = augmentations.get(kind)!;
  const defaults = Object.entries(parameters).flatMap(([name, spec]) =>
    spec.default === undefined ? [] : [[name, spec.default] as const],
  );
  return { ...Object.fromEntries(defaults), ...given };
};

const hidden = dense('h', 8, { activation: 'tanh' });
const softmax = dense('o', 3, { activation: 'softmax' });
const classes = [input(5), hidden, dropout('drop', 0), softmax];
const numbers = [input(5), hidden, dense('o', 2)];
const penalised = dense('h', 8, { activation: 'tanh', l1: 0.001, l2: 0.01, maxNorm: 1 });
const adam = { optimizer: { kind: 'adam', learningRate: 0.01 } };

function pictures(...behind: readonly LayerText[]): readonly LayerText[] {
  return [
    input(6, 6, 2),
    { id: 'c', kind: 'conv2d', filters: 3, kernelSize: 3, padding: 'same', strides: 2, activation: 'relu' },
    ...behind,
    { id: 'p', kind: 'maxPool2d', poolSize: 2 },
    { id: 'f', kind: 'flatten' },
    softmax,
  ];
}

const named = (kind: KindSpec): JsonObject => ({ kind: kind.kind, ...kind.example });

/** Optimizers and losses, and what else stands in a training section. */
const sections: readonly Training[] = [
  { name: 'Adam, cross-entropy', layers: classes, training: { optimizer: { kind: 'adam', learningRate: 0.01 } } },
  {
    name: 'AdamW with a schedule and warmup, smoothed labels and weighted classes',
    layers: classes,
    training: {
      optimizer: { kind: 'adamw', learningRate: 0.02, weightDecay: 0.1 },
      schedule: { kind: 'cosine' },
      warmupSteps: 8,
      loss: { kind: 'crossentropy', labelSmoothing: 0.1, classWeights: 'balanced' },
    },
  },
  {
    name: 'NAdam, mean squared error',
    layers: numbers,
    training: { optimizer: { kind: 'nadam' }, loss: 'meanSquaredError' },
  },
  {
    name: 'RMSprop, centred, with momentum; Huber',
    layers: numbers,
    training: {
      optimizer: { kind: 'rmsprop', centered: true, momentum: 0.5 },
      loss: { kind: 'huber', delta: 0.4 },
    },
  },
  {
    name: 'Adagrad with decay; mean absolute error',
    layers: numbers,
    training: { optimizer: { kind: 'adagrad', initialAccumulator: 0.1, decay: 0.01 }, loss: 'meanAbsoluteError' },
  },
  {
    name: 'SGD with Nesterov, clipping, penalties and max norm',
    layers: [input(5), penalised, softmax],
    training: {
      optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
      clipValue: 0.2,
      clipNorm: 0.5,
    },
  },
  {
    name: 'binary cross-entropy with a weight of yes',
    layers: [input(5), hidden, dense('o', 3, { activation: 'sigmoid' })],
    training: { ...adam, loss: { kind: 'binaryCrossentropy', positiveWeight: 2, labelSmoothing: 0.1 } },
  },
  {
    name: 'all metrics of classes, early stopping and a target',
    layers: classes,
    training: {
      ...adam,
      metrics: [...metrics.values()]
        .filter(({ target }) => target === 'classes')
        .map((kind) => (kind.kind === 'topK' ? { kind: 'topK', k: 2 } : kind.kind)),
      earlyStopping: { monitor: 'loss', patience: 3 },
      stopAt: { metric: 'accuracy', value: 0.99 },
      maxSeconds: 10_000,
    },
  },
  {
    name: 'all metrics of numbers',
    layers: numbers,
    training: {
      ...adam,
      loss: 'meanSquaredError',
      metrics: [...metrics.values()].filter(({ target }) => target === 'numbers').map(({ kind }) => kind),
    },
  },
  { name: 'samples that count by weights', layers: classes, training: adam, data: { weighted: true } },
  ...[...schedules.values()].map((schedule) => ({
    name: `the schedule ${schedule.kind}`,
    layers: classes,
    // Those of the registry's examples hardly move in nine epochs.
    training: {
      ...adam,
      schedule: {
        ...named(schedule),
        ...(({ step: { every: 3 }, onPlateau: { patience: 1 } } as JsonObject)[schedule.kind] as JsonObject),
      },
    },
  })),
];

/** What is drawn is the same, so curves are, with dropout on. */
const drops: readonly Training[] = [
  ...(
    [
      ['dropout', [dropout('drop', 0.5)]],
      ['an exact share', [{ id: 'drop', kind: 'dropout', rate: 0.4, mode: 'exact' }]],
      ['one mask for all samples', [{ id: 'drop', kind: 'dropout', rate: 0.4, noiseShape: [1, null] }]],
      ['alpha dropout', [{ id: 'drop', kind: 'alphaDropout', rate: 0.2 }]],
      ['DropConnect', [{ id: 'drop', kind: 'dropConnect', units: 7, rate: 0.4, activation: 'tanh' }]],
      ['stochastic depth', [{ id: 'drop', kind: 'stochasticDepth', rate: 0.3 }]],
      ['Gaussian dropout', [{ id: 'drop', kind: 'gaussianDropout', rate: 0.3 }]],
      ['Gaussian noise', [{ id: 'drop', kind: 'gaussianNoise', stddev: 0.4 }]],
      ...[...rateSchedules.values()].map(
        (schedule) =>
          [
            `a rate by the schedule ${schedule.kind}`,
            [{ id: 'drop', kind: 'dropout', rate: { schedule: schedule.kind, ...schedule.example, epochs: 8 } }],
          ] as const,
      ),
    ] as const
  ).map(([name, layers]) => ({ name: `with ${name}`, layers: [input(5), hidden, ...layers, softmax], training: adam })),
  ...(
    [
      ['dropout behind a convolution', { id: 'drop', kind: 'dropout', rate: 0.3 }],
      ['shared dropout', { id: 'drop', kind: 'dropout', rate: 0.3, noiseShape: [null, 1, null, null] }],
      ['spatial dropout', { id: 'drop', kind: 'spatialDropout', rate: 0.3 }],
      ['DropBlock', { id: 'drop', kind: 'dropBlock', rate: 0.3, blockSize: 2 }],
    ] as const
  ).map(([name, layer]) => ({ name: `with ${name}`, layers: pictures(layer), training: { optimizer: 'adam' } })),
];

/** The other layers, with every activation and every initializer. */
const networks: readonly Training[] = [
  {
    name: 'a network of pictures',
    layers: pictures({ id: 'n', kind: 'layerNorm' }),
    training: { optimizer: { kind: 'sgd', learningRate: 0.01, momentum: 0.5 } },
  },
  {
    name: 'batch normalisation of units and of pictures',
    layers: [
      input(6, 6, 2),
      { id: 'c', kind: 'conv2d', filters: 3, kernelSize: 3, padding: 'same' },
      { id: 'n', kind: 'batchNorm', momentum: 0.8 },
      { id: 'r', kind: 'activation', activation: 'tanh' },
      { id: 'f', kind: 'flatten' },
      dense('h', 6),
      { id: 'm', kind: 'batchNorm', momentum: 0.9, scale: false },
      { id: 's', kind: 'activation', activation: 'tanh' },
      softmax,
    ],
    training: { optimizer: { kind: 'sgd', learningRate: 0.05, momentum: 0.5 } },
    shared: true,
  },
  {
    name: 'branches that join',
    layers: [
      input(6, 6, 2),
      { id: 'a', kind: 'conv2d', filters: 4, kernelSize: 3, padding: 'same', activation: 'silu' },
      { id: 'b', kind: 'conv2d', filters: 4, kernelSize: 3, padding: 'same', dilationRate: 2, inputs: ['a'] },
      { id: 'sum', kind: 'add', inputs: ['a', 'b'] },
      { id: 'v', kind: 'averagePool2d', poolSize: 2, padding: 'same' },
      { id: 'w', kind: 'conv2d', filters: 4, kernelSize: 1, activation: 'sigmoid', inputs: ['v'] },
      { id: 'm', kind: 'multiply', inputs: ['v', 'w'] },
      { id: 'joined', kind: 'concat', inputs: ['m', 'v'] },
      { id: 'slice', kind: 'slice', start: 1, count: 6 },
      { id: 'g', kind: 'globalAveragePool2d' },
      softmax,
    ],
    training: adam,
  },
  {
    name: 'words',
    layers: [
      input(8),
      { id: 'e', kind: 'embedding', inputDimension: 12, outputDimension: 4 },
      { id: 'c', kind: 'conv1d', filters: 5, kernelSize: 3, padding: 'same', activation: 'gelu' },
      { id: 'd', kind: 'spatialDropout', rate: 0.2 },
      { id: 'n', kind: 'batchNorm', momentum: 0.9 },
      { id: 'r', kind: 'reshape', shape: [4, 10] },
      { id: 'f', kind: 'flatten' },
      softmax,
    ],
    training: adam,
    data: { indices: 12 },
  },
  ...[
    ['elu', 'leakyRelu', 'relu', 'selu', 'linear'],
    ['softplus', 'gelu', 'silu', 'sigmoid', 'tanh'],
  ].map((kinds) => ({
    name: `the activations ${kinds.join(', ')}`,
    layers: [input(5), ...kinds.map((activation) => dense(activation, 6, { activation })), softmax],
    training: { optimizer: { kind: 'adam', learningRate: 0.003 } },
  })),
  ...[...initializers.keys()].map((initializer) => ({
    name: `weights that begin by ${initializer}`,
    layers: [
      input(5),
      dense('h', 8, { activation: 'tanh', initializer, ...(initializer === 'constant' && { initialValue: 0.1 }) }),
      softmax,
    ],
    training: adam,
  })),
];

/** Each augmentation, drawn for the samples of each step. */
const augmented: readonly Training[] = [...augmentations.values()].map((kind, i) => ({
  name: `pictures with the augmentation ${kind.kind}`,
  layers: pictures(),
  training: { optimizer: 'adam' },
  data: { augment: [named(kind)] },
  ...(i === 0 && { shared: true as const }),
}));

export const trainings: readonly Training[] = [...sections, ...drops, ...networks, ...augmented];
