import type { LossFunction } from '../functions';
import type { LossForm } from '../../losses/form';
import { isWorthSharing } from './elementwise';
import type { Machine } from './machine';

/** Numbers of the kernels' losses, and where among the words a total is left: as in kernels/assembly/losses.ts. */
const KINDS: readonly LossForm['kind'][] = [
  'crossentropy',
  'binaryCrossentropy',
  'meanSquaredError',
  'meanAbsoluteError',
  'huber',
];
const RESULT = 240;

/** The loss with the machine's loops; the very same where it has none. */
export function wasmLoss(machine: Machine): (own: LossFunction) => LossFunction {
  const { words, reals } = machine;
  const result = new Float64Array(words.buffer, words.byteOffset + RESULT, 1);
  const lossTotal = machine.kernel('lossTotal');
  const lossGradient = machine.kernel('lossGradient');

  return (own) => {
    const { form } = own;
    if (!form) return own;
    const number = KINDS.indexOf(form.kind);
    const classes = form.kind === 'crossentropy' ? form.weights : new Float64Array(0);
    const weights = singles(machine, classes.length);
    weights.set(classes);
    const smoothing = 'labelSmoothing' in form ? form.labelSmoothing : 0;
    const setting = form.kind === 'huber' ? form.delta : form.kind === 'binaryCrossentropy' ? form.positiveWeight : 0;
    // Of the sums over a sample's outputs, cross-entropy's alone is not their mean.
    const isMean = form.kind !== 'crossentropy';

    const tell = (values: number, targets: number, rows: number, columns: number): void => {
      words[0] = number;
      words[1] = values;
      words[3] = targets;
      words[4] = rows;
      words[5] = columns;
      words[6] = weights.byteOffset;
      reals[8] = 1 - smoothing;
      reals[9] = smoothing / (isMean ? 2 : columns);
      reals[10] = setting;
    };
    return {
      form,
      total(before, _outputs, targets, rows, columns, first = 0) {
        const skipped = first * columns * Float32Array.BYTES_PER_ELEMENT;
        tell(before.byteOffset + skipped, targets.byteOffset + skipped, rows, columns);
        machine.run(lossTotal, false);
        return isMean ? result[0] / columns : result[0];
      },
      gradient(outputs, targets, gradient, rows, columns) {
        tell(outputs.byteOffset, targets.byteOffset, rows, columns);
        words[2] = gradient.byteOffset;
        reals[7] = (form.kind === 'meanSquaredError' ? 2 : 1) / (isMean ? rows * columns : rows);
        machine.run(lossGradient, isWorthSharing(rows * columns));
      },
      ...(own.balance && {
        balance(counts: ArrayLike<number>) {
          own.balance!(counts);
          weights.set(classes);
        },
      }),
    };
  };
}

function singles(machine: Machine, length: number): Float32Array {
  const { buffer, byteOffset } = machine.allocate(length * Float32Array.BYTES_PER_ELEMENT);
  return new Float32Array(buffer, byteOffset, length);
}
