import type { Json } from '../../model/json';
import type { ModelLayer } from '../../model/model';
import { sizeOf } from '../../model/spec';
import { FormatError } from '../error';

/** Keras 3, or the layers of TensorFlow.js, which are Keras 2's. */
export type Dialect = 'keras' | 'tfjs';

/** A layer in Keras's words. */
export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, Json>>;
  /** Names of the layers it reads. */
  readonly inputs: readonly string[];
  /** Its weights in Keras's order: Keras's name, and ours. Shapes are the same. */
  readonly weights: readonly (readonly [theirs: string, ours: string])[];
  /** Of what it gives, without the batch. */
  readonly shape: readonly number[];
}

interface Written {
  readonly className: string;
  readonly config?: Readonly<Record<string, Json>>;
  readonly weights?: KerasLayer['weights'];
  /** What Keras cannot say of it. */
  readonly note?: string;
}
/** Several layers one behind another, of which the last gives what ours does. */
interface Chain {
  readonly chain: readonly (Written & { readonly shape: readonly number[] })[];
}
type Write = (layer: ModelLayer, dialect: Dialect) => Written | Chain | { readonly leftOut: string };

const same = (...names: readonly string[]): KerasLayer['weights'] => names.map((name) => [name, name]);
const number = (value: unknown): number => value as number;
const pair = (value: unknown): Json => [...(value as readonly number[])];
const trained = ({ params }: ModelLayer): KerasLayer['weights'] => same('kernel', ...(params.bias ? ['bias'] : []));

/** Every kind of layer as Keras has it. What matters in training alone is said to Keras 3; TensorFlow.js gets the weights. */
const kinds: Readonly<Record<string, Write>> = {
  dense: affine,
  dropConnect: (layer, dialect) => ({
    ...affine(layer, dialect),
    note: 'Keras has no DropConnect: it is a dense layer, which answers the same but trains otherwise.',
  }),
  activation: () => ({ className: 'Activation' }),
  conv1d: (layer, dialect) => convolution(layer, 'Conv1D', (value) => [number(value)], dialect),
  conv2d: (layer, dialect) => convolution(layer, 'Conv2D', pair, dialect),
  maxPool2d: (layer) => ({ className: 'MaxPooling2D', config: pooling(layer) }),
  averagePool2d: (layer) => ({ className: 'AveragePooling2D', config: pooling(layer) }),
  globalAveragePool2d: () => ({ className: 'GlobalAveragePooling2D', config: { data_format: 'channels_last' } }),
  batchNorm: ({ params }) => ({
    className: 'BatchNormalization',
    config: { axis: -1, momentum: number(params.momentum), ...scaling(params) },
    weights: [...scaled(params), ['moving_mean', 'movingMean'], ['moving_variance', 'movingVariance']],
  }),
  layerNorm: ({ params, shape }) => ({
    className: 'LayerNormalization',
    config: { axis: params.axis === 'all' ? shape.map((_, i) => i + 1) : [shape.length], ...scaling(params) },
    weights: scaled(params),
  }),
  embedding: ({ params }) => ({
    className: 'Embedding',
    config: { input_dim: number(params.inputDimension), output_dim: number(params.outputDimension) },
    weights: same('embeddings'),
  }),
  flatten: () => ({ className: 'Flatten' }),
  reshape: ({ params }) => ({ className: 'Reshape', config: { target_shape: pair(params.shape) } }),
  // Keras crops pictures: the last dimension becomes the width of one.
  slice({ params, inputShapes: [input], shape }) {
    const width = input[input.length - 1];
    const count = shape[shape.length - 1];
    const places = sizeOf(shape.slice(0, -1));
    const start = number(params.start);
    const cropping = [
      [0, 0],
      [start, width - start - count],
    ];
    const picture = [places, width, 1];
    const config = (of: Record<string, Json>): Record<string, Json> => of;
    return {
      chain: [
        { className: 'Reshape', config: config({ target_shape: picture }), shape: picture },
        {
          className: 'Cropping2D',
          config: config({ cropping, data_format: 'channels_last' }),
          shape: [places, count, 1],
        },
        { className: 'Reshape', config: config({ target_shape: [...shape] }), shape },
      ],
    };
  },
  add: () => ({ className: 'Add' }),
  multiply: () => ({ className: 'Multiply' }),
  concat: () => ({ className: 'Concatenate', config: { axis: -1 } }),

  dropout: ({ params }) => ({
    ...dropout(params.rate, (params.noiseShape as Json[] | undefined) ?? undefined),
    ...(params.mode === 'exact' && {
      note: 'Keras draws each unit by itself: how many of a sample are dropped varies, where "exact" drops as many of each.',
    }),
  }),
  spatialDropout: ({ params, shape }, dialect) => {
    // TensorFlow.js has none for pictures.
    if (dialect === 'tfjs') return dropout(params.rate, [null, ...shape.slice(1).map(() => 1), null]);
    return { className: `SpatialDropout${shape.length - 1}D`, config: { rate: number(params.rate) } };
  },
  stochasticDepth: ({ params, shape }) => dropout(params.rate, [null, ...shape.map(() => 1)]),
  dropBlock: () => ({
    leftOut: 'Keras has no DropBlock: it is left out, which answers the same but trains otherwise.',
  }),
  alphaDropout: ({ params }) => ({ className: 'AlphaDropout', config: { rate: number(params.rate) } }),
  gaussianDropout: ({ params }) => ({ className: 'GaussianDropout', config: { rate: number(params.rate) } }),
  gaussianNoise: ({ params }) => ({ className: 'GaussianNoise', config: { stddev: number(params.stddev) } }),
};

