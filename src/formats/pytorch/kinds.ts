import { windowsOf } from '../../engine/layers/parts/pictures';
import { sliceCount } from '../../engine/layers/slice';
import type { Json } from '../../model/json';
import type { ModelLayer } from '../../model/model';
import { FormatError } from '../error';
import type { HelperClass } from './classes';
import { tuple } from './python';

/** Where the channels of a value stand: last, as in the model, or first, as PyTorch's layers for pictures read them. */
export type Layout = 'last' | 'first';

/** A weight as a module has it: its name there, ours, and of each of its dimensions the one of ours. */
export interface ModuleWeight {
  readonly theirs: string;
  /** Absent: a network of ours has none, and it is this number everywhere. */
  readonly ours?: string;
  readonly constant?: { readonly value: number; readonly shape: readonly number[] };
  readonly order?: readonly number[];
}

/** What a kind of layer is in PyTorch. */
export interface Form {
  /** What makes the module, such as `nn.Linear(4, 8)`; absent: an expression alone. */
  readonly module?: string;
  readonly weights?: readonly ModuleWeight[];
  /** Classes that the program has to bring along. */
  readonly helpers?: readonly HelperClass[];
  /** The layout it reads and gives; "any" stays as it is. */
  readonly layout: Layout | 'any';
  /** Of what it gives, where that is another. */
  readonly gives?: Layout;
  /** The value it gives. @param call the module called, where there is one; @param layout of the inputs */
  readonly expression?: (inputs: readonly string[], layout: Layout, self: string) => string;
  /** Lines behind the module's, in the constructor. @param self such as "self.norm" */
  readonly after?: (self: string) => readonly string[];
  readonly note?: string;
}

const number = (value: unknown): number => value as number;
const numbers = (value: unknown): readonly number[] => value as readonly number[];
/** (3, 3) as 3. */
const sizes = (values: readonly number[]): string =>
  values.every((n) => n === values[0]) ? String(values[0]) : tuple(values);
const args = (...parts: readonly (string | undefined | false)[]): string =>
  parts.filter((part) => typeof part === 'string').join(', ');
const last = (values: readonly number[]): number => values[values.length - 1];

