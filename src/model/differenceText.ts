/** What differs between two models, in words. */
import type { LayerChange } from './compare';
import type { Json } from './json';

export const NOTHING = 'not set';

/** A value as a person reads it: without quotes, on one line. */
export function valueText(value: Json | undefined): string {
  if (value === undefined) return NOTHING;
  if (typeof value === 'string') return value === '' ? 'empty' : value;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ');
  return JSON.stringify(value);
}

const OF: Readonly<Record<Exclude<LayerChange['of'], 'parameter'>, string>> = {
  id: 'name',
  kind: 'kind',
  inputs: 'reads',
  shape: 'output shape',
  parameterCount: 'parameters',
};

/** What it is that changed: "rate", "reads", "kernelInitializer.kind". */
export const whatText = (change: LayerChange): string =>
  change.of === 'parameter' ? change.path.join('.') : OF[change.of];
