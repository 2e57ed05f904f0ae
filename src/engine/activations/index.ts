import { registry, type ActivationDefinition } from '../define';
import { linear } from './linear';
import { relu } from './relu';
import { sigmoid } from './sigmoid';
import { softmax } from './softmax';
import { tanh } from './tanh';

/** All activations, in the order that forms show them. */
export const activations: ReadonlyMap<string, ActivationDefinition> = registry(linear, relu, sigmoid, tanh, softmax);

/** The registry as the options of a `choice` parameter. */
export const activationOptions = [...activations.values()].map((a) => ({ value: a.kind, help: a.help }));
