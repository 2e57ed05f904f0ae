import { ancestorsOf } from './connecting';
import { type Fix, removeFix, setFix } from './fixes';
import type { Json } from './json';
import type { Model, ModelLayer, TrainingConfig } from './model';
import { layerOf } from './model';
import type { Scope } from './parameters';
import { dataFixes, trainingFixes } from './sectionFixes';
import { type Catalogue, sizeOf } from './spec';
import { list } from './words';

/** What is allowed but likely a mistake, each with its reason. Looks only at models without errors. */
export function warn(model: Model, scope: Scope): void {
  const at = (layer: ModelLayer, key?: string) => (key ? ['layers', layer.index, key] : ['layers', layer.index]);
  const { findings, catalogue } = scope;
  for (const layer of model.layers) {
    if (typeof layer.params.rate === 'number') warnOfDropout(layer, model, scope, at);
    if (layer.kind === 'batchNorm') warnOfVarianceShift(layer, model, scope, at);
    if (activationOf(layer) === 'softmax' && layer.id !== model.output) {
      findings.warning(
        'softmax-inside',
        at(layer, 'activation'),
        `Layer "${layer.id}" has softmax but is not the output: its units compete for a sum of 1, which slows learning. Use relu inside a network.`,
        { fixes: () => [parameterFix(layer, 'activation', 'relu')] },
      );
    }
  }
  if (!model.data) {
    findings.warning('no-data', [], 'The model has no "data" section: it can be drawn, but not trained.', {
      fixes: () => dataFixes(model, catalogue),
    });
  }
  if (!model.training) {
    findings.warning('no-training', [], 'The model has no "training" section: it can be drawn, but not trained.', {
      fixes: () => trainingFixes(activationOf(answersOf(model, catalogue)) ?? 'linear', catalogue),
    });
    return;
  }
  checkLoss(model, model.training.loss.kind, scope);
  warnOfBackend(model.training, scope);
}

/** What is promised of the engine's own steps alone. */
function warnOfBackend({ backend, numerics }: TrainingConfig, { findings }: Scope): void {
  if (backend !== 'torchrun' || numerics !== 'strict') return;
  findings.warning(
    'backend-numerics',
    ['training', 'numerics'],
    '"strict" rounding is that of the built-in engine: PyTorch makes the steps and rounds in its own way, so runs are the same to rounding and not to the bit. Remove "numerics", or train with "backend": "builtin".',
    { fixes: () => [removeFix(['training', 'numerics']), setFix(['training', 'backend'], 'builtin')] },
  );
}

type At = (layer: ModelLayer, key?: string) => (string | number)[];

