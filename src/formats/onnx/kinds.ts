import { windowsOf } from '../../engine/layers/parts/pictures';
import type { ModelLayer } from '../../model/model';
import { sizeOf } from '../../model/spec';
import { FormatError } from '../error';
import { permuted, type TrainedModel, weightOf } from '../exchange/trained';
import { activate } from './activations';
import type { GraphBuilder, GraphValue } from './builder';
import { drops } from './drops';
import type { Rule } from './rule';

type Write = (rule: Rule) => GraphValue;

const list = (name: string, shape: readonly number[]): GraphValue => ({ name, shape, layout: 'last' });

/** How each kind of layer is written that computes in evaluation; those of the dropout family are in `drops`. */
const kinds: Readonly<Record<string, Write>> = {
  dense: (rule) => activated(rule, affine(rule)),
  // In evaluation it is a dense layer.
  dropConnect: (rule) => activated(rule, affine(rule)),
  activation: (rule) => activated(rule, rule.inputs[0]),
  conv1d: (rule) => activated(rule, convolution(rule, 1)),
  conv2d: (rule) => activated(rule, convolution(rule, 2)),
  maxPool2d: ({ g, layer, inputs: [x] }) => ({
    name: g.node('MaxPool', layer.id, [g.first(x)], windowOf(layer, 'poolSize')),
    shape: layer.shape,
    layout: 'first',
  }),
  averagePool2d: ({ g, layer, inputs: [x] }) => ({
    name: g.node('AveragePool', layer.id, [g.first(x)], { ...windowOf(layer, 'poolSize'), count_include_pad: 0 }),
    shape: layer.shape,
    layout: 'first',
  }),
  globalAveragePool2d({ g, layer, inputs: [x] }) {
    const pooled = g.node('GlobalAveragePool', `${layer.id}/pooled`, [g.first(x)]);
    return list(g.node('Flatten', layer.id, [pooled], { axis: 1 }), layer.shape);
  },
  batchNorm({ g, layer, inputs: [x], weight }) {
    const channels = layer.shape[layer.shape.length - 1];
    const of = (name: string, has: unknown, otherwise: number): string => {
      const values = has ? weight(name).values : new Float32Array(channels).fill(otherwise);
      return g.weight(`${layer.id}/${name}`, [channels], values);
    };
    const { scale, center, epsilon } = layer.params;
    const weights = [
      of('gamma', scale, 1),
      of('beta', center, 0),
      of('movingMean', true, 0),
      of('movingVariance', true, 1),
    ];
    const name = g.node('BatchNormalization', layer.id, [g.first(x), ...weights], {
      epsilon: { float: epsilon as number },
    });
    return { name, shape: layer.shape, layout: layer.shape.length > 1 ? 'first' : 'last' };
  },
  layerNorm({ g, layer, inputs: [x], weight }) {
    const { axis, scale, center, epsilon } = layer.params;
    const shape = axis === 'all' ? layer.shape : layer.shape.slice(-1);
    const size = sizeOf(shape);
    const gamma = scale ? weight('gamma').values : new Float32Array(size).fill(1);
    const weights = [g.weight(`${layer.id}/gamma`, shape, gamma)];
    if (center) weights.push(g.weight(`${layer.id}/beta`, shape, weight('beta').values));
    const attributes = { axis: -shape.length, epsilon: { float: epsilon as number } };
    return list(g.node('LayerNormalization', layer.id, [g.last(x), ...weights], attributes), layer.shape);
  },
  embedding({ g, layer, inputs: [x], weight }) {
    const { shape, values } = weight('embeddings');
    const table = g.weight(`${layer.id}/embeddings`, shape, values);
    // 7: INT64.
    const indices = g.node('Cast', `${layer.id}/indices`, [g.last(x)], { to: 7 });
    return list(g.node('Gather', layer.id, [table, indices], { axis: 0 }), layer.shape);
  },
  flatten: ({ g, layer, inputs: [x] }) => list(g.node('Flatten', layer.id, [g.last(x)], { axis: 1 }), layer.shape),
  reshape({ g, layer, inputs: [x] }) {
    const shape = g.integers(`${layer.id}/shape`, [-1, ...layer.shape]);
    return list(g.node('Reshape', layer.id, [g.last(x), shape]), layer.shape);
  },
  add: (rule) => merged(rule, (g, name, values) => g.node('Sum', name, values)),
  multiply: (rule) =>
    merged(rule, (g, name, values) => values.reduce((product, value) => g.node('Mul', name, [product, value]))),
  slice({ g, layer, inputs: [x] }) {
    const start = layer.params.start as number;
    const axis = layer.shape.length;
    const of = (name: string, value: number): string => g.integers(`${layer.id}/${name}`, [value]);
    const bounds = [of('start', start), of('end', start + layer.shape[axis - 1]), of('axis', axis)];
    return list(g.node('Slice', layer.id, [g.last(x), ...bounds]), layer.shape);
  },
  concat({ g, layer, inputs }) {
    const first = inputs.every((x) => x.layout === 'first');
    const values = inputs.map((x) => (first ? x.name : g.last(x)));
    const name = g.node('Concat', layer.id, values, { axis: first ? 1 : layer.shape.length });
    return { name, shape: layer.shape, layout: first ? 'first' : 'last' };
  },
};

