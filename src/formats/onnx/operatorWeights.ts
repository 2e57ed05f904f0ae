import type { Shape } from '../../model/spec';
import { permuted } from '../exchange/trained';
import { NoCounterpart } from '../exchange/imported';
import { attribute, type Flow, floats, type GraphReader } from './graph';
import type { OnnxNode, OnnxTensor } from './messages';

/** alpha · A · B + beta · C with a weight B: a dense layer. */
export function readGemm(r: GraphReader, node: OnnxNode): void {
  for (const name of ['alpha', 'beta'])
    if ((attribute(node, name, 'float') ?? 1) !== 1) throw new NoCounterpart(`has ${name} other than 1`);
  if ((attribute(node, 'transA', 'int') ?? 0) !== 0) throw new NoCounterpart('turns its input (transA)');
  const kernel = r.constant(node, 1)!;
  const bias = r.constant(node, 2);
  dense(r, node, kernel, (attribute(node, 'transB', 'int') ?? 0) !== 0, bias);
}

/** A product with a weight: a dense layer without a bias, which a sum behind it may bring. */
export function readMatMul(r: GraphReader, node: OnnxNode): void {
  dense(r, node, r.constant(node, 1)!, false, undefined);
}

function dense(
  r: GraphReader,
  node: OnnxNode,
  kernel: OnnxTensor,
  turned: boolean,
  bias: OnnxTensor | undefined,
): void {
  const x = r.flow(node);
  if (x.shape.length !== 1) throw new NoCounterpart('multiplies along the last dimension of more than a list');
  if (kernel.shape.length !== 2) throw new NoCounterpart(`has a weight of ${kernel.shape.length} dimensions`);
  const values = Float32Array.from(floats(kernel));
  const [features, units] = turned ? [kernel.shape[1], kernel.shape[0]] : kernel.shape;
  if (features !== x.shape[0]) throw new NoCounterpart(`takes ${features} numbers, but reads ${x.shape[0]}`);
  const theirs = turned ? permuted(values, kernel.shape, [1, 0]) : values;
  const { scale, offset } = x.affine ?? {};
  const own = new Float32Array(features * units);
  const moved = new Float64Array(units);
  for (let i = 0; i < features; i++)
    for (let unit = 0; unit < units; unit++) {
      const weight = theirs[i * units + unit];
      // W (s x + o) = (W s) x + W o
      own[(x.order?.[i] ?? i) * units + unit] = scale ? weight * scale[i] : weight;
      if (offset) moved[unit] += weight * offset[i];
    }
  const biases = bias && spread(bias, units);
  const withBias = bias !== undefined || offset !== undefined;
  const id = r.add('dense', node, [x.layer], { units, ...(!withBias && { bias: false }) });
  r.setWeight(id, 'kernel', [features, units], own);
  if (withBias)
    r.setWeight(
      id,
      'bias',
      [units],
      moved.map((m, unit) => m + (biases?.[unit] ?? 0)),
    );
  r.know(node.outputs[0], { type: 'flow', layer: id, shape: [units], layout: 'last' });
}

/**
 * Sums and products. With a constant: the bias of the layer before; or, where that is none that may be changed, what the
 * dense layer behind takes in. Of two values that layers give: a join.
 */
export function readArithmetic(r: GraphReader, node: OnnxNode, type: 'Add' | 'Sub' | 'Mul' | 'Div'): void {
  const at = node.inputs.findIndex((name) => r.known(name)?.type === 'constant');
  if (at < 0) {
    if (type === 'Add') return merge(r, node, 'add');
    if (type === 'Mul') return merge(r, node, 'multiply');
    throw new NoCounterpart('joins values in another way than by sums and products');
  }
  if (at === 0 && (type === 'Sub' || type === 'Div')) throw new NoCounterpart('takes a value from a constant');
  const x = r.flow(node, 1 - at);
  const { shape, layout } = x;
  const units = shape[shape.length - 1];
  const constant = r.constant(node, at)!;
  const each = spread(constant, units, layout === 'first' ? shape : undefined);
  const name = node.inputs[1 - at];
  const open = r.open(name, x);
  if (open && (type === 'Add' || type === 'Sub')) {
    const sign = type === 'Add' ? 1 : -1;
    const before = r.weights.get(`${open.id}/bias`)?.values;
    r.setWeight(
      open.id,
      'bias',
      [units],
      each.map((value, i) => sign * value + (before?.[i] ?? 0)),
    );
    open.params.bias = undefined;
    return r.know(node.outputs[0], x);
  }
  if (open) {
    const factors = each.map((value) => (type === 'Mul' ? value : 1 / value));
    for (const weight of ['kernel', 'bias']) {
      const tensor = r.weights.get(`${open.id}/${weight}`);
      if (!tensor) continue;
      const scaled = Float64Array.from(tensor.values, (value, i) => value * factors[i % units]);
      r.setWeight(open.id, weight, tensor.shape, scaled);
    }
    return r.know(node.outputs[0], x);
  }
  if (shape.length !== 1) throw new NoCounterpart('scales or moves a picture by constants');
  return r.know(node.outputs[0], { ...x, affine: moved(x, each, type) });
}

/** Sums or products of what layers give. */
export function merge(r: GraphReader, node: OnnxNode, kind: 'add' | 'multiply'): void {
  const flows = node.inputs.map((_, i) => r.plain(node, i));
  const [first] = flows;
  const other = flows.find(
    (f) => f.shape.join() !== first.shape.join() || (f.layout !== first.layout && f.shape.length > 1),
  );
  if (other) throw new NoCounterpart('joins values of different shapes');
  r.know(node.outputs[0], {
    ...first,
    layer: r.add(
      kind,
      node,
      flows.map((flow) => flow.layer),
    ),
  });
}

function moved(x: Flow, each: Float64Array, type: 'Add' | 'Sub' | 'Mul' | 'Div'): NonNullable<Flow['affine']> {
  const { scale = new Float64Array(each.length).fill(1), offset = new Float64Array(each.length) } = x.affine ?? {};
  switch (type) {
    case 'Add':
      return { scale, offset: offset.map((o, i) => o + each[i]) };
    case 'Sub':
      return { scale, offset: offset.map((o, i) => o - each[i]) };
    case 'Mul':
      return { scale: scale.map((s, i) => s * each[i]), offset: offset.map((o, i) => o * each[i]) };
    case 'Div':
      return { scale: scale.map((s, i) => s / each[i]), offset: offset.map((o, i) => o / each[i]) };
  }
}

/**
 * A constant as a number a channel.
 * @param first the shape of one sample, where the graph has its channels first
 * @throws NoCounterpart where it is neither one number nor one a channel
 */
function spread(tensor: OnnxTensor, channels: number, first?: Shape): Float64Array {
  const values = floats(tensor);
  if (values.length === 1) return new Float64Array(channels).fill(values[0]);
  const behind = first ? first.length - 1 : 0;
  const sizes = tensor.shape.slice(0, tensor.shape.length - behind);
  const ones = tensor.shape.slice(tensor.shape.length - behind);
  if (values.length !== channels || sizes[sizes.length - 1] !== channels || ones.some((n) => n !== 1))
    throw new NoCounterpart(
      `takes "${tensor.name}" of shape [${tensor.shape.join(', ')}], which is not a number a channel`,
    );
  return Float64Array.from(values);
}
