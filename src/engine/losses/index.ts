import { registry, type LossDefinition } from '../define';
import { crossentropy } from './crossentropy';
import { meanSquaredError } from './meanSquaredError';

/** All losses, in the order that forms show them. */
export const losses: ReadonlyMap<string, LossDefinition> = registry(crossentropy, meanSquaredError);
