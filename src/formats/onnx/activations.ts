import { SELU_ALPHA, SELU_SCALE } from '../../engine/activations/selu';
import { FormatError } from '../error';
import type { GraphBuilder, GraphValue } from './builder';

type Rule = (g: GraphBuilder, name: string, x: string, channelAxis: number) => string;

/** The activations of the engine, by kind. Each gives the name of the activated value. */
const rules: Readonly<Record<string, Rule>> = {
  linear: (_g, _name, x) => x,
  relu: (g, name, x) => g.node('Relu', name, [x]),
  leakyRelu: (g, name, x) => g.node('LeakyRelu', name, [x], { alpha: { float: 0.01 } }),
  // Its alpha is 1, which is ONNX's default too.
  elu: (g, name, x) => g.node('Elu', name, [x]),
  selu: (g, name, x) => g.node('Selu', name, [x], { alpha: { float: SELU_ALPHA }, gamma: { float: SELU_SCALE } }),
  // x (1 + erf(x / √2)) / 2: an operator of its own only since opset 20.
  gelu(g, name, x) {
    const erf = g.node('Erf', `${name}/erf`, [
      g.node('Mul', `${name}/scaled`, [x, g.number(`${name}/root`, Math.SQRT1_2)]),
    ]);
    const below = g.node('Add', `${name}/below`, [erf, g.number(`${name}/one`, 1)]);
    const twice = g.node('Mul', `${name}/twice`, [x, below]);
    return g.node('Mul', name, [twice, g.number(`${name}/half`, 0.5)]);
  },
  silu: (g, name, x) => g.node('Mul', name, [x, g.node('Sigmoid', `${name}/sigmoid`, [x])]),
  softplus: (g, name, x) => g.node('Softplus', name, [x]),
  sigmoid: (g, name, x) => g.node('Sigmoid', name, [x]),
  tanh: (g, name, x) => g.node('Tanh', name, [x]),
  softmax: (g, name, x, axis) => g.node('Softmax', name, [x], { axis }),
};

/** @throws FormatError where the activation has no rule */
export function activate(g: GraphBuilder, kind: string, name: string, x: GraphValue): GraphValue {
  if (!Object.hasOwn(rules, kind)) throw new FormatError(`The activation "${kind}" has no form in ONNX here.`);
  return { ...x, name: rules[kind](g, name, x.name, x.layout === 'first' ? 1 : x.shape.length) };
}