/** Every kind of layer but the input. */
const kinds: Readonly<Record<string, (layer: ModelLayer) => Form>> = {
  dense: (layer) => ({
    module: `nn.Linear(${args(String(layer.inputShapes[0][0]), String(number(layer.params.units)), unbiased(layer))})`,
    weights: withBias(layer, [1, 0]),
    layout: 'last',
  }),
  dropConnect: (layer) => ({
    module: `DropConnect(${args(String(layer.inputShapes[0][0]), String(number(layer.params.units)), `rate=${number(layer.params.rate)}`, unbiased(layer))})`,
    weights: withBias(layer, [1, 0]),
    helpers: ['DropConnect'],
    layout: 'last',
  }),
  activation: () => ({ layout: 'any', expression: ([x]) => x }),
  conv1d: (layer) => convolution(layer, 1),
  conv2d: (layer) => convolution(layer, 2),
  maxPool2d(layer) {
    const { window, stride, pads, symmetric } = poolOf(layer);
    const padding = symmetric && pads.some((n) => n > 0) && `padding=${sizes([pads[2], pads[0]])}`;
    return {
      module: `nn.MaxPool2d(${args(window, stride, padding)})`,
      layout: 'first',
      ...(!symmetric && {
        expression: ([x], _layout, self) => `${self}(F.pad(${x}, ${tuple(pads)}, value=-math.inf))`,
      }),
    };
  },
  averagePool2d(layer) {
    const { window, stride, pads, symmetric } = poolOf(layer);
    if (!symmetric)
      return {
        module: `PaddedAveragePool2d(${window}, ${stride}, ${tuple(pads)})`,
        helpers: ['PaddedAveragePool2d'],
        layout: 'first',
      };
    const padding = pads.some((n) => n > 0) && args(`padding=${sizes([pads[2], pads[0]])}`, 'count_include_pad=False');
    return { module: `nn.AvgPool2d(${args(window, stride, padding)})`, layout: 'first' };
  },
  globalAveragePool2d: () => ({ layout: 'first', gives: 'last', expression: ([x]) => `${x}.mean(dim=(2, 3))` }),
  batchNorm(layer) {
    const { params, shape } = layer;
    // PyTorch's momentum is the share of the new one.
    const momentum = Number((1 - number(params.momentum)).toPrecision(12));
    const plain = !params.scale && !params.center && 'affine=False';
    return {
      module: `nn.BatchNorm${Math.max(1, shape.length - 1)}d(${args(String(last(shape)), `eps=${number(params.epsilon)}`, `momentum=${momentum}`, plain)})`,
      weights: [
        ...scaled(layer),
        { theirs: 'running_mean', ours: 'movingMean' },
        { theirs: 'running_var', ours: 'movingVariance' },
      ],
      layout: shape.length === 1 ? 'last' : 'first',
      after: frozen(layer),
      note: 'In training, PyTorch puts the unbiased variance of a batch into the moving one, n / (n - 1) times what is put there here.',
    };
  },
  layerNorm(layer) {
    const { params, shape } = layer;
    const plain = !params.scale && !params.center && 'elementwise_affine=False';
    const over = params.axis === 'all' ? shape : [last(shape)];
    return {
      module: `nn.LayerNorm(${args(over.length === 1 ? String(over[0]) : tuple(over), `eps=${number(params.epsilon)}`, plain)})`,
      weights: scaled(layer),
      layout: 'last',
      after: frozen(layer),
    };
  },
  embedding: ({ params }) => ({
    module: `nn.Embedding(${number(params.inputDimension)}, ${number(params.outputDimension)})`,
    weights: [{ theirs: 'weight', ours: 'embeddings' }],
    layout: 'last',
    expression: ([x], _layout, self) => `${self}(${x}.long())`,
  }),
  flatten: () => ({ layout: 'last', expression: ([x]) => `${x}.flatten(1)` }),
  reshape: ({ shape }) => ({ layout: 'last', expression: ([x]) => `${x}.reshape(-1, ${shape.join(', ')})` }),
  add: () => ({ layout: 'any', expression: (inputs) => inputs.join(' + ') }),
  multiply: () => ({ layout: 'any', expression: (inputs) => inputs.join(' * ') }),
  concat: () => ({
    layout: 'any',
    expression: (inputs, layout) => `torch.cat([${inputs.join(', ')}], dim=${layout === 'first' ? 1 : -1})`,
  }),
  slice({ params, inputShapes: [shape] }) {
    const { start, count } = params as { start: number; count?: number };
    const range = `${start}:${start + sliceCount({ start, count }, shape)}`;
    return {
      layout: 'any',
      expression: ([x], layout) => (layout === 'first' ? `${x}[:, ${range}]` : `${x}[..., ${range}]`),
    };
  },

  dropout({ params, shape }) {
    const rate = number(params.rate);
    const noise = params.noiseShape as readonly (number | null)[] | undefined;
    const own = noise ? noise.slice(1).map((n, axis) => n ?? shape[axis]) : shape;
    const across = noise?.[0] === 1 && 'across_batch=True';
    if (params.mode === 'exact')
      return {
        module: `ExactDropout(${args(`${rate}`, tuple(own), across)})`,
        helpers: ['ExactDropout'],
        layout: 'last',
      };
    if (!noise) return { module: `nn.Dropout(${rate})`, layout: 'any' };
    return {
      module: `SharedDropout(${args(`${rate}`, tuple(own), across)})`,
      helpers: ['SharedDropout'],
      layout: 'last',
    };
  },
  spatialDropout: ({ params, shape }) => ({
    module: `nn.Dropout${shape.length - 1}d(${number(params.rate)})`,
    layout: 'first',
  }),
  stochasticDepth: ({ params }) => ({
    module: `StochasticDepth(${number(params.rate)})`,
    helpers: ['StochasticDepth'],
    layout: 'any',
  }),
  dropBlock: ({ params }) => ({
    module: `DropBlock(${number(params.rate)}, block_size=${number(params.blockSize)})`,
    helpers: ['DropBlock'],
    layout: 'first',
  }),
  alphaDropout: ({ params }) => ({ module: `nn.AlphaDropout(${number(params.rate)})`, layout: 'any' }),
  gaussianDropout: ({ params }) => ({
    module: `GaussianDropout(${number(params.rate)})`,
    helpers: ['GaussianDropout'],
    layout: 'any',
  }),
  gaussianNoise: ({ params }) => ({
    module: `GaussianNoise(${number(params.stddev)})`,
    helpers: ['GaussianNoise'],
    layout: 'any',
  }),
};

/** Kinds that have a form, for the test that every kind has one. */
export const pytorchKinds: readonly string[] = ['input', ...Object.keys(kinds)];

/** @throws FormatError where the kind has no form in PyTorch */
export function formOf(layer: ModelLayer): Form {
  if (!Object.hasOwn(kinds, layer.kind))
    throw new FormatError(`Layer "${layer.id}": the kind "${layer.kind}" has no form in PyTorch here.`);
  return kinds[layer.kind](layer);
}

