import { rowMajor, store } from '../matrices';
import type { Network } from '../network';
import type { Real } from '../real';
import type { RunHistory } from '../replay/history';
import type { TrainerState } from '../state';
import type { LensView, Work } from './define';
import { bandsOf, QUANTILES } from './weightHistory';

export type OverStepsAsk = Readonly<Record<string, never>>;

/** How a layer's values were spread at some steps: QUANTILES.length numbers a step. */
export interface LayerBands {
  readonly id: string;
  readonly activations: Float32Array;
  /** Of its kernel; absent where it has no weights. */
  readonly gradients?: Float32Array;
}
export interface OverStepsAnswer {
  /** Steps made when it was asked. */
  readonly step: number;
  /** Steps, from 0, with whose weights it was measured: those that the run keeps states of, at most 64, evenly spaced. */
  readonly steps: readonly number[];
  readonly layers: readonly LayerBands[];
}

interface Measured {
  readonly activations: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** Of the validation samples, where there are some. */
const MOST_SAMPLES = 64;

/** What was measured of a run's states stays as long as the run keeps them. */
const known = new WeakMap<RunHistory, Map<number, Measured>>();

/**
 * How activations (dropout off) and gradients (of the first samples, with the masks of the step) were spread over the run: measured
 * anew with the weights of each state that the run keeps for its replay. So it costs training nothing before somebody
 * looks, goes back to the first step all the same, and what is remembered is bounded.
 */
export function* overSteps(view: LensView): Work<OverStepsAnswer> {
  const { trainer, replayer, copies } = view;
  const { history } = replayer;
  const { step } = trainer;
  const measured = known.get(history) ?? new Map<number, Measured>();
  known.set(history, measured);
  const steps = history.kept;
  for (const at of measured.keys()) if (!steps.includes(at)) measured.delete(at);
  const missing = steps.filter((at) => !measured.has(at));
  if (missing.length > 0) {
    const states = missing.map((at) => history.before(at));
    const network = copies.learning();
    for (const state of states) {
      measured.set(state.counters.step, yield* measure(view, network, state));
      yield;
    }
  }
  const shown = steps.map((at) => measured.get(at)!);
  const join = (of: (m: Measured) => Float32Array | undefined): Float32Array => {
    const bands = new Float32Array(shown.length * QUANTILES.length);
    shown.forEach((m, i) => bands.set(of(m)!, i * QUANTILES.length));
    return bands;
  };
  const layers = [...(shown[0]?.activations.keys() ?? [])].map((id): LayerBands => ({
    id,
    activations: join((m) => m.activations.get(id)),
    ...(shown[0].gradients.has(id) && { gradients: join((m) => m.gradients.get(id)) }),
  }));
  return { step, steps, layers };
}

function* measure({ trainer }: LensView, network: Network, { tensors, counters }: TrainerState): Work<Measured> {
  const { dataset, config } = trainer;
  for (const [name, { values, matrix }] of network.weights) {
    const kept = tensors.get(name)!.values;
    if (matrix) store(values, kept, matrix);
    else values.set(kept);
  }
  network.setRates(counters.rates);
  const rows = Math.min(config.batchSize, network.maxBatch, dataset.train.count);
  for (let row = 0; row < rows; row++) network.put(dataset.train, row, row);
  network.forward('train', rows, counters.step);
  network.backward();
  const gradients = new Map<string, Float32Array>();
  for (const { layer, gradient, matrix } of network.parameters.values())
    // A layer's kernel comes first.
    if (!gradients.has(layer)) gradients.set(layer, spread(rowMajor(gradient!, matrix)));
  yield;
  const samples = dataset.validation.count > 0 ? dataset.validation : dataset.train;
  const count = Math.min(samples.count, network.maxBatch, MOST_SAMPLES);
  for (let row = 0; row < count; row++) network.put(samples, Math.floor((row * samples.count) / count), row);
  network.forward('evaluate', count);
  const activations = new Map(
    network.layers
      .filter(({ id, kind }) => gradients.has(id) || kind === 'activation')
      .map(({ id, values, size }) => [id, spread(values.subarray(0, count * size))]),
  );
  return { activations, gradients };
}

const spread = (values: Real): Float32Array => bandsOf({ values, shape: [values.length], matrix: undefined });
