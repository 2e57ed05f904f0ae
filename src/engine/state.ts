import type { JsonObject } from '../model/json';
import { list } from '../model/parameters';
import type { LossesState } from './epochLosses';
import type { NumericsClass } from './kernels/set';
import type { Precision, Tensor } from './real';
import type { EndRecord } from './records';
import { checkSettings, type Settings } from './settings';
import type { StoppingState } from './stopping';

/** Where a run stands, apart from tensors: plain JSON. */
export interface TrainerCounters {
  readonly seed: number;
  readonly precision: Precision;
  /** Of the kernels it was made with. */
  readonly numerics: NumericsClass;
  /** Optimizer steps made. */
  readonly step: number;
  /** The epoch at work, from 1, and the samples of it that were taken. All of them: its evaluation comes next. */
  readonly epoch: number;
  readonly position: number;
  /** Training samples there are. */
  readonly samples: number;
  /** Numbers of the training section, which may have been changed by hand. */
  readonly settings: Settings;
  /** Dropout rates, which may have been changed by hand, by layer id. */
  readonly rates: Readonly<Record<string, number>>;
  /** Ids of the layers whose rate still follows its schedule: none that was changed by hand. */
  readonly scheduledRates: readonly string[];
  /** Of the batches of this epoch so far; null before the first. */
  readonly losses: LossesState | null;
  readonly best: NonNullable<EndRecord['best']> | null;
  /** What the learning-rate schedule remembers; null where nothing. */
  readonly schedule: JsonObject | null;
  readonly stopping: StoppingState;
}

/**
 * A run that can be gone on with, to the bit. Tensors are named "dense1/kernel" (weights, with what layers keep besides
 * the trained ones), "optimizer/dense1/kernel/m" (the optimizer's state) and "best/dense1/kernel" (weights of the best
 * epoch, where there is one).
 */
export interface TrainerState {
  readonly counters: TrainerCounters;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** All of them, which the type sees to. */
const counterNames = Object.keys({
  seed: 0,
  precision: 0,
  numerics: 0,
  step: 0,
  epoch: 0,
  position: 0,
  samples: 0,
  settings: 0,
  rates: 0,
  scheduledRates: 0,
  losses: 0,
  best: 0,
  schedule: 0,
  stopping: 0,
} satisfies Record<keyof TrainerCounters, 0>) as (keyof TrainerCounters)[];

/**
 * Holds a state against what a trainer has.
 * @throws Error naming the first thing that does not fit
 */
export function checkState(
  state: TrainerState,
  expected: {
    readonly seed: number;
    readonly precision: Precision;
    readonly numerics: NumericsClass;
    readonly samples: number;
    /** The optimizer's kind, and the most samples a batch has memory for. */
    readonly kind: string;
    readonly maxBatch: number;
    readonly rates: readonly string[];
    /** Layers that have a schedule. */
    readonly scheduledRates: readonly string[];
    /** The shape of every tensor there must be, asked once the counters are good. */
    readonly shapes: () => ReadonlyMap<string, readonly number[]>;
  },
): void {
  const { counters, tensors } = state;
  const missing = counterNames.filter((name) => (counters as Partial<TrainerCounters>)[name] === undefined);
  if (missing.length > 0)
    throw new Error(
      `This checkpoint is damaged, or of another release: its counters have no ${list(missing.map((n) => `"${n}"`))}; expected ${list(counterNames.map((n) => `"${n}"`))}. ` +
        'Go on with the release it was made with, or train anew.',
    );
  const refuse = (what: string, wanted: unknown, found: unknown): never => {
    throw new Error(
      `This checkpoint is of another run: ${what} is ${JSON.stringify(found)} in it, and ${JSON.stringify(wanted)} here. ` +
        'Go on with the model, data and seed it was made with, or train anew.',
    );
  };
  if (counters.seed !== expected.seed) refuse('the seed', expected.seed, counters.seed);
  if (counters.precision !== expected.precision) refuse('the precision', expected.precision, counters.precision);
  if (counters.numerics !== expected.numerics)
    throw new Error(
      `This checkpoint was made with ${counters.numerics} kernels, and here are ${expected.numerics} ones: going on would not make ` +
        'the numbers of one run. Go on with the kernels it was made with, or train anew.',
    );
  const { step, epoch, position, samples } = counters;
  if (samples !== expected.samples) refuse('the number of training samples', expected.samples, samples);
  const counted = [step, epoch, position].every((n) => Number.isInteger(n) && n >= 0);
  // Every epoch that is over made a step at least, and no step takes no sample.
  if (!counted || epoch < 1 || position > samples || step < epoch - 1 || step > (epoch - 1) * samples + position)
    refuse('how far it is', `a step within its epoch of ${samples} samples`, { step, epoch, position });
  checkSettings(counters.settings, expected, (what, wanted, found) => refuse(what, wanted, found));
  const rates = Object.keys(counters.rates).sort();
  if (rates.join('\n') !== [...expected.rates].sort().join('\n'))
    refuse('the list of dropout layers', expected.rates, rates);
  const wrong = Object.entries(counters.rates).find(([, rate]) => !(rate >= 0 && rate < 1));
  if (wrong) refuse(`the rate of layer "${wrong[0]}"`, 'a number from 0 to below 1', wrong[1]);
  if (!counters.scheduledRates.every((id) => expected.scheduledRates.includes(id)))
    refuse('the list of layers with a rate schedule', expected.scheduledRates, counters.scheduledRates);
  const shapes = expected.shapes();
  for (const [name, shape] of shapes) {
    const found = tensors.get(name);
    if (!found) refuse(`tensor "${name}"`, shape, 'missing');
    else if (found.shape.join() !== shape.join() || found.values.length !== shape.reduce((a, b) => a * b, 1))
      refuse(`the shape of tensor "${name}"`, shape, found.shape);
  }
  const stray = [...tensors.keys()].find((name) => !shapes.has(name));
  if (stray !== undefined) refuse(`tensor "${stray}"`, 'no such tensor', 'present');
}
