import { coverageOf } from '../coverage';
import { reference } from '../reference';
import { PANEL } from '../../matrices';
import type { KernelSet } from '../set';
import { wasmActivation } from './activations';
import { wasmConvolution } from './convolution';
import { wasmElementwise } from './elementwise';
import { wasmLoss } from './losses';
import type { Machine } from './machine';
import { wasmMasks } from './masks';
import { wasmMerging } from './merging';
import { wasmNormalization } from './normalization';
import { wasmUpdateRule } from './optimizers';
import { wasmPooling } from './pooling';
import { wasmProducts } from './products';

/** The kernels of a machine as a set. What it has no kernel for runs on the reference loops, in the same memory. */
export function wasmKernels(machine: Machine): KernelSet & { readonly machine: Machine } {
  let coverage: ReadonlySet<string> | undefined;
  const set: KernelSet & { readonly machine: Machine } = {
    ...reference,
    ...wasmProducts(machine),
    ...wasmConvolution(machine),
    ...wasmPooling(machine),
    ...wasmMasks(machine),
    ...wasmElementwise(machine),
    ...wasmNormalization(machine),
    ...wasmMerging(machine),
    name: machine.numerics,
    machine,
    precisions: ['float32'],
    panel: PANEL,
    allocate: (bytes) => machine.allocate(bytes),
    activation: wasmActivation(machine),
    loss: wasmLoss(machine),
    updateRule: wasmUpdateRule(machine),
    get coverage() {
      return (coverage ??= coverageOf(set));
    },
  };
  return set;
}
