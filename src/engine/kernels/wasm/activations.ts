import type { ActivationDefinition } from '../functions';
import { isWorthSharing } from './elementwise';
import type { Machine } from './machine';

/** Numbers of the kernels' activations, as in kernels/assembly/activations.ts. */
const KINDS: readonly string[] = [
  'linear',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'gelu',
  'silu',
  'softplus',
  'sigmoid',
  'tanh',
];

/** The activation with the machine's loops; the very same where it has none. */
export function wasmActivation(machine: Machine): (own: ActivationDefinition) => ActivationDefinition {
  const { words } = machine;
  const activate = machine.kernel('activate');
  const activateGradient = machine.kernel('activateGradient');
  const softmax = machine.kernel('softmax');
  const softmaxGradient = machine.kernel('softmaxGradient');

  return (own) => {
    if (own.kind === 'softmax')
      return {
        ...own,
        forward(x, y, rows, columns) {
          words[0] = x.byteOffset;
          words[1] = y.byteOffset;
          words[2] = rows;
          words[3] = columns;
          machine.run(softmax, isWorthSharing(rows * columns));
        },
        backward(kept, dy, dx, rows, columns) {
          words[0] = kept.byteOffset;
          words[1] = dy.byteOffset;
          words[2] = dx.byteOffset;
          words[3] = rows;
          words[4] = columns;
          machine.run(softmaxGradient, isWorthSharing(rows * columns));
        },
      };
    const kind = KINDS.indexOf(own.kind);
    if (kind < 0) return own;
    const isLinear = own.kind === 'linear';
    return {
      ...own,
      forward(x, y, rows, columns) {
        if (isLinear && x === y) return;
        words[0] = kind;
        words[1] = x.byteOffset;
        words[2] = y.byteOffset;
        words[3] = rows * columns;
        machine.run(activate, isWorthSharing(rows * columns));
      },
      backward(kept, dy, dx, rows, columns) {
        if (isLinear && dx === dy) return;
        words[0] = kind;
        words[1] = kept.byteOffset;
        words[2] = dy.byteOffset;
        words[3] = dx.byteOffset;
        words[4] = rows * columns;
        machine.run(activateGradient, isWorthSharing(rows * columns));
      },
    };
  };
}
