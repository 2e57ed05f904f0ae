import { registry, type OptimizerDefinition } from '../define';
import { adam } from './adam';
import { sgd } from './sgd';

/** All optimizers, in the order that forms show them. */
export const optimizers: ReadonlyMap<string, OptimizerDefinition> = registry(adam, sgd);
