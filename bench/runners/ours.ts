// Our own engine, through its public parts; bundled by bench/lib/bundle.mjs, answers as bench/runners/serve.mjs says.
import { type KernelChoice, kernelsFor, type MeasuredKernels, threadsOf } from '../../src/cli/benchKernels';
import { type Product, productOf, timeSteps, trainerOf } from '../../src/cli/benchSteps';
import { datasetOf, labelled, randomData, type Workload, workloads } from '../../src/cli/benchWorkloads';
import type { Trainer } from '../../src/engine/trainer';
import { peakRate } from './peak';
import { readSamples, serve } from './serve.mjs';

type Prepare = KernelChoice & { readonly workload: Workload } & (
    { readonly inputs: string; readonly labels: string } | { readonly samples: number }
  );

const now = (): number => performance.now();
const nothing = new Float32Array(0);

/** What really works is told, not what was asked for. */
const nameOf = (kernels: MeasuredKernels): string =>
  threadsOf(kernels) === 1 ? kernels.name : `${kernels.name}, ${threadsOf(kernels)} threads`;

let trainer: Trainer | undefined;
let kernelsOfProducts: MeasuredKernels | undefined;
let product: ((times: number) => number) | undefined;

void serve({
  workloads: () => workloads,

  prepare(params: Prepare) {
    const { workload } = params;
    const kernels = kernelsFor(params);
    if ('inputs' in params) {
      const { inputs, labels } = readSamples(params);
      const none = labelled(workload, nothing, new Uint8Array(0));
      trainer = trainerOf(workload, datasetOf(workload, labelled(workload, inputs, labels), none), kernels);
    } else trainer = trainerOf(workload, randomData(workload, params.samples, 0), kernels);
    return { version: nameOf(kernels) };
  },

  burst({ steps }: { readonly steps: number }) {
    if (!trainer) throw new Error('Nothing is prepared.');
    return { seconds: timeSteps(trainer, steps, now) };
  },

  prepareProduct({ form, m, n, depth, ...choice }: Product & KernelChoice) {
    // One set for all of them: each brings a memory of its own, which is never taken back.
    const kernels = (kernelsOfProducts ??= kernelsFor(choice));
    product = productOf(kernels, { form, m, n, depth }, now);
    return { version: nameOf(kernels) };
  },

  product({ times }: { readonly times: number }) {
    if (!product) throw new Error('Nothing is prepared.');
    return { seconds: product(times) };
  },

  peak: peakRate,
});
