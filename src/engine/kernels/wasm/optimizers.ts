import { MAX_COEFFICIENTS, type UpdateRule } from '../functions';
import type { Real } from '../../real';
import { isWorthSharing } from './elementwise';
import type { Machine } from './machine';

/** A rule whose loop is a kernel. What moves weights by itself, such as the product that makes their gradient, reads these. */
export interface KernelRule extends UpdateRule {
  /** The rule's number: see FORMS. */
  readonly number: number;
  /** Where `coefficients` leaves those of the kernel, in single precision: an address that stays. */
  readonly address: number;
}
export const isKernelRule = (rule: UpdateRule): rule is KernelRule => 'address' in rule;

/** Numbers of the kernels' rules, as in kernels/assembly/optimizers.ts. */
const FORMS: readonly string[] = [
  'sgd',
  'sgd-momentum',
  'sgd-nesterov',
  'adam',
  'nadam',
  'adagrad',
  'rmsprop',
  'rmsprop-centered',
  'rmsprop-momentum',
  'rmsprop-centered-momentum',
];

/** The coefficient that is the same for all: the smallest normal number, below which running averages end. */
const SMALLEST = 15;

/** The rule with the machine's loop; the very same where it has none. */
export function wasmUpdateRule(machine: Machine): (own: UpdateRule) => UpdateRule {
  const { words } = machine;
  const update = machine.kernel('update');

  return (own) => {
    const number = FORMS.indexOf(own.form);
    if (number < 0) return own;
    const { buffer, byteOffset: address } = machine.allocate(MAX_COEFFICIENTS * Float32Array.BYTES_PER_ELEMENT);
    const single = new Float32Array(buffer, address, MAX_COEFFICIENTS);
    single[SMALLEST] = 2 ** -126;
    const convert = CONVERSIONS[own.form.split('-')[0]];
    const rule: KernelRule = {
      form: own.form,
      number,
      address,
      coefficients(time, learningRate, to) {
        own.coefficients(time, learningRate, to);
        convert(to, single);
      },
      update(weights: Real, gradient: Real, slots: readonly Real[]) {
        words[0] = number;
        words[1] = weights.byteOffset;
        words[2] = gradient.byteOffset;
        words[3] = slots.length > 0 ? slots[0].byteOffset : 0;
        words[4] = slots.length > 1 ? slots[1].byteOffset : 0;
        words[5] = slots.length > 2 ? slots[2].byteOffset : 0;
        words[6] = weights.length;
        words[7] = address;
        machine.run(update, isWorthSharing(weights.length));
      },
    };
    return rule;
  };
}

/**
 * From the coefficients of src/engine/optimizers to those of the kernels. What can be computed once, in double precision,
 * is not left to the loops.
 */
const CONVERSIONS: Readonly<Record<string, (from: Float64Array, to: Float32Array) => void>> = {
  sgd(from, to) {
    to[0] = from[0];
    to[1] = from[1];
  },
  adam(from, to) {
    // (rate mean / c1) / (sqrt(square / c2) + epsilon), with sqrt(c2) brought to where no weight has to pay for it.
    const root = Math.sqrt(from[5]);
    averages(from[1], from[2], to);
    to[4] = divisor(from[3] * root);
    to[5] = (from[0] * root) / from[4];
    to[6] = from[6];
  },
  nadam(from, to) {
    const root = Math.sqrt(from[5]);
    averages(from[2], from[3], to);
    to[4] = divisor(from[4] * root);
    to[5] = from[1] * root;
    to[6] = from[0] * root;
  },
  adagrad(from, to) {
    to[0] = from[0];
    to[1] = from[1];
    to[2] = divisor(from[2]);
  },
  rmsprop(from, to) {
    to[0] = from[0];
    to[1] = from[1];
    to[2] = 1 - from[1];
    to[3] = divisor(from[2]);
    to[4] = from[3];
  },
};

function averages(beta1: number, beta2: number, to: Float32Array): void {
  to[0] = beta1;
  to[1] = 1 - beta1;
  to[2] = beta2;
  to[3] = 1 - beta2;
}

/** Rounded to single precision it must not become 0: weights whose gradients are 0 would be 0 / 0. */
const divisor = (epsilon: number): number => Math.max(epsilon, 2 ** -126);
