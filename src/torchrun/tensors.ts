import type { Tensor } from '../engine/real';
import type { TrainerState } from '../engine/state';
import { permuted } from '../formats/exchange/trained';
import type { PytorchNetwork, StateWeight } from '../formats/pytorch/network';
import { sizeOf } from '../model/spec';
import { TorchError } from './process';

/** Weights and the optimizer's state under PyTorch's names, and in its shapes. */
export function theirTensors({ weights }: PytorchNetwork, { tensors }: TrainerState): Map<string, Tensor> {
  const state = new Map<string, Tensor>();
  for (const weight of weights) {
    if (weight.ours === undefined) {
      const { value, shape } = weight.constant!;
      state.set(weight.name, { shape, values: new Float32Array(sizeOf(shape)).fill(value) });
      continue;
    }
    const ours = `${weight.layer.id}/${weight.ours}`;
    state.set(weight.name, theirs(weight, tensors.get(ours)!));
    for (const [name, tensor] of tensors)
      if (name.startsWith(`optimizer/${ours}/`))
        state.set(`optimizer/${weight.name}/${name.slice(`optimizer/${ours}/`.length)}`, theirs(weight, tensor));
  }
  return state;
}

/** Ours again. @throws TorchError where a weight is missing or of another shape */
export function ourTensors(
  { weights }: PytorchNetwork,
  before: TrainerState,
  found: ReadonlyMap<string, Tensor>,
): Map<string, Tensor> {
  const tensors = new Map(before.tensors);
  const put = (ours: string, name: string, weight: StateWeight): void => {
    const old = before.tensors.get(ours)!;
    const shape = weight.order ? weight.order.map((axis) => old.shape[axis]) : old.shape;
    const tensor = found.get(name);
    if (tensor?.shape.join() !== shape.join())
      throw new TorchError(
        `The program for PyTorch wrote no "${name}" of shape [${shape.join(', ')}]${tensor ? `, but one of [${tensor.shape.join(', ')}]` : ''}.`,
      );
    const values = Float32Array.from(tensor.values);
    tensors.set(ours, {
      shape: old.shape,
      values: weight.order ? permuted(values, shape, inverse(weight.order)) : values,
    });
  };
  for (const weight of weights) {
    if (weight.ours === undefined) continue;
    const ours = `${weight.layer.id}/${weight.ours}`;
    put(ours, weight.name, weight);
    for (const name of before.tensors.keys())
      if (name.startsWith(`optimizer/${ours}/`))
        put(name, `optimizer/${weight.name}/${name.slice(`optimizer/${ours}/`.length)}`, weight);
  }
  return tensors;
}

function theirs({ order }: StateWeight, { shape, values }: Tensor): Tensor {
  const floats = Float32Array.from(values);
  if (!order) return { shape, values: floats };
  return { shape: order.map((axis) => shape[axis]), values: permuted(floats, shape, order) };
}

const inverse = (order: readonly number[]): readonly number[] => order.map((_, axis) => order.indexOf(axis));
