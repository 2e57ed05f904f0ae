import { losses } from '../engine/losses/index';
import { type Dataset, type Target, fitsOneOutput, outputSizeOf } from '../engine/dataset';
import { measuredOf } from '../engine/evaluation';
import { findUnmeasured } from '../engine/stopping';
import { augmentationMisfit } from '../engine/trainingSamples';
import { ModelError } from '../model/diagnostics';
import { type Fix, setFix } from '../model/fixes';
import { type Model, type ModelLayer, layerOf } from '../model/model';
import { metrics } from '../engine/metrics/index';
import { list } from '../model/parameters';
import { sizeOf } from '../model/spec';

/**
 * Holds a checked model against the data it names: what the language alone cannot see.
 * @returns every disagreement, none where the model can train on the data
 */
export function checkAgainstData(model: Model, dataset: Dataset): ModelError[] {
  return [
    ...checkInputs(model, dataset),
    ...checkAugment(model, dataset),
    ...checkOutput(model, dataset),
    ...checkLoss(model, dataset),
    ...checkRange(model, dataset),
    ...checkMetrics(model, dataset),
    ...(model.training ? findUnmeasured(model.training, measuredOf(model.training.metrics, dataset.target)) : []),
  ];
}

function checkInputs(model: Model, dataset: Dataset): ModelError[] {
  const size = sizeOf(dataset.inputShape);
  return model.layers
    .filter((layer) => layer.inputs.length === 0 && sizeOf(layer.shape) !== size)
    .map((layer) => {
      const names = dataset.inputNames;
      const some = names.slice(0, 4).join(', ') + (names.length > 4 ? ', …' : '');
      const named = some && ` (${some})`;
      return new ModelError(
        'input-shape',
        ['layers', layer.index, 'shape'],
        `Layer "${layer.id}" takes ${sizeOf(layer.shape)} numbers, but a sample of ${dataset.title} has ${size}${named}. ` +
          `Write "shape": [${dataset.inputShape.join(', ')}].`,
        [setFix(['layers', layer.index, 'shape'], [...dataset.inputShape])],
      );
    });
}

function checkAugment(model: Model, dataset: Dataset): ModelError[] {
  const misfit = augmentationMisfit(model, dataset);
  if (!misfit) return [];
  const { path, message } = misfit;
  const remove: Fix = { title: 'Remove "augment"', operation: { type: 'setPath', path: ['data', 'augment'] } };
  return [new ModelError('augment', path, message, [remove])];
}

function checkOutput(model: Model, { target, title }: Dataset): ModelError[] {
  const needed = outputSizeOf(target);
  const output = layerOf(model, model.output);
  const given = sizeOf(output.shape);
  const loss = model.training && losses.get(model.training.loss.kind);
  if (given === needed || (given === 1 && fitsOneOutput(target, loss))) return [];
  const maker = unitsOf(model, output);
  const path = maker ? ['layers', maker.index, 'units'] : ['layers', output.index];
  return [
    new ModelError(
      'output-units',
      path,
      `Layer "${(maker ?? output).id}" gives ${given} numbers, but ${title} has ${describe(target)}. ` +
        (maker ? `Write "units": ${needed}.` : `End the network with a dense layer of "units": ${needed}.`),
      maker ? [setFix(path, needed)] : [],
    ),
  ];
}

/** The layer whose `units` decide the size of the answer: dropout and the like hand on what they read. */
function unitsOf(model: Model, output: ModelLayer): ModelLayer | undefined {
  let layer = output;
  while (typeof layer.params.units !== 'number') {
    if (layer.inputs.length !== 1 || sizeOf(layer.inputShapes[0]) !== sizeOf(layer.shape)) return undefined;
    layer = layerOf(model, layer.inputs[0]);
  }
  return layer;
}

function checkLoss(model: Model, { target, title }: Dataset): ModelError[] {
  const spec = model.training && losses.get(model.training.loss.kind);
  if (!spec || spec.target === 'either' || spec.target === target.type) return [];
  const fitting = [...losses.values()]
    .filter((l) => l.target === target.type || (l.target === 'either' && !l.range))
    .map((l) => l.kind);
  const remedy = `Write "loss": ${fitting.map((kind) => `"${kind}"`).join(' or ')}${target.type === 'numbers' ? '' : ', or choose a target column of numbers'}.`;
  return [
    new ModelError(
      'loss-target',
      ['training', 'loss'],
      `The loss "${spec.kind}" learns ${spec.target}, but ${title} has ${describe(target)}. ${remedy}`,
      fitting.map((kind) => setFix(['training', 'loss'], kind)),
    ),
  ];
}

/** Some losses take targets as probabilities. */
function checkRange(model: Model, { target, train, validation, test, title }: Dataset): ModelError[] {
  const spec = model.training && losses.get(model.training.loss.kind);
  if (!spec?.range || target.type !== 'numbers') return [];
  const [low, high] = spec.range;
  for (const { targets, rows } of [train, validation, test]) {
    const wrong = targets.findIndex((v) => !(v >= low && v <= high));
    if (wrong < 0) continue;
    const row = rows[Math.floor(wrong / target.names.length)];
    return [
      new ModelError(
        'target-range',
        ['training', 'loss'],
        `The loss "${spec.kind}" learns numbers from ${low} to ${high}, but row ${row + 1} of ${title} has ${targets[wrong]}${target.scale ? ' after "scaleTarget"' : ''}. ` +
          `${target.scale ? 'Remove "scaleTarget", or choose' : 'Choose'} a loss for any numbers, such as "meanSquaredError".`,
      ),
    ];
  }
  return [];
}

function checkMetrics(model: Model, { target, title }: Dataset): ModelError[] {
  return (model.training?.metrics ?? []).flatMap(({ kind }, i) => {
    const spec = metrics.get(kind);
    if (!spec || spec.target === target.type) return [];
    const fitting = [...metrics.values()].filter((m) => m.target === target.type).map((m) => m.kind);
    const path = ['training', 'metrics', i];
    const given = new Set(model.training?.metrics?.map((m) => m.kind));
    const others = fitting.filter((other) => !given.has(other));
    const remove: Fix = { title: `Remove "${kind}"`, operation: { type: 'setPath', path } };
    return new ModelError(
      'metric-target',
      path,
      `The metric "${kind}" measures ${spec.target}, but ${title} has ${describe(target)}. Take ${list(
        fitting.map((other) => `"${other}"`),
        'or',
      )}.`,
      [...others.map((other) => setFix(path, other)), remove],
    );
  });
}

const describe = (target: Target): string => {
  const some = target.names.slice(0, 4).join(', ') + (target.names.length > 4 ? ', …' : '');
  return target.type === 'classes'
    ? `${target.names.length} classes (${some})`
    : `${target.names.length === 1 ? 'one number' : `${target.names.length} numbers`} to give (${some})`;
};