const unbiased = ({ params }: ModelLayer): string | false => !params.bias && 'bias=False';

const withBias = ({ params }: ModelLayer, order: readonly number[]): readonly ModuleWeight[] => [
  { theirs: 'weight', ours: 'kernel', order },
  ...(params.bias ? [{ theirs: 'bias', ours: 'bias' }] : []),
];

/** [window…, channels, filters] is [filters, channels, window…] there. */
function convolution(layer: ModelLayer, axes: 1 | 2): Form {
  const { params, inputShapes, id } = layer;
  const list = (value: Json | undefined): readonly number[] => (axes === 1 ? [number(value)] : numbers(value));
  const window = list(params.kernelSize);
  const [strides, dilation] = [list(params.strides), list(params.dilationRate)];
  const pads = padsOf(layer, window, strides, dilation, axes);
  const symmetric = pads.every((n, i) => i % 2 === 1 || n === pads[i + 1]);
  // PyTorch lists pads from the last dimension, before and behind; padding from the first.
  const own = symmetric ? pads.filter((_, i) => i % 2 === 0).reverse() : [];
  const module = `nn.Conv${axes}d(${args(
    String(last(inputShapes[0])),
    String(number(params.filters)),
    sizes(window),
    strides.some((n) => n !== 1) && `stride=${sizes(strides)}`,
    own.some((n) => n > 0) && `padding=${sizes(own)}`,
    dilation.some((n) => n !== 1) && `dilation=${sizes(dilation)}`,
    unbiased(layer),
  )})`;
  if (window.length !== axes) throw new FormatError(`Layer "${id}": a window of ${axes} sizes expected.`);
  return {
    module,
    weights: withBias(layer, axes === 1 ? [2, 1, 0] : [3, 2, 0, 1]),
    layout: 'first',
    ...(!symmetric && { expression: ([x], _layout, self) => `${self}(F.pad(${x}, ${tuple(pads)}))` }),
  };
}

/** Padding as F.pad takes it: (left, right, top, bottom). */
function padsOf(
  { inputShapes: [shape], params }: ModelLayer,
  window: readonly number[],
  strides: readonly number[],
  dilation: readonly number[],
  axes: 1 | 2,
): readonly number[] {
  const two = (values: readonly number[]): readonly number[] => (axes === 1 ? [1, ...values] : values);
  const picture = axes === 1 ? ([1, shape[0], shape[1]] as const) : ([shape[0], shape[1], shape[2]] as const);
  const w = windowsOf(picture, {
    name: 'kernelSize',
    window: two(window),
    strides: two(strides),
    dilation: two(dilation),
    padding: params.padding as string,
  });
  const behind = (size: number, places: number, stride: number, reach: number, before: number): number =>
    Math.max(0, (places - 1) * stride + reach - size - before);
  const right = behind(w.width, w.columns, w.strideX, (w.windowWidth - 1) * w.dilationX + 1, w.left);
  const bottom = behind(w.height, w.rows, w.strideY, (w.windowHeight - 1) * w.dilationY + 1, w.top);
  return axes === 1 ? [w.left, right] : [w.left, right, w.top, bottom];
}

function poolOf(layer: ModelLayer) {
  const window = numbers(layer.params.poolSize);
  const strides = numbers(layer.params.strides ?? layer.params.poolSize);
  const pads = padsOf(layer, window, strides, [1, 1], 2);
  return {
    window: sizes(window),
    stride: sizes(strides),
    pads,
    symmetric: pads[0] === pads[1] && pads[2] === pads[3],
  };
}

/** PyTorch has both or neither. */
function scaled({ params: { scale, center, axis }, shape }: ModelLayer): readonly ModuleWeight[] {
  if (!scale && !center) return [];
  const own = axis === 'all' ? shape : shape.slice(-1);
  return [
    { theirs: 'weight', ...(scale ? { ours: 'gamma' } : { constant: { value: 1, shape: own } }) },
    { theirs: 'bias', ...(center ? { ours: 'beta' } : { constant: { value: 0, shape: own } }) },
  ];
}

/** One that the network has not stays as it begins, 1 or 0. */
function frozen({ params: { scale, center } }: ModelLayer): Form['after'] {
  if (Boolean(scale) === Boolean(center)) return undefined;
  const name = scale ? 'bias' : 'weight';
  return (self) => [`${self}.${name}.requires_grad_(False)  # it has no ${scale ? 'shift' : 'scale'}`];
}
