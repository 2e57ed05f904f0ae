import { ALPHA_DROPPED, alphaAffine } from '../../engine/layers/alphaDropout';
import { blockProbability } from '../../engine/layers/dropBlock';
import type { GraphBuilder, GraphValue } from './builder';
import type { Rule } from './rule';

/**
 * The dropout family, dropping: for Monte Carlo answers and for training elsewhere. `rate` is ONNX's `ratio`, the
 * probability of dropping, and its Dropout scales what it keeps by 1 / (1 - ratio) as ours does.
 *
 * A mask that is smaller than what it drops is a Dropout of ones of the mask's shape, multiplied in.
 */
export const drops: Readonly<Record<string, (rule: Rule) => GraphValue>> = {
  dropout({ g, layer, inputs: [x] }) {
    const noiseShape = layer.params.noiseShape as readonly (number | null)[] | undefined;
    if (!noiseShape) return { ...x, name: dropped(g, layer.id, x.name, rateOf(layer)) };
    const [batch, ...own] = noiseShape;
    const shape = own.map((n, axis) => n ?? x.shape[axis]);
    return times(g, layer.id, x, factors(g, layer.id, x, shape, rateOf(layer), batch === 1));
  },
  spatialDropout({ g, layer, inputs: [x] }) {
    const shape = x.shape.map((n, axis) => (axis === x.shape.length - 1 ? n : 1));
    return times(g, layer.id, x, factors(g, layer.id, x, shape, rateOf(layer)));
  },
  stochasticDepth({ g, layer, inputs: [x] }) {
    const shape = x.shape.map(() => 1);
    return times(g, layer.id, x, factors(g, layer.id, x, shape, rateOf(layer)));
  },
  /** Blocks begin where a random number is below their probability; the largest of a block's reach says what they drop. */
  dropBlock({ g, layer, inputs: [x] }) {
    const [height, width, channels] = x.shape;
    const size = layer.params.blockSize as number;
    const id = layer.id;
    const first = g.first(x);
    const shape = g.node(
      'Concat',
      `${id}/shape`,
      [batchOf(g, id, first), g.integers(`${id}/places`, [channels, height - size + 1, width - size + 1])],
      { axis: 0 },
    );
    const ones = onesOf(g, id, shape);
    const random = g.node('RandomUniformLike', `${id}/random`, [ones]);
    const p = blockProbability(rateOf(layer), size, height, width);
    const begins = g.node('Less', `${id}/begins`, [random, g.number(`${id}/p`, p)]);
    const marked = g.node('Cast', `${id}/marked`, [begins], { to: 1 });
    const reached =
      size === 1
        ? marked
        : g.node('Pad', `${id}/reached`, [
            marked,
            g.integers(`${id}/pads`, [0, 0, size - 1, size - 1, 0, 0, size - 1, size - 1]),
          ]);
    const blocks = g.node('MaxPool', `${id}/blocks`, [reached], { kernel_shape: [size, size] });
    const kept = g.node('Sub', `${id}/kept`, [g.number(`${id}/one`, 1), blocks]);
    const count = g.node('ReduceSum', `${id}/count`, [kept, g.integers(`${id}/axes`, [1, 2, 3])]);
    // Where none is kept nothing is left to scale.
    const divisor = g.node('Max', `${id}/divisor`, [count, g.number(`${id}/least`, 1)]);
    const scale = g.node('Div', `${id}/scale`, [g.number(`${id}/units`, height * width * channels), divisor]);
    const scaled = g.node('Mul', `${id}/scaled`, [g.node('Mul', `${id}/cut`, [first, kept]), scale]);
    return { name: scaled, shape: x.shape, layout: 'first' };
  },
  /** The kernel of each sample has a mask of its own: [batch, 1, features] x [batch, features, units]. */
  dropConnect({ g, layer, inputs: [x], weight }) {
    const id = layer.id;
    const kernel = weight('kernel');
    const shape = g.node(
      'Concat',
      `${id}/shape`,
      [batchOf(g, id, x.name), g.integers(`${id}/kernelShape`, kernel.shape)],
      {
        axis: 0,
      },
    );
    const each = g.node('Expand', `${id}/each`, [g.weight(`${id}/kernel`, kernel.shape, kernel.values), shape]);
    const cut = dropped(g, `${id}/cut`, each, rateOf(layer));
    const axis = g.integers(`${id}/axis`, [1]);
    const product = g.node('MatMul', `${id}/product`, [g.node('Unsqueeze', `${id}/row`, [x.name, axis]), cut]);
    const sum = g.node('Squeeze', `${id}/sum`, [product, axis]);
    const bias = layer.params.bias ? g.weight(`${id}/bias`, [kernel.shape[1]], weight('bias').values) : undefined;
    const name = bias === undefined ? sum : g.node('Add', `${id}/Add`, [sum, bias]);
    return { name, shape: layer.shape, layout: 'last' };
  },
  /** a · (x where it is kept, else SELU's lowest value) + b. */
  alphaDropout({ g, layer, inputs: [x] }) {
    const id = layer.id;
    const rate = rateOf(layer);
    const { a, b } = alphaAffine(rate);
    g.node('Dropout', `${id}/dropped`, [x.name, ...ratio(g, id, rate)], {}, 2);
    const kept = g.node('Where', `${id}/kept`, [`${id}/dropped/2`, x.name, g.number(`${id}/low`, ALPHA_DROPPED)]);
    const scaled = g.node('Mul', `${id}/scaled`, [kept, g.number(`${id}/a`, a)]);
    return { ...x, name: g.node('Add', id, [scaled, g.number(`${id}/b`, b)]) };
  },
  gaussianDropout({ g, layer, inputs: [x] }) {
    const rate = rateOf(layer);
    const noise = normalLike(g, layer.id, x.name, 1, Math.sqrt(rate / (1 - rate)));
    return times(g, layer.id, x, { ...x, name: noise });
  },
  gaussianNoise({ g, layer, inputs: [x] }) {
    const noise = normalLike(g, layer.id, x.name, 0, layer.params.stddev as number);
    return { ...x, name: g.node('Add', layer.id, [x.name, noise]) };
  },
};

