import type { ModelLayer } from '../../model/model';
import type { GraphBuilder, GraphValue } from './builder';

/** What a rule works on: one layer, the values it reads, and its weights. */
export interface Rule {
  readonly g: GraphBuilder;
  readonly layer: ModelLayer;
  readonly inputs: readonly GraphValue[];
  readonly weight: (name: string) => { readonly shape: readonly number[]; readonly values: Float32Array };
}
