import type { WindowKernels, Windows } from '../set';
import { isWorthSharing } from './elementwise';
import type { Machine } from './machine';
import { writeWindows } from './windows';

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
    writeWindows(words, w);
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
