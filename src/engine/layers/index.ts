import { registry, type LayerDefinition } from '../define';
import { activation } from './activation';
import { add } from './add';
import { alphaDropout } from './alphaDropout';
import { concat } from './concat';
import { dense } from './dense';
import { dropBlock } from './dropBlock';
import { dropConnect } from './dropConnect';
import { dropout } from './dropout';
import { flatten } from './flatten';
import { gaussianDropout } from './gaussianDropout';
import { gaussianNoise } from './gaussianNoise';
import { input } from './input';
import { multiply } from './multiply';
import { reshape } from './reshape';
import { spatialDropout } from './spatialDropout';
import { stochasticDepth } from './stochasticDepth';

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
  spatialDropout,
  dropBlock,
  stochasticDepth,
  dropConnect,
  alphaDropout,
  gaussianDropout,
  gaussianNoise,
);
