import type { WindowKernels, Windows } from '../set';
import { isWorthSharing } from './elementwise';
import type { Machine } from './machine';

/** Where the words of the windows begin: WINDOWS of kernels/assembly/pooling.ts. */
const WINDOWS = 5;

/** Pooling, bit by bit as the reference does it. */
export function wasmPooling(machine: Machine): WindowKernels {
  const { words } = machine;
  const maxPool = machine.kernel('maxPool');
  const maxPoolGradient = machine.kernel('maxPoolGradient');
  const averagePool = machine.kernel('averagePool');
  const averagePoolGradient = machine.kernel('averagePoolGradient');

  /** Runs a kernel whose arrays are written. */
  function run(kernel: number, samples: number, accumulate: boolean, w: Windows): void {
    words[3] = samples;
    words[4] = accumulate ? 1 : 0;
    words[WINDOWS] = w.height;
    words[WINDOWS + 1] = w.width;
    words[WINDOWS + 2] = w.channels;
    words[WINDOWS + 3] = w.rows;
    words[WINDOWS + 4] = w.columns;
    words[WINDOWS + 5] = w.windowHeight;
    words[WINDOWS + 6] = w.windowWidth;
    words[WINDOWS + 7] = w.strideY;
    words[WINDOWS + 8] = w.strideX;
    words[WINDOWS + 9] = w.top;
    words[WINDOWS + 10] = w.left;
    machine.run(kernel, isWorthSharing(samples * w.height * w.width * w.channels));
  }

  return {
    maxPool(output, chosen, images, samples, windows) {
      words[0] = output.byteOffset;
      words[1] = chosen.byteOffset;
      words[2] = images.byteOffset;
      run(maxPool, samples, false, windows);
    },

    maxPoolGradient(gradient, outputGradient, chosen, samples, windows, accumulate) {
      words[0] = gradient.byteOffset;
      words[1] = chosen.byteOffset;
      words[2] = outputGradient.byteOffset;
      run(maxPoolGradient, samples, accumulate, windows);
    },

    averagePool(output, images, samples, windows) {
      words[0] = output.byteOffset;
      words[2] = images.byteOffset;
      run(averagePool, samples, false, windows);
    },

    averagePoolGradient(gradient, outputGradient, samples, windows, accumulate) {
      words[0] = gradient.byteOffset;
      words[2] = outputGradient.byteOffset;
      run(averagePoolGradient, samples, accumulate, windows);
    },
  };
}
