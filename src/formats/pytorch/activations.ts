import { FormatError } from '../error';

/** The activations of the engine, by kind, as an expression of PyTorch. @param channels the dimension of the channels */
const rules: Readonly<Record<string, (x: string, channels: number) => string>> = {
  linear: (x) => x,
  relu: (x) => `F.relu(${x})`,
  leakyRelu: (x) => `F.leaky_relu(${x}, 0.01)`,
  elu: (x) => `F.elu(${x})`,
  selu: (x) => `F.selu(${x})`,
  // The exact form is PyTorch's default too.
  gelu: (x) => `F.gelu(${x})`,
  silu: (x) => `F.silu(${x})`,
  softplus: (x) => `F.softplus(${x})`,
  sigmoid: (x) => `torch.sigmoid(${x})`,
  tanh: (x) => `torch.tanh(${x})`,
  softmax: (x, channels) => `F.softmax(${x}, dim=${channels})`,
};

/** @throws FormatError where the activation has no rule */
export function activated(kind: string, x: string, channels: number): string {
  if (!Object.hasOwn(rules, kind)) throw new FormatError(`The activation "${kind}" has no form in PyTorch here.`);
  return rules[kind](x, channels);
}
