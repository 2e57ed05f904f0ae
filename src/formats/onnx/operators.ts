import { SELU_ALPHA, SELU_SCALE } from '../../engine/activations/selu';
import { sizeOf } from '../../model/spec';
import { NoCounterpart, rounded } from '../exchange/imported';
import { permuted } from '../exchange/trained';
import { attribute, type Flow, floats, type GraphReader, integers } from './graph';
import type { OnnxNode } from './messages';
import { readConvolution, readGlobalPooling, readPooling, readReduceMean } from './operatorWindows';
import { merge, readArithmetic, readGemm, readMatMul } from './operatorWeights';

type Read = (r: GraphReader, node: OnnxNode) => void;

/** The operators of ONNX that have a counterpart, each making layers, or knowing more of values. */
export const operators: Readonly<Record<string, Read>> = {
  Gemm: readGemm,
  MatMul: readMatMul,
  Add: (r, node) => readArithmetic(r, node, 'Add'),
  Sub: (r, node) => readArithmetic(r, node, 'Sub'),
  Mul: (r, node) => readArithmetic(r, node, 'Mul'),
  Div: (r, node) => readArithmetic(r, node, 'Div'),
  Sum: (r, node) => merge(r, node, 'add'),
  Conv: readConvolution,
  MaxPool: (r, node) => readPooling(r, node, 'maxPool2d'),
  AveragePool: (r, node) => readPooling(r, node, 'averagePool2d'),
  GlobalAveragePool: readGlobalPooling,
  ReduceMean: readReduceMean,

  Relu: (r, node) => activate(r, node, 'relu'),
  LeakyRelu(r, node) {
    wants('alpha', 0.01, attribute(node, 'alpha', 'float') ?? 0.01);
    activate(r, node, 'leakyRelu');
  },
  Elu(r, node) {
    wants('alpha', 1, attribute(node, 'alpha', 'float') ?? 1);
    activate(r, node, 'elu');
  },
  Selu(r, node) {
    wants('alpha', SELU_ALPHA, attribute(node, 'alpha', 'float') ?? SELU_ALPHA);
    wants('gamma', SELU_SCALE, attribute(node, 'gamma', 'float') ?? SELU_SCALE);
    activate(r, node, 'selu');
  },
  Gelu(r, node) {
    if ((attribute(node, 'approximate', 'text') ?? 'none') !== 'none')
      throw new NoCounterpart('is the GELU with tanh; ours is the exact one');
    activate(r, node, 'gelu');
  },
  Silu: (r, node) => activate(r, node, 'silu'),
  Softplus: (r, node) => activate(r, node, 'softplus'),
  Sigmoid: (r, node) => activate(r, node, 'sigmoid'),
  Tanh: (r, node) => activate(r, node, 'tanh'),
  Softmax: (r, node) => softmax(r, node),
  // Classes are told by probabilities here: the same answers, before the logarithm is taken.
  LogSoftmax(r, node) {
    if (!r.graph.outputs.some((output) => output.name === node.outputs[0]))
      throw new NoCounterpart('takes logarithms within the network');
    softmax(r, node);
    r.notes.push('The output gives probabilities here; there it gives their logarithms (LogSoftmax).');
  },

  BatchNormalization(r, node) {
    if ((attribute(node, 'training_mode', 'int') ?? 0) !== 0)
      throw new NoCounterpart('normalises by the batch in inference (training_mode)');
    const x = r.flow(node);
    if (x.affine) throw new NoCounterpart('normalises numbers that are scaled in the graph');
    if (x.layout === 'last' && x.shape.length > 1)
      throw new NoCounterpart('normalises another dimension than the channels');
    const epsilon = rounded(attribute(node, 'epsilon', 'float') ?? 1e-5);
    const id = r.add('batchNorm', node, [x.layer], { epsilon });
    ['gamma', 'beta', 'movingMean', 'movingVariance'].forEach((name, i) => {
      const theirs = floats(r.constant(node, i + 1)!);
      const values = theirs.slice();
      x.order?.forEach((own, at) => (values[own] = theirs[at]));
      r.setWeight(id, name, [x.shape[x.shape.length - 1]], values);
    });
    r.know(node.outputs[0], { ...x, layer: id });
  },
  LayerNormalization(r, node) {
    const x = r.plain(node);
    if (x.layout === 'first' && x.shape.length > 1) throw new NoCounterpart('normalises with the channels first');
    const axis = attribute(node, 'axis', 'int') ?? -1;
    const from = axis < 0 ? axis + x.shape.length + 1 : axis;
    const all = from === 1 && x.shape.length > 1;
    if (!all && from !== x.shape.length) throw new NoCounterpart(`normalises from axis ${axis} on`);
    const gamma = floats(r.constant(node, 1)!);
    const beta = r.constant(node, 2);
    const epsilon = rounded(attribute(node, 'epsilon', 'float') ?? 1e-5);
    const id = r.add('layerNorm', node, [x.layer], {
      ...(all && { axis: 'all' }),
      epsilon,
      ...(!beta && { center: false }),
    });
    const shape = all ? x.shape : x.shape.slice(-1);
    r.setWeight(id, 'gamma', shape, gamma);
    if (beta) r.setWeight(id, 'beta', shape, floats(beta));
    r.know(node.outputs[0], { ...x, layer: id });
  },

  Dropout(r, node) {
    const x = r.flow(node);
    const rate = r.constant(node, 1)?.values[0] ?? attribute(node, 'ratio', 'float') ?? 0.5;
    const id = r.add('dropout', node, [x.layer], { rate: rounded(Number(rate)) });
    r.know(node.outputs[0], { ...x, layer: id });
  },
  Gather(r, node) {
    const dimensions = r.known(node.inputs[0]);
    const at = r.known(node.inputs[1]);
    if (dimensions?.type === 'dimensions' && at?.type === 'constant') {
      const picked = integers(at.tensor).map((i) => dimensions.values.at(i) ?? 0);
      return r.know(node.outputs[0], { type: 'dimensions', values: picked });
    }
    const table = r.constant(node, 0)!;
    const x = r.plain(node, 1);
    if (table.shape.length !== 2 || (attribute(node, 'axis', 'int') ?? 0) !== 0)
      throw new NoCounterpart('picks out of something else than the rows of a table');
    const [inputDimension, outputDimension] = table.shape;
    const id = r.add('embedding', node, [x.layer], { inputDimension, outputDimension });
    r.setWeight(id, 'embeddings', table.shape, floats(table));
    return r.know(node.outputs[0], { ...x, layer: id, shape: [...x.shape, outputDimension] });
  },

  Flatten(r, node) {
    if ((attribute(node, 'axis', 'int') ?? 1) !== 1) throw new NoCounterpart('flattens from another axis than 1');
    flatten(r, node);
  },
  Reshape(r, node) {
    const wanted = r.known(node.inputs[1]);
    const sizes =
      wanted?.type === 'dimensions' ? wanted.values : wanted?.type === 'constant' ? integers(wanted.tensor) : undefined;
    if (!sizes) throw new NoCounterpart('takes a shape that is worked out in the graph');
    const x = r.flow(node);
    const own = sizes.slice(1);
    if (own.length === 1 && (own[0] === -1 || own[0] === sizeOf(x.shape))) return flatten(r, node);
    const { shape, layout } = r.plain(node);
    if (own.some((size) => typeof size !== 'number' || size < 1) || own.length < 1)
      throw new NoCounterpart(`takes the shape [${sizes.join(', ')}]`);
    const to = own as number[];
    if ((layout === 'first' && shape.length > 1) || sizeOf(to) !== sizeOf(shape))
      throw new NoCounterpart('brings a picture with the channels first into another shape');
    const id = r.add('reshape', node, [x.layer], { shape: to });
    return r.know(node.outputs[0], { type: 'flow', layer: id, shape: to, layout: 'last' });
  },
  Transpose(r, node) {
    const known = r.known(node.inputs[0]);
    if (known?.type === 'constant') {
      const { name, shape } = known.tensor;
      const order = attribute(node, 'perm', 'ints') ?? shape.map((_, i) => shape.length - 1 - i);
      const values = permuted(Float32Array.from(floats(known.tensor)), shape, order);
      const tensor = { name, shape: order.map((axis) => shape[axis]), values };
      return r.know(node.outputs[0], { type: 'constant', tensor });
    }
    const x = r.plain(node);
    const rank = x.shape.length;
    const perm = attribute(node, 'perm', 'ints') ?? Array.from({ length: rank + 1 }, (_, i) => rank - i);
    const inner = Array.from({ length: rank - 1 }, (_, i) => i);
    const toFirst = [0, rank, ...inner.map((i) => i + 1)];
    const toLast = [0, ...inner.map((i) => i + 2), 1];
    const same = (a: readonly number[]): boolean => a.join() === perm.join();
    if (x.layout === 'last' && same(toFirst)) return r.know(node.outputs[0], { ...x, layout: 'first' });
    if (x.layout === 'first' && same(toLast)) return r.know(node.outputs[0], { ...x, layout: 'last' });
    throw new NoCounterpart(`puts dimensions into the order [${perm.join(', ')}]`);
  },
  Slice(r, node) {
    const list = (at: number): number[] | undefined => {
      const tensor = r.constant(node, at);
      return tensor && integers(tensor);
    };
    const [starts, ends, axes, steps] = [list(1)!, list(2)!, list(3), list(4)];
    const known = r.known(node.inputs[0]);
    if (known?.type === 'dimensions')
      return r.know(node.outputs[0], { type: 'dimensions', values: known.values.slice(starts[0], ends[0]) });
    const x = r.plain(node);
    const rank = x.shape.length;
    const channels = x.shape[rank - 1];
    const axis = axes?.[0] ?? 0;
    if (starts.length !== 1 || (axis < 0 ? axis + rank + 1 : axis) !== (x.layout === 'first' ? 1 : rank))
      throw new NoCounterpart('takes a part along another dimension than the channels');
    if ((steps?.[0] ?? 1) !== 1) throw new NoCounterpart(`takes every ${steps![0]}th value`);
    // Counted from the end where negative; what reaches beyond is cut.
    const place = (at: number): number => Math.min(channels, Math.max(0, at < 0 ? at + channels : at));
    const start = place(starts[0]);
    const count = place(ends[0]) - start;
    const id = r.add('slice', node, [x.layer], { start, count });
    return r.know(node.outputs[0], { ...x, layer: id, shape: [...x.shape.slice(0, -1), count] });
  },
  Squeeze: (r, node) => sameNumbers(r, node),
  // By nothing, as PyTorch writes it before a pooling.
  Pad(r, node) {
    if (integers(r.constant(node, 1)!).some((n) => n !== 0)) throw new NoCounterpart('pads by itself');
    r.know(node.outputs[0], r.flow(node));
  },
  Identity(r, node) {
    const known = r.known(node.inputs[0]);
    if (!known) throw new NoCounterpart('reads a value that is not there');
    r.know(node.outputs[0], known);
  },
  // Of whole numbers for a look-up, or of shapes.
  Cast(r, node) {
    const known = r.known(node.inputs[0]);
    if (!known || known.type === 'constant') throw new NoCounterpart('takes a weight to another type');
    r.know(node.outputs[0], known);
  },
  Concat(r, node) {
    const parts = node.inputs.map((name) => r.known(name));
    if (parts.some((part) => part?.type === 'dimensions')) {
      const values = parts.flatMap((part) =>
        part?.type === 'dimensions' ? part.values : part?.type === 'constant' ? integers(part.tensor) : [],
      );
      return r.know(node.outputs[0], { type: 'dimensions', values });
    }
    const flows = node.inputs.map((_, i) => r.plain(node, i));
    const [first] = flows;
    const axis = attribute(node, 'axis', 'int') ?? 1;
    const rank = first.shape.length;
    if ((axis < 0 ? axis + rank + 1 : axis) !== (first.layout === 'first' ? 1 : rank))
      throw new NoCounterpart(`joins along axis ${axis}; ours joins the channels`);
    const id = r.add(
      'concat',
      node,
      flows.map((flow) => flow.layer),
    );
    const channels = flows.reduce((sum, flow) => sum + flow.shape[rank - 1], 0);
    return r.know(node.outputs[0], { ...first, layer: id, shape: [...first.shape.slice(0, -1), channels] });
  },

  Constant(r, node) {
    const value = node.attributes.get('value');
    const list = node.attributes.get('value_ints');
    const number = node.attributes.get('value_int') ?? node.attributes.get('value_float');
    const tensor =
      value?.type === 'tensor'
        ? { ...value.value, name: node.outputs[0] }
        : list?.type === 'ints'
          ? { name: node.outputs[0], shape: [list.value.length], values: BigInt64Array.from(list.value, BigInt) }
          : number?.type === 'int'
            ? { name: node.outputs[0], shape: [], values: BigInt64Array.of(BigInt(number.value)) }
            : number?.type === 'float'
              ? { name: node.outputs[0], shape: [], values: Float32Array.of(number.value) }
              : undefined;
    if (!tensor) throw new NoCounterpart('is a constant of another kind than numbers');
    r.know(node.outputs[0], { type: 'constant', tensor });
  },
  Shape(r, node) {
    const { shape, layout, ones = 0 } = r.flow(node);
    const own = layout === 'first' && shape.length > 1 ? [shape[shape.length - 1], ...shape.slice(0, -1)] : shape;
    const all = ['batch' as const, ...own, ...Array.from({ length: ones }, () => 1)];
    const start = attribute(node, 'start', 'int') ?? 0;
    const end = attribute(node, 'end', 'int') ?? all.length;
    r.know(node.outputs[0], { type: 'dimensions', values: all.slice(start, end) });
  },
  Unsqueeze(r, node) {
    const known = r.known(node.inputs[0]);
    if (known?.type !== 'dimensions') throw new NoCounterpart('adds a dimension');
    r.know(node.outputs[0], known);
  },
};

