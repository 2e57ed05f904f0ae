import type { OnnxGraph, OnnxNode } from './messages';

/**
 * Activations that are several nodes: x · sigmoid(x) becomes one node "Silu", x (1 + erf(x / √2)) / 2, in whichever
 * order it is multiplied, one node "Gelu", and a softplus that gives x itself where x is large one node "Softplus".
 */
export function joinActivations(graph: OnnxGraph): OnnxGraph {
  const from = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const numbers = new Map<string, number>();
  for (const { name, values } of graph.initializers) if (values.length === 1) numbers.set(name, Number(values[0]));
  for (const { type, outputs, attributes } of graph.nodes) {
    const value = attributes.get('value');
    if (type === 'Constant' && value?.type === 'tensor' && value.value.values.length === 1)
      numbers.set(outputs[0], Number(value.value.values[0]));
  }
  const readers = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes)
    for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node]);
  const only = (name: string): boolean =>
    (readers.get(name)?.length ?? 0) === 1 && !graph.outputs.some((output) => output.name === name);

  const gone = new Set<OnnxNode>();
  const joined = new Map<OnnxNode, OnnxNode>();
  const join = (last: OnnxNode, type: string, x: string, inner: readonly OnnxNode[]): void => {
    joined.set(last, { ...last, type, inputs: [x], attributes: new Map() });
    for (const node of inner) gone.add(node);
  };

  for (const node of graph.nodes) {
    if (node.type === 'Where') {
      const [condition, x, otherwise] = node.inputs;
      const greater = from.get(condition);
      const softplus = from.get(otherwise);
      const isAbove = greater?.type === 'Greater' && greater.inputs[0] === x && only(condition);
      const isSoftplus = softplus?.type === 'Softplus' && softplus.inputs[0] === x && only(otherwise);
      if (isAbove && isSoftplus && (numbers.get(greater.inputs[1]) ?? 0) >= LARGE)
        join(node, 'Softplus', x, [greater, softplus]);
    }
    if (node.type !== 'Mul') continue;
    const [a, b] = node.inputs;
    for (const [x, y] of [
      [a, b],
      [b, a],
    ]) {
      const sigmoid = from.get(y);
      if (sigmoid?.type === 'Sigmoid' && sigmoid.inputs[0] === x && only(y)) join(node, 'Silu', x, [sigmoid]);
    }
    // The factors of two products one behind the other: x, 1 + erf(x / √2) and a half.
    const inner = [from.get(a), from.get(b)].find((n) => n?.type === 'Mul' && only(n.outputs[0]));
    if (!inner) continue;
    const factors = [...inner.inputs, ...node.inputs.filter((name) => name !== inner.outputs[0])];
    const half = factors.findIndex((name) => near(numbers.get(name), 0.5));
    if (factors.length !== 3 || half < 0) continue;
    const rest = factors.filter((_, i) => i !== half);
    for (const [x, sum] of [rest, [...rest].reverse()]) {
      const add = from.get(sum);
      if (add?.type !== 'Add' || !only(sum)) continue;
      const erf = add.inputs.map((name) => from.get(name)).find((n) => n?.type === 'Erf' && only(n.outputs[0]));
      if (!erf || !add.inputs.some((name) => near(numbers.get(name), 1))) continue;
      const scaled = from.get(erf.inputs[0]);
      if (!scaled || scaled.inputs[0] !== x || !only(erf.inputs[0])) continue;
      const by = numbers.get(scaled.inputs[1]);
      if ((scaled.type === 'Mul' && near(by, Math.SQRT1_2)) || (scaled.type === 'Div' && near(by, Math.SQRT2)))
        join(node, 'Gelu', x, [inner, add, erf, scaled]);
    }
  }
  return { ...graph, nodes: graph.nodes.filter((node) => !gone.has(node)).map((node) => joined.get(node) ?? node) };
}

/** From here on ln(1 + eˣ) is x in 32-bit floats: e⁻¹⁶ / 16 is 7e-9, and half of their last place 6e-8. PyTorch takes 20. */
const LARGE = 16;

const near = (value: number | undefined, wanted: number): boolean =>
  value !== undefined && Math.abs(value - wanted) < 1e-4;
