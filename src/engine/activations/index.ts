import { registry } from '../define';
import type { ActivationDefinition } from '../kernels/functions';
import { elu } from './elu';
import { gelu } from './gelu';
import { leakyRelu } from './leakyRelu';
import { linear } from './linear';
import { relu } from './relu';
import { selu } from './selu';
import { sigmoid } from './sigmoid';
import { silu } from './silu';
import { softmax } from './softmax';
import { softplus } from './softplus';
import { tanh } from './tanh';

/** All activations, in the order that forms show them. */
export const activations: ReadonlyMap<string, ActivationDefinition> = registry(
  linear,
  relu,
  leakyRelu,
  elu,
  selu,
  gelu,
  silu,
  softplus,
  sigmoid,
  tanh,
  softmax,
);

/** The registry as the options of a `choice` parameter. */
export const activationOptions = [...activations.values()].map((a) => ({ value: a.kind, help: a.help }));
