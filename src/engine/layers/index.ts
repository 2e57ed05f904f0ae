import { registry, type LayerDefinition } from '../define';
import { activation } from './activation';
import { add } from './add';
import { concat } from './concat';
import { dense } from './dense';
import { dropout } from './dropout';
import { flatten } from './flatten';
import { input } from './input';
import { multiply } from './multiply';
import { reshape } from './reshape';

/** All layer kinds, in the order that the palette shows them. */
export const layers: ReadonlyMap<string, LayerDefinition> = registry(
  input,
  dense,
  activation,
  flatten,
  reshape,
  add,
  multiply,
  concat,
  dropout,
);
