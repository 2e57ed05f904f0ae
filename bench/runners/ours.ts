// Our own engine, through its public parts; bundled by bench/lib/bundle.mjs, answers as bench/runners/serve.mjs says.
import { join } from 'node:path';
import { chooseKernels, type ChosenKernels, type KernelChoice } from '../../src/cli/benchKernels';
import { modelOf, type Product, productOf, timeSteps, trainerOf } from '../../src/cli/benchSteps';
import { datasetOf, labelled, randomData, type Workload, workloads } from '../../src/cli/benchWorkloads';
import type { Trainer } from '../../src/engine/trainer';
import { peakRate } from './peak';
import { readSamples, serve } from './serve.mjs';

type Prepare = Pick<KernelChoice, 'numerics' | 'threads'> & { readonly workload: Workload } & (
    { readonly inputs: string; readonly labels: string } | { readonly samples: number }
  );

/** Bundled beside this file. */
const helper = join(__dirname, 'helper.js');
const now = (): number => performance.now();
const nothing = new Float32Array(0);

/** What really works is told, not what was asked for. */
const nameOf = ({ kernels: { name }, threads }: ChosenKernels): string =>
  threads === 1 ? name : `${name}, ${threads} threads`;

let trainer: Trainer | undefined;
let chosenForProducts: ChosenKernels | undefined;
let product: ((times: number) => number) | undefined;

void serve({
  workloads: () => workloads,

  async prepare(params: Prepare) {
    const { workload, numerics, threads = 1 } = params;
    const chosen = await chooseKernels({ numerics, threads, model: modelOf(workload), helper });
    const { kernels } = chosen;
    if ('inputs' in params) {
      const { inputs, labels } = readSamples(params);
      const none = labelled(workload, nothing, new Uint8Array(0));
      trainer = trainerOf(workload, datasetOf(workload, labelled(workload, inputs, labels), none), kernels);
    } else trainer = trainerOf(workload, randomData(workload, params.samples, 0), kernels);
    return { version: nameOf(chosen) };
  },

  burst({ steps }: { readonly steps: number }) {
    if (!trainer) throw new Error('Nothing is prepared.');
    return { seconds: timeSteps(trainer, steps, now) };
  },

  async prepareProduct({ form, m, n, depth }: Product) {
    // One set for all of them: each brings a memory of its own, which is never taken back.
    const chosen = (chosenForProducts ??= await chooseKernels({ helper }));
    product = productOf(chosen.kernels, { form, m, n, depth }, now);
    return { version: nameOf(chosen) };
  },

  product({ times }: { readonly times: number }) {
    if (!product) throw new Error('Nothing is prepared.');
    return { seconds: product(times) };
  },

  peak: peakRate,
});
