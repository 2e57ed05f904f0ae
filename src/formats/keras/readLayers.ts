import { activations } from '../../engine/activations/index';
import type { Json } from '../../model/json';
import { sizeOf } from '../../model/spec';
import { NoCounterpart, rounded } from '../exchange/imported';
import { isObject } from './config';
import { SLICE } from './crops';
import type { LayerConfig } from './layerConfig';

/** A layer of Keras in our words. */
export interface ReadLayer {
  readonly kind: string;
  readonly params: Readonly<Record<string, Json | undefined>>;
  /** Its weights in Keras's order: Keras's name, and ours. */
  readonly weights?: readonly (readonly [theirs: string, ours: string])[];
}
type Read = (c: LayerConfig) => ReadLayer;

const same = (...names: readonly (string | false)[]): (readonly [string, string])[] =>
  names.flatMap((name) => (name === false ? [] : [[name, name] as const]));

/** Keras's names of activations; those of other slopes or scales have no counterpart. */
const names: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...activations.keys()].filter((kind) => kind !== 'leakyRelu').map((kind) => [kind, kind])),
  swish: 'silu',
};

/** A function by its name, or as the object that Keras 3 writes for one that was given as such. */
function activationNamed(value: Json | undefined): string {
  if (value === undefined || value === null) return 'linear';
  if (typeof value === 'string') {
    const known = Object.hasOwn(names, value) ? names[value] : undefined;
    if (known !== undefined) return known;
    throw new NoCounterpart(
      value === 'leaky_relu'
        ? 'is activated by "leaky_relu", whose slope there is 0.2; ours is 0.01'
        : `is activated by "${value}"`,
    );
  }
  if (isObject(value) && value.class_name === 'function' && typeof value.config === 'string' && isPlain(value))
    return activationNamed(value.config);
  throw new NoCounterpart(
    `is activated by ${isObject(value) && typeof value.class_name === 'string' ? `"${value.class_name}"` : 'something that is not a name'}`,
  );
}
const isPlain = ({ module }: { readonly module?: Json }): boolean =>
  module === undefined || module === null || module === 'builtins' || module === 'keras.activations';

const activated = (c: LayerConfig): string | undefined => {
  const name = activationNamed(c.get('activation'));
  return name === 'linear' ? undefined : name;
};

const convolution = (c: LayerConfig, kind: 'conv1d' | 'conv2d'): ReadLayer => {
  c.channelsLast();
  c.only('groups', 1);
  c.only('padding', 'valid', 'same');
  const rank = kind === 'conv1d' ? 1 : 2;
  const bias = c.flag('use_bias', true);
  const sizes = (key: string, otherwise?: Json): Json => {
    const found = c.sizes(key, rank, otherwise);
    return rank === 1 || found.every((n) => n === found[0]) ? found[0] : found;
  };
  const strides = sizes('strides', 1);
  const dilationRate = sizes('dilation_rate', 1);
  return {
    kind,
    params: {
      filters: c.number('filters'),
      kernelSize: sizes('kernel_size'),
      strides: strides === 1 ? undefined : strides,
      padding: c.get('padding') === 'same' ? 'same' : undefined,
      dilationRate: dilationRate === 1 ? undefined : dilationRate,
      activation: activated(c),
      bias: bias ? undefined : false,
      ...c.kernel(),
    },
    weights: same('kernel', bias && 'bias'),
  };
};

const pooling = (c: LayerConfig, kind: string): ReadLayer => {
  c.channelsLast();
  c.only('padding', 'valid', 'same');
  const poolSize = c.sizes('pool_size', 2, 2);
  const strides = c.sizes('strides', 2, poolSize);
  return {
    kind,
    params: {
      poolSize,
      strides: strides.join() === poolSize.join() ? undefined : strides,
      padding: c.get('padding') === 'same' ? 'same' : undefined,
    },
  };
};

/** A scale and a shift behind a normalisation. */
const scaled = (c: LayerConfig): { params: ReadLayer['params']; weights: (readonly [string, string])[] } => {
  c.forTraining('beta_regularizer', 'gamma_regularizer', 'beta_constraint', 'gamma_constraint');
  const scale = c.flag('scale', true);
  const center = c.flag('center', true);
  return {
    params: {
      epsilon: c.number('epsilon', 0.001),
      center: center ? undefined : false,
      scale: scale ? undefined : false,
    },
    weights: same(scale && 'gamma', center && 'beta'),
  };
};

