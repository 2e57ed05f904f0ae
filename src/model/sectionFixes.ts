import type { Fix } from './fixes';
import type { JsonObject } from './json';
import { type Model, layerOf } from './model';
import { type Catalogue, sizeOf } from './spec';

/** A training section whose loss fits the output's activation, with the usual optimizer. */
export function trainingFixes(activation: string, { losses }: Catalogue): Fix[] {
  const all = [...losses.values()];
  const loss =
    all.find((l) => l.outputs?.includes(activation)) ?? all.find((l) => !l.outputs && l.target !== 'classes');
  if (!loss) return [];
  const value: JsonObject = { loss: loss.kind, optimizer: 'adam', epochs: 100 };
  const title = `Add a "training" section with the loss "${loss.kind}"`;
  return [{ title, operation: { type: 'setPath', path: ['training'], value } }];
}

/** Data of which inputs and answers are as many as the network's: synthetic sets, for they are known beforehand. */
export function dataFixes(model: Model, { sources }: Catalogue): Fix[] {
  const inputs = model.layers.filter((l) => l.inputs.length === 0);
  const answers = sizeOf(layerOf(model, model.output).shape);
  return [...sources.values()].flatMap(({ kind, title, example, yields }): Fix[] => {
    if (!yields || yields.classes.length !== answers) return [];
    if (!inputs.every((l) => sizeOf(l.shape) === sizeOf(yields.shape))) return [];
    const value = { source: kind, ...example };
    return [{ title: `Learn from "${title}"`, operation: { type: 'setPath', path: ['data'], value } }];
  });
}