function warnOfDropout(layer: ModelLayer, model: Model, { findings, catalogue }: Scope, at: At): void {
  const { title, drops, parameters } = catalogue.layers.get(layer.kind)!;
  const rateSpec = parameters.rate;
  const schedule = layer.params.rateSchedule as { readonly to: number } | undefined;
  const rate = Math.max(layer.params.rate as number, schedule?.to ?? 0);
  const units = sizeOf(layer.shape);
  if (drops && layer.id === model.output) {
    findings.warning(
      'dropout-output',
      at(layer),
      `${title} "${layer.id}" is the last layer: it drops answers, not hidden units, so that the loss punishes answers that the network was right about. Put it before the output layer.`,
      {
        fixes: () => [
          {
            title: `Put "${layer.id}" before "${layer.inputs[0]}"`,
            operation: { type: 'moveLayer', layer: layer.id, by: -1 },
          },
        ],
      },
    );
  } else if (rate === 0) {
    findings.warning('rate-zero', at(layer, 'rate'), `${title} "${layer.id}" has rate 0: it drops nothing.`, {
      fixes: () => [
        ...(typeof rateSpec.default === 'number' ? [parameterFix(layer, 'rate', rateSpec.default)] : []),
        { title: `Remove layer "${layer.id}"`, operation: { type: 'removeLayer', layer: layer.id } },
      ],
    });
  } else if (droppingUnits.has(layer.kind) && units * (1 - rate) < 1) {
    findings.warning(
      'few-survivors',
      at(layer, 'rate'),
      `Rate ${rate} leaves less than one of the ${units} units of "${layer.inputs[0]}" on average: most samples would carry no signal.`,
      {
        fixes: () => {
          // The largest rate, in hundredths, that leaves one unit on average; a schedule has several numbers to choose from.
          const most = Math.floor((1 - 1 / units) * 100) / 100;
          return most > 0 && !schedule ? [parameterFix(layer, 'rate', most)] : [];
        },
      },
    );
  }
  if (layer.kind === 'alphaDropout') {
    const source = sourceOf(layer, model);
    if (source.inputs.length > 0 && activationOf(source) !== 'selu')
      findings.warning(
        'alpha-without-selu',
        at(layer),
        `Alpha dropout "${layer.id}" reads "${source.id}", whose activation is not selu: it keeps mean 0 and variance 1, which only SELU brings about. Set "activation": "selu" there, or use "dropout".`,
        {
          fixes: () => [
            ...(activationOf(source) === undefined ? [] : [parameterFix(source, 'activation', 'selu')]),
            {
              title: 'Change "alphaDropout" to "dropout"',
              operation: { type: 'setParameter', layer: layer.id, key: 'kind', value: 'dropout' },
            },
          ],
        },
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
  // The nearest one is named.
  for (const id of ancestorsOf(layer.id, (at) => layerOf(model, at).inputs)) {
    const source = layerOf(model, id);
    if (shiftsVariance.has(source.kind) && (source.params.rate !== 0 || source.params.rateSchedule)) {
      findings.warning(
        'variance-shift',
        at(layer),
        `Batch normalization "${layer.id}" stands behind "${source.id}", which gives values a larger variance in training than in evaluation: the averages kept for evaluation then do not fit (Li et al. 2018, "Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift"). Put "${source.id}" behind the last batch normalization.`,
        {
          // One step is the remedy only where they stand side by side.
          fixes: () =>
            layer.inputs.includes(source.id)
              ? [
                  {
                    title: `Put "${source.id}" behind "${layer.id}"`,
                    operation: { type: 'moveLayer', layer: source.id, by: 1 },
                  },
                ]
              : [],
        },
      );
      return;
    }
  }
}

/** A loss that cannot work with the output is an error; one that works poorly is a warning. */
function checkLoss(model: Model, loss: string, { findings, catalogue }: Scope): void {
  const spec = catalogue.losses.get(loss)!;
  const output = answersOf(model, catalogue);
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
      {
        fixes: () =>
          activationOf(output) === undefined
            ? []
            : spec.outputs!.map((wanted) => parameterFix(output, 'activation', wanted, ` in layer "${output.id}"`)),
      },
    );
  } else if (activation === 'softmax' && !spec.outputs) {
    findings.warning(
      'softmax-loss',
      ['training', 'loss'],
      `The loss "${loss}" with softmax learns slowly, for its gradient vanishes where the answer is surely wrong. Use "crossentropy" for classes.`,
      {
        fixes: () => [
          {
            title: 'Set "loss" to "crossentropy"',
            operation: { type: 'setValue', path: ['training', 'loss'], value: 'crossentropy' },
          },
        ],
      },
    );
  }
}

/** The layer that makes the answers: dropout and the like, which hand on what they read, are looked through. */
function answersOf(model: Model, { layers }: Catalogue): ModelLayer {
  let output = layerOf(model, model.output);
  while (layers.get(output.kind)?.drops && output.inputs.length === 1) output = layerOf(model, output.inputs[0]);
  return output;
}

const activationOf = (layer: ModelLayer): string | undefined =>
  typeof layer.params.activation === 'string' ? layer.params.activation : undefined;

const parameterFix = ({ id }: ModelLayer, key: string, value: Json, where = ''): Fix => ({
  title: `Set "${key}" to ${JSON.stringify(value)}${where}`,
  operation: { type: 'setParameter', layer: id, key, value },
});