const merging =
  (kind: string): Read =>
  () => ({ kind, params: {} });

const dropping =
  (kind: string): Read =>
  (c) => {
    c.only('noise_shape', null);
    return { kind, params: { rate: c.number('rate') } };
  };

const spatial: Read = (c) => {
  c.channelsLast();
  return { kind: 'spatialDropout', params: { rate: c.number('rate') } };
};

/** A layer that is nothing but an activation, whose settings must be those of ours. */
const function_ =
  (activation: string, settings: Readonly<Record<string, readonly Json[]>> = {}): Read =>
  (c) => {
    for (const [key, allowed] of Object.entries(settings)) c.only(key, ...allowed);
    return { kind: 'activation', params: { activation } };
  };

/** The classes of Keras's layers that have a counterpart. */
const classes: Readonly<Record<string, Read>> = {
  InputLayer(c) {
    const shape = c.get('batch_shape') ?? c.get('batch_input_shape');
    if (c.get('sparse') === true || c.get('ragged') === true) throw new NoCounterpart('takes sparse or ragged tensors');
    if (c.get('dtype') === 'string') throw new NoCounterpart('takes texts; networks here read numbers');
    if (!Array.isArray(shape)) throw new NoCounterpart('does not say its shape');
    const own = shape.slice(1);
    if (own.length === 0 || !own.every((n) => typeof n === 'number' && Number.isInteger(n) && n >= 1))
      throw new NoCounterpart(
        `is of shape ${JSON.stringify(shape).replaceAll('null', 'None')}: each size but the batch's must be known`,
      );
    return { kind: 'input', params: { shape: own } };
  },
  Dense(c) {
    const rank = c.inputShapes[0].length;
    if (rank !== 1)
      throw new NoCounterpart(`works along the last of ${rank} dimensions; ours reads one list, as behind Flatten`);
    const bias = c.flag('use_bias', true);
    return {
      kind: 'dense',
      params: { units: c.number('units'), activation: activated(c), bias: bias ? undefined : false, ...c.kernel() },
      weights: same('kernel', bias && 'bias'),
    };
  },
  Conv1D: (c) => convolution(c, 'conv1d'),
  Conv2D: (c) => convolution(c, 'conv2d'),
  MaxPooling2D: (c) => pooling(c, 'maxPool2d'),
  AveragePooling2D: (c) => pooling(c, 'averagePool2d'),
  GlobalAveragePooling2D(c) {
    c.channelsLast();
    c.only('keepdims', false);
    return { kind: 'globalAveragePool2d', params: {} };
  },
  BatchNormalization(c) {
    c.lastAxis('axis');
    c.only('renorm', false);
    c.only('virtual_batch_size', null);
    c.only('adjustment', null);
    const { params, weights } = scaled(c);
    const moving = [
      ['moving_mean', 'movingMean'],
      ['moving_variance', 'movingVariance'],
    ] as const;
    return {
      kind: 'batchNorm',
      params: { momentum: c.number('momentum', 0.99), ...params },
      weights: [...weights, ...moving],
    };
  },
  LayerNormalization(c) {
    c.only('rms_scaling', false);
    const axes = c.axes('axis', -1).sort((a, b) => a - b);
    const rank = c.inputShapes[0].length;
    const all = axes.join() === c.inputShapes[0].map((_, i) => i).join() && rank > 1;
    if (!all && axes.join() !== String(rank - 1))
      throw new NoCounterpart(`normalises along "axis" ${JSON.stringify(c.get('axis'))}; ours takes the last, or all`);
    const { params, weights } = scaled(c);
    return { kind: 'layerNorm', params: { ...(all && { axis: 'all' }), ...params }, weights };
  },
  Embedding(c) {
    if (c.get('mask_zero') === true) throw new NoCounterpart('masks index 0 (mask_zero); there are no masks here');
    c.only('quantization_config', null);
    c.forTraining('embeddings_regularizer', 'activity_regularizer', 'embeddings_constraint', 'lora_rank');
    return {
      kind: 'embedding',
      params: { inputDimension: c.number('input_dim'), outputDimension: c.number('output_dim') },
      weights: same('embeddings'),
    };
  },
  Flatten(c) {
    c.channelsLast();
    return { kind: 'flatten', params: {} };
  },
  Reshape(c) {
    const target = c.get('target_shape');
    const size = sizeOf(c.inputShapes[0]);
    if (!Array.isArray(target) || !target.every((n) => typeof n === 'number' && Number.isInteger(n)))
      throw new NoCounterpart(`has "target_shape": ${JSON.stringify(target ?? null)}`);
    const rest = size / sizeOf((target as number[]).filter((n) => n !== -1));
    return { kind: 'reshape', params: { shape: (target as number[]).map((n) => (n === -1 ? rest : n)) } };
  },
  [SLICE](c) {
    c.channelsLast();
    const shape = c.inputShapes[0];
    const width = shape[shape.length - 1];
    const front = shape.slice(0, -1);
    const cropping = c.get('cropping');
    const sides = Array.isArray(cropping) ? cropping.flat().map(Number) : [];
    const [top, bottom, start, end] = sides;
    const count = width - start - end;
    const said = (value: Json | undefined): string => (Array.isArray(value) ? value.map(Number).join() : '');
    const fits =
      sides.length === 4 &&
      top === 0 &&
      bottom === 0 &&
      said(c.get('picture')) === [sizeOf(front), width, 1].join() &&
      said(c.get('target_shape')) === [...front, count].join();
    if (!fits) throw new NoCounterpart('crops a picture, which has no counterpart among the layers');
    return { kind: 'slice', params: { start, count } };
  },
  Add: merging('add'),
  Multiply: merging('multiply'),
  Concatenate(c) {
    c.lastAxis('axis');
    return { kind: 'concat', params: {} };
  },
  Activation: (c) => ({ kind: 'activation', params: { activation: activationNamed(c.get('activation')) } }),
  ReLU: function_('relu', { max_value: [null], negative_slope: [0], threshold: [0] }),
  LeakyReLU(c) {
    const slope = c.number('negative_slope', c.number('alpha', 0.3));
    if (rounded(slope) !== 0.01) throw new NoCounterpart(`has the slope ${slope}; ours has 0.01`);
    return { kind: 'activation', params: { activation: 'leakyRelu' } };
  },
  ELU: function_('elu', { alpha: [1] }),
  Softmax(c) {
    c.lastAxis('axis');
    return { kind: 'activation', params: { activation: 'softmax' } };
  },
  Identity: function_('linear'),

  Dropout(c) {
    const noise = c.get('noise_shape');
    const shared = Array.isArray(noise) && noise.some((n) => n === 1);
    return { kind: 'dropout', params: { rate: c.number('rate'), ...(shared && { noiseShape: noise }) } };
  },
  SpatialDropout1D: spatial,
  SpatialDropout2D: spatial,
  AlphaDropout: dropping('alphaDropout'),
  GaussianDropout: dropping('gaussianDropout'),
  GaussianNoise: (c) => ({ kind: 'gaussianNoise', params: { stddev: c.number('stddev') } }),
};

