import { ModelError } from '../model/diagnostics';
import { type Model, type ModelLayer, type TrainingConfig, layerOf } from '../model/model';
import { sizeOf } from '../model/spec';
import { fitsOneOutput, inputAt, outputSizeOf, type Dataset } from './dataset';
import { explainIndex, isIndex } from './layers/parts/indices';
import { losses } from './losses/index';
import type { Network } from './network';
import { augmentationMisfit } from './trainingSamples';

/**
 * Holds a network against the data and the settings it is to be trained with.
 * @throws ModelError where they do not go together; RangeError on settings that no checked model has
 */
export function checkFit(
  network: Network,
  dataset: Dataset,
  { batchSize, epochs }: Pick<TrainingConfig, 'batchSize' | 'epochs'>,
): void {
  const { model } = network;
  const at = (id: string | undefined): (string | number)[] => {
    const index = model.layers.find((l) => l.id === id)?.index;
    return index === undefined ? ['layers'] : ['layers', index];
  };
  const features = sizeOf(dataset.inputShape);
  const input = model.layers.find((l) => l.inputs.length === 0)?.id;
  if (features !== network.inputSize)
    throw new ModelError(
      'input-shape',
      at(input),
      `Layer "${input}" takes ${network.inputSize} numbers, but a sample of ${dataset.title} has ${features}.`,
    );
  const misfit = augmentationMisfit(model, dataset);
  if (misfit) throw new ModelError('augment', misfit.path, misfit.message);
  checkIndices(network, dataset);
  const outputs = outputSizeOf(dataset.target);
  const loss = model.training && losses.get(model.training.loss.kind);
  const one = network.outputSize === 1 && fitsOneOutput(dataset.target, loss);
  if (outputs !== network.outputSize && !one)
    throw new ModelError(
      'output-units',
      at(model.output),
      `Layer "${model.output}" gives ${network.outputSize} numbers, but ${dataset.title} has ${outputs} to learn.`,
    );
  if (network.parameters.size === 0)
    throw new ModelError('nothing-to-learn', ['layers'], 'No layer of the network has weights. Add a dense layer.');
  if ([...network.parameters.values()].some((p) => !p.gradient))
    throw new Error('The network was compiled without gradients: compile it with them to train it.');
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > network.maxBatch)
    throw new RangeError(
      `The batch size is an integer from 1 to ${network.maxBatch}, as compiled; found ${batchSize}.`,
    );
  if (!Number.isInteger(epochs) || epochs < 1)
    throw new RangeError(`The number of epochs is a positive integer; found ${epochs}.`);
  if (dataset.train.count === 0)
    throw new ModelError(
      'no-samples',
      ['data', 'split'],
      'There are no training samples. Give training a share of the data.',
    );
}

/** Layers that read indices get them from the data: wrong ones are found before training, not in the middle of it. */
function checkIndices({ model, plan }: Network, { title, train, validation, test }: Dataset): void {
  for (const { layer, definition } of plan.layers) {
    if (!definition.indices) continue;
    const read = readOf(model, layer);
    if (!read) continue;
    const count = definition.indices(layer.params);
    for (const part of [train, validation, test]) {
      const wrong = (at: number): boolean =>
        at % read.width >= read.start && at % read.width < read.end && !isIndex(inputAt(part, at), count);
      let at = 0;
      while (at < part.inputs.length && !wrong(at)) at++;
      if (at === part.inputs.length) continue;
      const row = part.rows[Math.floor(at / (part.inputs.length / part.count))];
      throw new ModelError(
        'index',
        ['layers', layer.index],
        `Layer "${layer.id}" ${explainIndex(inputAt(part, at), count)} It stands in row ${row} of ${title}, counted from 0.`,
      );
    }
  }
}

/** Which values of the data a layer reads, of each `width` of them: all, or a slice; undefined where something lies between. */
function readOf(
  model: Model,
  layer: ModelLayer,
): { readonly start: number; readonly end: number; readonly width: number } | undefined {
  const from = layerOf(model, layer.inputs[0]);
  if (from.inputs.length === 0) return { start: 0, end: 1, width: 1 };
  if (from.kind !== 'slice' || layerOf(model, from.inputs[0]).inputs.length > 0) return undefined;
  const [shape] = from.inputShapes;
  const start = from.params.start as number;
  return { start, end: start + from.shape[from.shape.length - 1], width: shape[shape.length - 1] };
}
