import type { Model, ModelLayer } from './model';
import { layerOf } from './model';
import type { Scope } from './parameters';
import { list } from './parameters';
import { sizeOf } from './spec';

/** What is allowed but likely a mistake, each with its reason. Looks only at models without errors. */
export function warn(model: Model, scope: Scope): void {
  const at = (layer: ModelLayer, key?: string) => (key ? ['layers', layer.index, key] : ['layers', layer.index]);
  const { findings, catalogue } = scope;
  for (const layer of model.layers) {
    if (catalogue.layers.get(layer.kind)?.drops) warnOfDropout(layer, model, scope, at);
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

function warnOfDropout(
  layer: ModelLayer,
  model: Model,
  { findings }: Scope,
  at: (layer: ModelLayer, key?: string) => (string | number)[],
): void {
  const rate = layer.params.rate as number;
  const units = sizeOf(layer.shape);
  if (layer.id === model.output) {
    findings.warning(
      'dropout-output',
      at(layer),
      `Dropout "${layer.id}" is the last layer: it would drop answers, not hidden units. Put it before the output layer.`,
    );
  } else if (rate === 0) {
    findings.warning('rate-zero', at(layer, 'rate'), `Dropout "${layer.id}" has rate 0: it drops nothing.`);
  } else if (units * (1 - rate) < 1) {
    findings.warning(
      'few-survivors',
      at(layer, 'rate'),
      `Rate ${rate} leaves less than one of the ${units} units of "${layer.inputs[0]}" on average: most samples would carry no signal.`,
    );
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
  if (spec.outputs && output.id !== model.output) {
    findings.error(
      'loss-output',
      ['layers', layerOf(model, model.output).index],
      `With the loss "${loss}" nothing may stand behind the output: where "${model.output}" drops the right answer, the loss is infinite. Move it before "${output.id}".`,
    );
  } else if (spec.outputs && !spec.outputs.includes(activation)) {
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
