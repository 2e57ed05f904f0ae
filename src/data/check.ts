import { losses } from '../engine/losses/index';
import { type Dataset, type Target, outputSizeOf } from '../engine/dataset';
import { ModelError } from '../model/diagnostics';
import { type Model, type ModelLayer, layerOf } from '../model/model';
import { sizeOf } from '../model/spec';
import type { Finding } from './source';

/**
 * Holds a checked model against the data it names: what the language alone cannot see.
 * @returns every disagreement, none where the model can train on the data
 */
export function checkAgainstData(model: Model, dataset: Dataset): ModelError[] {
  return [...checkInputs(model, dataset), ...checkOutput(model, dataset), ...checkLoss(model, dataset)];
}

/** What trains, but likely not as meant. */
export function adviseOnData(model: Model, dataset: Dataset): Finding[] {
  const { count } = dataset.train;
  if (!model.training || model.training.batchSize <= count) return [];
  const { batchSize } = model.training;
  return [
    {
      code: 'large-batch',
      path: ['training', 'batchSize'],
      message: `The batch of ${batchSize} is larger than the ${count} training samples: every epoch is a single step. Make "batchSize" smaller.`,
    },
  ];
}

function checkInputs(model: Model, dataset: Dataset): ModelError[] {
  const size = sizeOf(dataset.inputShape);
  return model.layers
    .filter((layer) => layer.inputs.length === 0 && sizeOf(layer.shape) !== size)
    .map((layer) => {
      const names = dataset.inputNames;
      const some = names.slice(0, 4).join(', ') + (names.length > 4 ? ', …' : '');
      return new ModelError(
        'input-shape',
        ['layers', layer.index, 'shape'],
        `Layer "${layer.id}" takes ${sizeOf(layer.shape)} numbers, but a sample of ${dataset.title} has ${size} (${some}). ` +
          `Write "shape": [${dataset.inputShape.join(', ')}].`,
      );
    });
}

function checkOutput(model: Model, { target, title }: Dataset): ModelError[] {
  const needed = outputSizeOf(target);
  const output = layerOf(model, model.output);
  const given = sizeOf(output.shape);
  if (given === needed) return [];
  const maker = unitsOf(model, output);
  const path = maker ? ['layers', maker.index, 'units'] : ['layers', output.index];
  return [
    new ModelError(
      'output-units',
      path,
      `Layer "${(maker ?? output).id}" gives ${given} numbers, but ${title} has ${describe(target)}. Write "units": ${needed}.`,
    ),
  ];
}

/** The layer whose `units` decide the size of the answer: dropout and the like hand on what they read. */
function unitsOf(model: Model, output: ModelLayer): ModelLayer | undefined {
  let layer = output;
  while (typeof layer.params.units !== 'number') {
    if (layer.inputs.length !== 1) return undefined;
    layer = layerOf(model, layer.inputs[0]);
  }
  return layer;
}

function checkLoss(model: Model, { target, title }: Dataset): ModelError[] {
  const spec = model.training && losses.get(model.training.loss.kind);
  if (!spec || spec.target === 'either' || spec.target === target.type) return [];
  const fitting = [...losses.values()]
    .filter((l) => l.target === target.type || l.target === 'either')
    .map((l) => `"${l.kind}"`);
  const remedy = `Write "loss": ${fitting.join(' or ')}${target.type === 'numbers' ? '' : ', or choose a target column of numbers'}.`;
  return [
    new ModelError(
      'loss-target',
      ['training', 'loss'],
      `The loss "${spec.kind}" learns ${spec.target}, but ${title} has ${describe(target)}. ${remedy}`,
    ),
  ];
}

const describe = (target: Target): string => {
  const some = target.names.slice(0, 4).join(', ') + (target.names.length > 4 ? ', …' : '');
  return target.type === 'classes'
    ? `${target.names.length} classes (${some})`
    : `${target.names.length === 1 ? 'one number' : `${target.names.length} numbers`} to give (${some})`;
};
