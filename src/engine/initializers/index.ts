import { registry, type InitializerDefinition } from '../define';
import { constant, ones, zeros } from './constant';
import { glorotNormal, glorotUniform } from './glorot';
import { heNormal, heUniform } from './he';
import { lecunNormal, lecunUniform } from './lecun';
import { orthogonal } from './orthogonal';

/** How weights begin, in the order that forms show them. Biases begin at 0. */
export const initializers: ReadonlyMap<string, InitializerDefinition> = registry(
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  orthogonal,
  zeros,
  ones,
  constant,
);

/** The registry as the options of a `choice` parameter. */
export const initializerOptions = [...initializers.values()].map((i) => ({ value: i.kind, help: i.help }));
