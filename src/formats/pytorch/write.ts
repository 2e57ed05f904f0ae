import type { Tensor } from '../../engine/real';
import { sizeOf } from '../../model/spec';
import type { ExportResult } from '../exchange/request';
import { permuted, type TrainedModel, weightOf } from '../exchange/trained';
import { writeSafetensors } from '../safetensors';
import { modelProgram } from './model';
import { type PytorchNetwork, pytorchNetwork } from './network';
import { predictProgram } from './predict';
import { tensorsProgram } from './tensors';

/**
 * A folder for PyTorch: "model.py" with a class Network, its weights under the names of its state_dict, "predict.py" that
 * answers new samples, and "tensors.py" that reads the weights without a package.
 * @throws FormatError where a weight is missing, or a layer has no form in PyTorch
 */
export function writePytorch(trained: TrainedModel): ExportResult {
  const network = pytorchNetwork(trained.model);
  return {
    files: new Map<string, Uint8Array | string>([
      ['model.py', modelProgram(trained.model, network)],
      ['predict.py', predictProgram(trained)],
      ['tensors.py', tensorsProgram],
      ['weights.safetensors', writeSafetensors({ tensors: stateOf(trained, network), metadata: new Map() })],
    ]),
    notes: network.notes,
  };
}

/** The weights as the module's state_dict has them. @throws FormatError where one is missing */
export function stateOf(trained: TrainedModel, { weights }: PytorchNetwork): Map<string, Tensor> {
  return new Map(
    weights.map(({ layer, name, ours, order, constant }): [string, Tensor] => {
      if (ours === undefined) {
        const { value, shape } = constant!;
        return [name, { shape, values: new Float32Array(sizeOf(shape)).fill(value) }];
      }
      const { shape, values } = weightOf(trained, layer, ours);
      if (!order) return [name, { shape, values }];
      return [name, { shape: order.map((axis) => shape[axis]), values: permuted(values, shape, order) }];
    }),
  );
}