/** Kinds that have a rule, for the test that every kind has one. */
export const writtenKinds: readonly string[] = ['input', ...Object.keys(kinds), ...Object.keys(drops)];

/**
 * Writes a layer's nodes.
 * @param training dropout drops, with the rate of the layer; without, such layers are left out
 * @throws FormatError where the kind has no form here
 */
export function writeLayer(
  g: GraphBuilder,
  trained: TrainedModel,
  layer: ModelLayer,
  inputs: readonly GraphValue[],
  training: boolean,
): GraphValue {
  const rule: Rule = { g, layer, inputs, weight: (name) => weightOf(trained, layer, name) };
  const drop = Object.hasOwn(drops, layer.kind) ? drops[layer.kind] : undefined;
  if (drop && (training || !Object.hasOwn(kinds, layer.kind))) {
    if (!training) return inputs[0];
    const dropped = drop(rule);
    return layer.kind === 'dropConnect' ? activated(rule, dropped) : dropped;
  }
  if (!Object.hasOwn(kinds, layer.kind))
    throw new FormatError(`Layer "${layer.id}": the kind "${layer.kind}" has no form in ONNX here.`);
  return kinds[layer.kind](rule);
}

function activated({ g, layer }: Rule, x: GraphValue): GraphValue {
  return activate(g, layer.params.activation as string, layer.id, x);
}

/** Names: "hidden1/MatMul" the product, "hidden1/Add" the sum, "hidden1" what the layer gives. */
function affine({ g, layer, inputs: [x], weight }: Rule): GraphValue {
  const kernel = weight('kernel');
  const linear = layer.params.activation === 'linear';
  const product = [x.name, g.weight(`${layer.id}/kernel`, kernel.shape, kernel.values)];
  if (!layer.params.bias) return list(g.node('MatMul', linear ? layer.id : `${layer.id}/MatMul`, product), layer.shape);
  const bias = weight('bias');
  const gemm = [...product, g.weight(`${layer.id}/bias`, bias.shape, bias.values)];
  return list(g.node('Gemm', linear ? layer.id : `${layer.id}/Gemm`, gemm), layer.shape);
}

function convolution({ g, layer, inputs: [x], weight }: Rule, dimensions: 1 | 2): GraphValue {
  const kernel = weight('kernel');
  // [window.., channels, filters] → [filters, channels, window..]
  const order = [dimensions + 1, dimensions, ...Array.from({ length: dimensions }, (_, i) => i)];
  const shape = order.map((axis) => kernel.shape[axis]);
  const inputs = [g.first(x), g.weight(`${layer.id}/kernel`, shape, permuted(kernel.values, kernel.shape, order))];
  if (layer.params.bias) inputs.push(g.weight(`${layer.id}/bias`, [shape[0]], weight('bias').values));
  const linear = layer.params.activation === 'linear';
  const name = g.node('Conv', linear ? layer.id : `${layer.id}/Conv`, inputs, windowOf(layer, 'kernelSize'));
  return { name, shape: layer.shape, layout: 'first' };
}

/** Where a window goes, as attributes: padding is written out, for it is asymmetric where a stride leaves an odd rest. */
function windowOf({ params, inputShapes: [input] }: ModelLayer, name: string): Record<string, readonly number[]> {
  const both = (value: unknown): number[] => (Array.isArray(value) ? (value as number[]) : [value as number]);
  const window = both(params[name]);
  const strides = both(params.strides ?? window);
  const dilation = both(params.dilationRate ?? window.map(() => 1));
  const flat = window.length === 1;
  const wide = (values: number[]): number[] => (flat ? [1, ...values] : values);
  const w = windowsOf(flat ? [1, input[0], input[1]] : [input[0], input[1], input[2]], {
    name,
    window: wide(window),
    strides: wide(strides),
    dilation: wide(dilation),
    padding: params.padding as string,
  });
  const rest = (size: number, places: number, stride: number, reach: number, before: number): number =>
    Math.max(0, (places - 1) * stride + reach - size - before);
  const reachY = (w.windowHeight - 1) * w.dilationY + 1;
  const reachX = (w.windowWidth - 1) * w.dilationX + 1;
  const bottom = rest(w.height, w.rows, w.strideY, reachY, w.top);
  const right = rest(w.width, w.columns, w.strideX, reachX, w.left);
  return {
    kernel_shape: window,
    strides,
    pads: flat ? [w.left, right] : [w.top, w.left, bottom, right],
    ...(params.dilationRate !== undefined && { dilations: dilation }),
  };
}

/** Value by value: in whichever layout the first input has. */
function merged(
  { g, layer, inputs }: Rule,
  write: (g: GraphBuilder, name: string, values: readonly string[]) => string,
): GraphValue {
  const { layout } = inputs[0];
  const values = inputs.map((x) => (layout === 'first' ? g.first(x) : g.last(x)));
  return { name: write(g, layer.id, values), shape: layer.shape, layout };
}