/** Kinds that have a form, for the test that every kind has one. */
export const kerasKinds: readonly string[] = ['input', ...Object.keys(kinds)];

const dropout = (rate: unknown, noiseShape?: readonly Json[]): Written => ({
  className: 'Dropout',
  config: { rate: number(rate), ...(noiseShape && { noise_shape: [...noiseShape] }) },
});

function affine(layer: ModelLayer, dialect: Dialect): Written {
  const { units, bias } = layer.params;
  return {
    className: 'Dense',
    config: { units: number(units), use_bias: bias === true, ...kernel(layer, dialect) },
    weights: trained(layer),
  };
}

/** How a kernel begins, and what training holds it to, where that is not Keras's default. */
function kernel({ params, inputShapes: [input] }: ModelLayer, dialect: Dialect): Record<string, Json> {
  if (dialect === 'tfjs') return {};
  const { initializer, initialValue, l1, l2, maxNorm } = params;
  const object = (module: string, name: string, config: Record<string, Json>): Json => ({
    module: `keras.${module}`,
    class_name: name,
    config,
    registered_name: null,
  });
  const called = initializer as string;
  const begins = called[0].toUpperCase() + called.slice(1);
  // A unit's incoming weights: all dimensions of the kernel but the last.
  const axis = input.map((_, i) => i);
  return {
    ...(called !== 'glorotUniform' && {
      kernel_initializer: object('initializers', begins, called === 'constant' ? { value: number(initialValue) } : {}),
    }),
    ...((number(l1) > 0 || number(l2) > 0) && {
      kernel_regularizer: object('regularizers', 'L1L2', { l1: number(l1), l2: number(l2) }),
    }),
    ...(maxNorm !== undefined && {
      kernel_constraint: object('constraints', 'MaxNorm', { max_value: number(maxNorm), axis }),
    }),
  };
}

function convolution(layer: ModelLayer, className: string, sizes: (value: unknown) => Json, dialect: Dialect): Written {
  const { filters, kernelSize, strides, dilationRate, padding, bias } = layer.params;
  const config = {
    filters: number(filters),
    kernel_size: sizes(kernelSize),
    strides: sizes(strides),
    dilation_rate: sizes(dilationRate),
    padding: padding as string,
    data_format: 'channels_last',
    use_bias: bias === true,
    ...kernel(layer, dialect),
  };
  return { className, config, weights: trained(layer) };
}

const pooling = ({ params }: ModelLayer): Record<string, Json> => ({
  pool_size: pair(params.poolSize),
  strides: pair(params.strides ?? params.poolSize),
  padding: params.padding,
  data_format: 'channels_last',
});
const scaling = ({ epsilon, center, scale }: ModelLayer['params']): Record<string, Json> => ({
  epsilon: number(epsilon),
  center: center === true,
  scale: scale === true,
});
const scaled = ({ center, scale }: ModelLayer['params']): KerasLayer['weights'] =>
  same(...(scale ? ['gamma'] : []), ...(center ? ['beta'] : []));

/** Activations by name. Keras's leaky ReLU has another slope by default: it is a layer of its own. */
const activations: Readonly<Record<Dialect, Readonly<Record<string, string>>>> = {
  keras: named('linear', 'relu', 'elu', 'selu', 'gelu', 'silu', 'softplus', 'sigmoid', 'tanh', 'softmax'),
  tfjs: { ...named('linear', 'relu', 'elu', 'selu', 'gelu', 'softplus', 'sigmoid', 'tanh', 'softmax'), silu: 'swish' },
};
function named(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

/** What a layer is in Keras: no layer where it is left out, two where its activation is one of its own. */
export interface KerasForm {
  readonly layers: readonly KerasLayer[];
  readonly note?: string;
}

/**
 * @param inputs names in Keras of the layers it reads
 * @throws FormatError where the kind or the activation has no form in Keras
 */
export function kerasForm(layer: ModelLayer, inputs: readonly string[], dialect: Dialect): KerasForm {
  if (!Object.hasOwn(kinds, layer.kind))
    throw new FormatError(`Layer "${layer.id}": the kind "${layer.kind}" has no form in Keras here.`);
  const written = kinds[layer.kind](layer, dialect);
  if ('leftOut' in written) return { layers: [], note: written.leftOut };
  if ('chain' in written) {
    const names = written.chain.map((_, i) => (i === written.chain.length - 1 ? layer.id : `${layer.id}_${i + 1}`));
    const layers = written.chain.map(({ className, config = {}, shape }, i): KerasLayer => ({
      name: names[i],
      className,
      config,
      inputs: i === 0 ? inputs : [names[i - 1]],
      weights: [],
      shape,
    }));
    return { layers };
  }
  const { className, config = {}, weights = [], note } = written;
  const activation = layer.params.activation as string | undefined;
  const base = { name: layer.id, className, inputs, weights, shape: layer.shape };
  if (activation === 'leakyRelu') {
    const slope = { [dialect === 'tfjs' ? 'alpha' : 'negative_slope']: 0.01 };
    if (layer.kind === 'activation') return { layers: [{ ...base, className: 'LeakyReLU', config: slope }] };
    const linear = { ...base, config: { ...config, activation: 'linear' } };
    const leaky = {
      ...base,
      name: `${layer.id}_activation`,
      className: 'LeakyReLU',
      config: slope,
      inputs: [layer.id],
      weights: [],
    };
    return { layers: [linear, leaky], note };
  }
  if (activation === undefined) return { layers: [{ ...base, config }], note };
  const name = activations[dialect][activation];
  if (name === undefined)
    throw new FormatError(`Layer "${layer.id}": the activation "${activation}" has no form in Keras here.`);
  return { layers: [{ ...base, config: { ...config, activation: name } }], note };
}