/** Names that Keras has besides. */
const aliases: Readonly<Record<string, string>> = {
  Convolution1D: 'Conv1D',
  Convolution2D: 'Conv2D',
  MaxPool2D: 'MaxPooling2D',
  AvgPool2D: 'AveragePooling2D',
  GlobalAvgPool2D: 'GlobalAveragePooling2D',
  BatchNormalizationV1: 'BatchNormalization',
  BatchNormalizationV2: 'BatchNormalization',
};

/** @throws NoCounterpart where the class or one of its settings has none */
export function readKerasLayer(c: LayerConfig): ReadLayer {
  const { className, problem } = c.layer;
  if (problem !== undefined) throw new NoCounterpart(problem);
  const known = Object.hasOwn(aliases, className) ? aliases[className] : className;
  if (['Sequential', 'Functional', 'Model'].includes(className))
    throw new NoCounterpart('is a model within the model; put its layers into the outer one');
  if (!Object.hasOwn(classes, known)) throw new NoCounterpart('has no counterpart among the layers');
  const policy = c.policy();
  if (/int|float8|quant/.test(policy) && className !== 'InputLayer')
    throw new NoCounterpart(`is quantized (${policy})`);
  if (policy !== 'float32' && className !== 'InputLayer')
    c.notes.push(`It computes in ${policy} there; here in 32-bit floats.`);
  if (c.get('trainable') === false) c.notes.push('It is frozen there (trainable=False); here it trains.');
  return classes[known](c);
}
