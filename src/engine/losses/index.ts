import { registry, type LossDefinition } from '../define';
import { binaryCrossentropy } from './binaryCrossentropy';
import { crossentropy } from './crossentropy';
import { huber } from './huber';
import { meanAbsoluteError } from './meanAbsoluteError';
import { meanSquaredError } from './meanSquaredError';

/** All losses, in the order that forms show them. */
export const losses: ReadonlyMap<string, LossDefinition> = registry(
  crossentropy,
  binaryCrossentropy,
  meanSquaredError,
  meanAbsoluteError,
  huber,
);
