import type { Model, ModelLayer } from './model';
import { layerOf } from './model';
import type { Scope } from './parameters';
import { list } from './parameters';
import { sizeOf } from './spec';

/** What is allowed but likely a mistake, each with its reason. Looks only at models without errors. */
export function warn(model: Model, scope: Scope): void {
  const at = (layer: ModelLayer, key?: string) => (key ? ['layers', layer.index, key] : ['layers', layer.index]);
  const { findings } = scope;
  for (const layer of model.layers) {
    if (typeof layer.params.rate === 'number') warnOfDropout(layer, model, scope, at);
    if (layer.kind === 'batchNorm') warnOfVarianceShift(layer, model, scope, at);
    if (activationOf(layer) === 'softmax' && layer.id !== model.output) {
      findings.warning(
        'softmax-inside',
        at(layer, 'activation'),
        `Layer "${layer.id}" has softmax but is not the output: its units compete for a sum of 1, which slows learning. Use relu inside a network.`,
      );
    }
  }
  if (!model.data) {
    findings.warning('no-data', [], 'The model has no "data" section: it can be drawn, but not trained.');
  }
  if (!model.training) {
    findings.warning('no-training', [], 'The model has no "training" section: it can be drawn, but not trained.');
    return;
  }
  checkLoss(model, model.training.loss.kind, scope);
}

type At = (layer: ModelLayer, key?: string) => (string | number)[];

function warnOfDropout(layer: ModelLayer, model: Model, { findings, catalogue }: Scope, at: At): void {
  const { title, drops } = catalogue.layers.get(layer.kind)!;
  const schedule = layer.params.rateSchedule as { readonly to: number } | undefined;
  const rate = Math.max(layer.params.rate as number, schedule?.to ?? 0);
  const units = sizeOf(layer.shape);
  if (drops && layer.id === model.output) {
    findings.warning(
      'dropout-output',
      at(layer),
      `${title} "${layer.id}" is the last layer: it drops answers, not hidden units, so that the loss punishes answers that the network was right about. Put it before the output layer.`,
    );
  } else if (rate === 0) {
    findings.warning('rate-zero', at(layer, 'rate'), `${title} "${layer.id}" has rate 0: it drops nothing.`);
  } else if (droppingUnits.has(layer.kind) && units * (1 - rate) < 1) {
    findings.warning(
      'few-survivors',
      at(layer, 'rate'),
      `Rate ${rate} leaves less than one of the ${units} units of "${layer.inputs[0]}" on average: most samples would carry no signal.`,
    );
  }
  if (layer.kind === 'alphaDropout') {
    const source = sourceOf(layer, model);
    if (source.inputs.length > 0 && activationOf(source) !== 'selu')
      findings.warning(
        'alpha-without-selu',
        at(layer),
        `Alpha dropout "${layer.id}" reads "${source.id}", whose activation is not selu: it keeps mean 0 and variance 1, which only SELU brings about. Set "activation": "selu" there, or use "dropout".`,
      );
  }
}

/** Kinds that drop single units, so that few may be left. */
const droppingUnits: ReadonlySet<string> = new Set(['dropout', 'alphaDropout']);

/** Kinds that give values another variance in training than in evaluation. */
const shiftsVariance: ReadonlySet<string> = new Set([
  'dropout',
  'spatialDropout',
  'gaussianDropout',
  'gaussianNoise',
  'dropConnect',
]);

/** The layer whose values these are: one that computes them, not one that only drops or reshapes. */
function sourceOf(layer: ModelLayer, model: Model): ModelLayer {
  let source = layerOf(model, layer.inputs[0]);
  while (source.inputs.length === 1 && source.parameters === 0 && activationOf(source) === undefined)
    source = layerOf(model, source.inputs[0]);
  return source;
}

function warnOfVarianceShift(layer: ModelLayer, model: Model, { findings }: Scope, at: At): void {
  const seen = new Set<string>();
  const above = [...layer.inputs];
  // Breadth first, so that the nearest one is named.
  for (const id of above) {
    if (seen.has(id)) continue;
    seen.add(id);
    const source = layerOf(model, id);
    if (shiftsVariance.has(source.kind) && (source.params.rate !== 0 || source.params.rateSchedule)) {
      findings.warning(
        'variance-shift',
        at(layer),
        `Batch normalization "${layer.id}" stands behind "${source.id}", which gives values a larger variance in training than in evaluation: the averages kept for evaluation then do not fit (Li et al. 2018, "Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift"). Put "${source.id}" behind the last batch normalization.`,
      );
      return;
    }
    above.push(...source.inputs);
  }
}

/** A loss that cannot work with the output is an error; one that works poorly is a warning. */
function checkLoss(model: Model, loss: string, { findings, catalogue }: Scope): void {
  const spec = catalogue.losses.get(loss)!;
  // Dropout and the like hand on what they read: look through them for the layer that makes the answers.
  let output = layerOf(model, model.output);
  while (catalogue.layers.get(output.kind)?.drops && output.inputs.length === 1)
    output = layerOf(model, output.inputs[0]);
  const activation = activationOf(output) ?? 'linear';
  if (spec.outputs && !spec.outputs.includes(activation)) {
    const wanted = list(
      spec.outputs.map((o) => `"${o}"`),
      'or',
    );
    findings.error(
      'loss-output',
      ['training', 'loss'],
      `The loss "${loss}" needs an output with activation ${wanted}, but layer "${output.id}" has "${activation}". Set "activation": "${spec.outputs[0]}" there.`,
    );
  } else if (activation === 'softmax' && !spec.outputs) {
    findings.warning(
      'softmax-loss',
      ['training', 'loss'],
      `The loss "${loss}" with softmax learns slowly, for its gradient vanishes where the answer is surely wrong. Use "crossentropy" for classes.`,
    );
  }
}

const activationOf = (layer: ModelLayer): string | undefined =>
  typeof layer.params.activation === 'string' ? layer.params.activation : undefined;
