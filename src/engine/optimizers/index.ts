import { registry, type OptimizerDefinition } from '../define';
import { adagrad } from './adagrad';
import { adam } from './adam';
import { adamw } from './adamw';
import { nadam } from './nadam';
import { rmsprop } from './rmsprop';
import { sgd } from './sgd';

/** All optimizers, in the order that forms show them. */
export const optimizers: ReadonlyMap<string, OptimizerDefinition> = registry(adam, adamw, nadam, rmsprop, adagrad, sgd);