function activate(r: GraphReader, node: OnnxNode, kind: string): void {
  const x = r.flow(node);
  if (x.affine) throw new NoCounterpart('activates numbers that are scaled in the graph');
  const open = r.open(node.inputs[0], x);
  if (open) {
    open.params.activation = kind;
    return r.know(node.outputs[0], x);
  }
  if (x.order && kind === 'softmax') throw new NoCounterpart('activates a flattened picture with the channels first');
  return r.know(node.outputs[0], { ...x, layer: r.add('activation', node, [x.layer], { activation: kind }) });
}

function softmax(r: GraphReader, node: OnnxNode): void {
  const { shape, layout } = r.flow(node);
  const axis = attribute(node, 'axis', 'int') ?? -1;
  const last = layout === 'first' ? 1 : shape.length;
  if ((axis < 0 ? axis + shape.length + 1 : axis) !== last)
    throw new NoCounterpart(`works along axis ${axis}; ours works along the channels`);
  activate(r, node, 'softmax');
}

/** The list of all numbers of a sample: of pictures with the channels first, in another order than ours. */
function flatten(r: GraphReader, node: OnnxNode): void {
  const x = r.flow(node);
  if (x.shape.length === 1) return sameNumbers(r, node);
  const { shape, layout } = r.plain(node);
  const channels = shape[shape.length - 1];
  const places = sizeOf(shape) / channels;
  const id = r.add('flatten', node, [x.layer]);
  const flow: Flow = { type: 'flow', layer: id, shape: [sizeOf(shape)], layout: 'last' };
  if (layout === 'last' || channels === 1 || places === 1) return r.know(node.outputs[0], flow);
  const order = Array.from({ length: sizeOf(shape) }, (_, i) => (i % places) * channels + Math.floor(i / places));
  return r.know(node.outputs[0], { ...flow, order });
}

/** A list, whatever dimensions of 1 the graph has behind it. */
function sameNumbers(r: GraphReader, node: OnnxNode): void {
  const x = r.flow(node);
  if (x.shape.length !== 1) throw new NoCounterpart('takes a dimension away');
  r.know(node.outputs[0], { ...x, ones: undefined });
}

function wants(name: string, wanted: number, found: number): void {
  if (Math.abs(found - wanted) > 1e-4)
    throw new NoCounterpart(`has ${name} ${rounded(found)}; ours is ${rounded(wanted)}`);
}
