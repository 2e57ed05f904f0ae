import type { JsonObject } from '../../model/json';
import { defaultsOf, type KindSpec } from '../../model/spec';
import { activations } from '../activations/index';
import { layers } from '../layers/index';
import { losses } from '../losses/index';
import { optimizers } from '../optimizers/index';
import { reference } from './reference';
import type { KernelSet } from './set';

/**
 * What of the registered kinds a set computes in loops of its own, as "layer:dense" or "optimizer:adam". It is asked of
 * the set: what it hands back for an activation, a loss or a rule, and which of the functions that a layer uses are its own.
 */
export function coverageOf(set: KernelSet): ReadonlySet<string> {
  const covered = new Set<string>();
  const add = (what: string, kind: string, own: boolean): void => void (own && covered.add(`${what}:${kind}`));

  for (const { kind, kernels } of layers.values())
    add('layer', kind, kernels?.every((name) => set[name] !== reference[name]) ?? false);
  for (const activation of activations.values())
    add('activation', activation.kind, set.activation(activation) !== activation);
  for (const definition of losses.values()) {
    const loss = definition.create(exampleOf(definition), 2);
    add('loss', definition.kind, set.loss(loss) !== loss);
  }
  for (const definition of optimizers.values()) {
    const rule = definition.create(exampleOf(definition));
    add('optimizer', definition.kind, set.updateRule(rule) !== rule);
  }
  return covered;
}

/** All that a set can cover. */
export const allCoverage = (): readonly string[] => [
  ...[...layers.keys()].map((kind) => `layer:${kind}`),
  ...[...activations.keys()].map((kind) => `activation:${kind}`),
  ...[...losses.keys()].map((kind) => `loss:${kind}`),
  ...[...optimizers.keys()].map((kind) => `optimizer:${kind}`),
];

/** A kind's example with the defaults of what it leaves out. */
const exampleOf = ({ parameters, example }: KindSpec): JsonObject => ({
  ...defaultsOf(parameters),
  ...example,
});
