import { registry, type LayerDefinition } from '../define';
import { activation } from './activation';
import { add } from './add';
import { alphaDropout } from './alphaDropout';
import { averagePool2d } from './averagePool2d';
import { batchNorm } from './batchNorm';
import { concat } from './concat';
import { conv1d } from './conv1d';
import { conv2d } from './conv2d';
import { dense } from './dense';
import { dropBlock } from './dropBlock';
import { dropConnect } from './dropConnect';
import { dropout } from './dropout';
import { embedding } from './embedding';
import { flatten } from './flatten';
import { gaussianDropout } from './gaussianDropout';
import { gaussianNoise } from './gaussianNoise';
import { globalAveragePool2d } from './globalAveragePool2d';
import { input } from './input';
import { layerNorm } from './layerNorm';
import { maxPool2d } from './maxPool2d';
import { multiply } from './multiply';
import { reshape } from './reshape';
import { slice } from './slice';
import { spatialDropout } from './spatialDropout';
import { stochasticDepth } from './stochasticDepth';

/** All layer kinds, in the order that the palette shows them. */
export const layers: ReadonlyMap<string, LayerDefinition> = registry(
  input,
  dense,
  activation,
  conv1d,
  conv2d,
  maxPool2d,
  averagePool2d,
  globalAveragePool2d,
  batchNorm,
  layerNorm,
  embedding,
  flatten,
  reshape,
  slice,
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
