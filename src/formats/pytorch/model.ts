import type { Model } from '../../model/model';
import { layerOf } from '../../model/model';
import { classes } from './classes';
import type { PytorchNetwork } from './network';
import { tuple } from './python';

/** The text of model.py: a class Network with a module for each layer that has one, under the layer's name. */
export function modelProgram(model: Model, { modules, steps, helpers, logits }: PytorchNetwork): string {
  const input = model.layers.find(({ inputs }) => inputs.length === 0)!.shape;
  const output = layerOf(model, model.output).shape;
  const uses = (name: string): boolean =>
    [...modules, ...steps, ...helpers.map((helper) => classes[helper])].some((line) =>
      new RegExp(`\\b${name}\\.`).test(line),
    );
  const channels =
    input.length > 1
      ? '\n\n    Inputs have their channels last, as in the model; they are brought to the front where layers of PyTorch want them\n    there.'
      : '';
  const before = logits
    ? `\n\n    With logits=True it gives the values before the ${logits}, for F.${logits === 'softmax' ? 'cross_entropy' : 'binary_cross_entropy_with_logits'}.`
    : '';
  const title = model.name.replaceAll(/[\\"\s]+/g, ' ').trim() || 'network';
  return `"""The network "${title}" in PyTorch, written by Dropout Studio.

    from model import Network
    from tensors import read_tensors

    network = Network()
    network.load_state_dict(read_tensors("weights.safetensors"))
    network.eval()  # dropout off; after network.train() it drops, with the rates of the model
"""
${uses('math') ? '\nimport math\n' : ''}
import torch
${uses('F') ? 'import torch.nn.functional as F\n' : ''}from torch import nn

${helpers.map((helper) => `${classes[helper]}\n`).join('')}
class Network(nn.Module):
    """${shapeText(input)} -> ${shapeText(output)}.${channels}${before}
    """

    def __init__(self):
        super().__init__()
${modules.map((line) => `        ${line}\n`).join('')}
    def forward(self, x${logits ? ', logits=False' : ''}):
${steps.map((line) => `        ${line}\n`).join('')}`;
}

const shapeText = (shape: readonly number[]): string =>
  tuple(['batch', ...shape]).replaceAll(/[()]/g, (c) => (c === '(' ? '[' : ']'));