const rateOf = (layer: Rule['layer']): number => layer.params.rate as number;

const ratio = (g: GraphBuilder, id: string, rate: number): readonly string[] => [
  g.number(`${id}/ratio`, rate),
  g.boolean(`${id}/training`, true),
];
const dropped = (g: GraphBuilder, id: string, x: string, rate: number): string =>
  g.node('Dropout', id, [x, ...ratio(g, id, rate)]);

/** [batch], as a list of one whole number. */
const batchOf = (g: GraphBuilder, id: string, x: string): string =>
  g.node('Shape', `${id}/batch`, [x], { start: 0, end: 1 });
const onesOf = (g: GraphBuilder, id: string, shape: string): string =>
  g.node('ConstantOfShape', `${id}/ones`, [shape], { value: { name: '', shape: [1], values: Float32Array.of(1) } });

/** 0 or 1 / (1 - rate), by chance, in a shape of the engine's. @param shared one draw for the whole batch */
function factors(
  g: GraphBuilder,
  id: string,
  x: GraphValue,
  shape: readonly number[],
  rate: number,
  shared = false,
): GraphValue {
  const batch = shared ? g.integers(`${id}/once`, [1]) : batchOf(g, id, x.name);
  const whole = g.node('Concat', `${id}/shape`, [batch, g.integers(`${id}/own`, shape)], { axis: 0 });
  const name = dropped(g, `${id}/factors`, onesOf(g, id, whole), rate);
  return { name, shape, layout: 'last' };
}

/** x · factors, in the layout of x. */
const times = (g: GraphBuilder, id: string, x: GraphValue, by: GraphValue): GraphValue => ({
  ...x,
  name: g.node('Mul', id, [x.name, x.layout === 'first' ? g.first(by) : g.last(by)]),
});

/** Normal numbers of the shape of x. Scaled by hand: an attribute cannot say a whole number as a float. */
function normalLike(g: GraphBuilder, id: string, x: string, mean: number, deviation: number): string {
  const normal = g.node('RandomNormalLike', `${id}/normal`, [x]);
  const spread = g.node('Mul', `${id}/spread`, [normal, g.number(`${id}/deviation`, deviation)]);
  return mean === 0 ? spread : g.node('Add', `${id}/noise`, [spread, g.number(`${id}/mean`, mean)]);
}
