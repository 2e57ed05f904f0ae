import type { Model, ModelLayer } from '../../../src/model/model';
import type { CatalogueDescription, LayerDescription } from '../../../src/protocol/designer';

const kind = (name: string, group: LayerDescription['group'], drops?: true): LayerDescription => ({
  kind: name,
  title: name[0].toUpperCase() + name.slice(1),
  help: '',
  parameters: {},
  example: {},
  group,
  inputs: { min: group === 'Inputs' ? 0 : 1, max: group === 'Inputs' ? 0 : 2 },
  drops,
});
export const catalogue: CatalogueDescription = {
  layers: [kind('input', 'Inputs'), kind('dense', 'Layers'), kind('add', 'Layers'), kind('dropout', 'Dropout', true)],
  losses: [],
  optimizers: [],
  metrics: [],
  schedules: [],
  augmentations: [],
  sources: [],
};

/** `['d1', 'dense', 128, 'input']`: id, kind, units, what it reads; without the last, the one before. */
export type Line = readonly [id: string, kind: string, units: number, ...inputs: string[]];

export function modelOf(lines: readonly Line[], params: Record<string, ModelLayer['params']> = {}): Model {
  const layers = lines.map(([id, name, units, ...given], index): ModelLayer => {
    const before = index > 0 && name !== 'input' ? [lines[index - 1][0]] : [];
    return {
      id,
      kind: name,
      index,
      params: params[id] ?? {},
      inputs: given.length > 0 ? given : before,
      inputShapes: [],
      shape: [units],
      parameters: 0,
      multiplyAdds: 0,
    };
  });
  return { version: 1, name: 'test', layers, output: layers[layers.length - 1].id };
}

export const digits = modelOf(
  [
    ['input', 'input', 64],
    ['dense1', 'dense', 128],
    ['drop1', 'dropout', 128],
    ['dense2', 'dense', 64],
    ['drop2', 'dropout', 64],
    ['output', 'dense', 10],
  ],
  { input: { image: [8, 8] }, dense1: { activation: 'relu' }, output: { activation: 'softmax' } },
);
