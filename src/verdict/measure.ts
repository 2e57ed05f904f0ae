/** What the curves of a run say, epoch for epoch, in figures: the ground that a verdict stands on. */
import type { DataFacts, EpochRecord } from '../protocol/training';
import { median, robustLine, roughness } from './statistics';

/**
 * What is known of a run beside its curves. Without `baseline`, the loss of the first epoch stands in for what knowing nothing
 * costs; without `neighbours` nobody was asked. The more `inputs`, the less neighbours tell; absent: nothing.
 */
export interface RunFacts extends Omit<DataFacts, 'inputs'>, Partial<Pick<DataFacts, 'inputs'>> {
  /** Epochs asked for. */
  readonly epochs: number;
  /** Kind of the loss, such as "crossentropy". */
  readonly loss: string;
  /** Share of the training labels that were drawn anew on purpose, as `data.labelNoise` says. */
  readonly labelNoise: number;
}

/** How a loss has come down, and would. */
export interface Gain {
  /** What the newest quarter of the epochs brought, and the standard deviation of that. */
  readonly lately: number;
  readonly spread: number;
  /** What the quarter before it brought. */
  readonly before: number;
  /** What training twice as long as asked for would bring from here, at the pace at which it slows down. */
  readonly coming: number;
}

export interface Measured {
  /** Of the newest epoch. */
  readonly epoch: number;
  /** Epochs measured. */
  readonly count: number;
  /** Of the epochs asked for. */
  readonly share: number;
  /** Median of the newest epochs: training with dropout off, what wrong labels cost taken out; validation. */
  readonly train: number;
  readonly validation?: number;
  /** The level of the losses that the optimizer saw, dropout on. */
  readonly dropoutOn: number;
  /** The lowest level of training so far. */
  readonly lowestTrain: number;
  /** What there is to learn, in units of the loss: from knowing nothing to no loss at all. */
  readonly range: number;
  /** What asking a sample's nearest neighbours costs, what wrong labels cost taken out. */
  readonly neighbours?: number;
  /** The same and its spread, taken for the least that any network gets to: nothing where it is not known, little of many inputs. */
  readonly least: number;
  /** From knowing nothing to that; at least half of the range. */
  readonly learnable: number;
  /** Validation less training, both dropout off. */
  readonly gap: number;
  /** Standard deviation of the gap: that of the two sets of samples, and of the epochs about their line. */
  readonly gapSpread: number;
  /** How far validation has risen above its lowest level, and the standard deviation of that. */
  readonly rise: number;
  readonly riseSpread: number;
  /** The lowest level of validation. */
  readonly lowest?: number;
  /** The epoch with the smallest validation loss. */
  readonly best?: { readonly epoch: number; readonly loss: number; readonly gap: number };
  /** Change an epoch over the newest third of the epochs: of validation; without one, of training. */
  readonly slope: number;
  /** Of validation, or without one of training; and of training. */
  readonly gain: Gain;
  readonly trainGain: Gain;
}

/** Standard deviation of one sample's loss, in units of its mean, where misses are normal or right answers unsure. */
const SCATTER: Readonly<Record<string, number>> = {
  meanSquaredError: Math.SQRT2,
  meanAbsoluteError: Math.sqrt(Math.PI / 2 - 1),
  huber: Math.SQRT2,
};
/** Cross-entropy of single samples is spread about exponentially: few are expensive. */
const USUAL_SCATTER = 1;

/**
 * Standard error of a loss that is a mean over samples.
 * @param kind of the loss, such as "crossentropy"
 */
export const samplingSpread = (kind: string, loss: number, samples: number): number =>
  ((SCATTER[kind] ?? USUAL_SCATTER) * Math.max(loss, 0)) / Math.sqrt(samples);

/** What there is to learn where all targets are the same: nothing, but for dividing by it. */
export const NO_RANGE = 1e-12;
/** Epochs whose median is a level. */
const LEVEL = 5;
/** Samples whose neighbours are asked, at most: as src/engine/neighbours.ts does. */
const MOST_ASKED = 400;
/** Values of a sample up to which its neighbours tell all that they can; beyond, the share of it falls as 1/values. */
const FEW_INPUTS = 10;
/** A quarter brings at most this share of what the one before it brought: losses level off. */
const MOST_PACE = 0.9;
/** Points that a line goes through, at most. */
const POINTS = 21;
/** Epochs that tell how much single ones scatter. */
const SMOOTH = 100;

/** Loss of an honest network on labels of which a share was drawn anew: the entropy of being wrong so often. */
export function noiseFloor(labelNoise: number, classes: number): number {
  const wrong = classes > 1 ? labelNoise * (1 - 1 / classes) : 0;
  if (wrong <= 0) return 0;
  return -(1 - wrong) * Math.log(1 - wrong) - wrong * Math.log(wrong / (classes - 1));
}

/** Takes in a run's epochs one after the other; each costs the same, however long the run is. */
export class Meter {
  readonly #facts: RunFacts;
  /** What wrong labels cost an honest network: in training, and by its doubts in validation, where labels are right. */
  readonly #floor: number;
  readonly #doubt: number;
  readonly #epochs: number[] = [];
  readonly #train: number[] = [];
  readonly #dropoutOn: number[] = [];
  readonly #validation: number[] = [];
  /** Medians of the newest epochs, epoch for epoch. */
  readonly #trainLevels: number[] = [];
  readonly #levels: number[] = [];
  #lowestTrain = Infinity;
  #lowest = Infinity;
  #trainAtLowest = NaN;
  #best: Measured['best'];

  constructor(facts: RunFacts) {
    this.#facts = facts;
    const { labelNoise, classes, baseline = Infinity } = facts;
    const wrong = facts.loss === 'crossentropy' && classes > 1 ? labelNoise * (1 - 1 / classes) : 0;
    this.#floor = Math.min(wrong > 0 ? noiseFloor(labelNoise, classes) : 0, 0.8 * baseline);
    this.#doubt = Math.min(-Math.log(1 - wrong), 0.8 * baseline);
  }

  /** What wrong labels cost, taken out: nothing of a network that knows nothing, all of one that has learned the rest. */
  #honest(loss: number, cost: number): number {
    const { baseline } = this.#facts;
    return !baseline ? loss : Math.max(0, (baseline * (loss - cost)) / (baseline - cost));
  }

  add({ epoch, train: on, trainDropoutOff, validation }: EpochRecord): Measured {
    this.#epochs.push(epoch);
    this.#dropoutOn.push(this.#honest(on.loss, this.#floor));
    const train = this.#honest(trainDropoutOff.loss, this.#floor);
    this.#train.push(train);
    this.#trainLevels.push(median(this.#train.slice(-LEVEL)));
    const trainLevel = this.#trainLevels[this.#trainLevels.length - 1];
    this.#lowestTrain = Math.min(this.#lowestTrain, trainLevel);
    if (validation) {
      this.#validation.push(validation.loss);
      const level = median(this.#validation.slice(-LEVEL));
      this.#levels.push(level);
      if (level < this.#lowest) {
        this.#lowest = level;
        this.#trainAtLowest = trainLevel;
      }
      if (!this.#best || validation.loss < this.#best.loss)
        this.#best = { epoch, loss: validation.loss, gap: validation.loss - trainDropoutOff.loss };
    }
    return this.#measure(epoch, trainLevel);
  }

  /** The epoch in the middle of those whose level was measured at an epoch. */
  middleOf(epoch: number): number {
    const at = this.#epochs.lastIndexOf(epoch);
    return this.#epochs[Math.max(0, at - (Math.min(LEVEL, at + 1) >> 1))];
  }

  /**
   * The epoch after which validation has not been as low as its best any more, but for one spread of a rise; absent where it still is.
   */
  get turn(): number | undefined {
    if (!this.#best || this.#validation.length < LEVEL) return undefined;
    const { loss } = this.#best;
    const ofSamples = samplingSpread(this.#facts.loss, loss, this.#facts.validation);
    // About their line they would scatter by its bend too.
    const spread = Math.hypot(ofSamples / 2, roughness(this.#validation.slice(-SMOOTH)));
    let last = this.#validation.length - 1;
    while (this.#validation[last] > loss + spread) last--;
    return this.#epochs.at(last + 1);
  }

  #measure(epoch: number, train: number): Measured {
    const facts = this.#facts;
    const validation = this.#levels.at(-1);
    const count = this.#train.length;
    const range = Math.max(facts.baseline ?? this.#train[0], NO_RANGE);
    const neighbours = facts.neighbours === undefined ? undefined : this.#honest(facts.neighbours, this.#floor);
    const trust = Math.min(1, FEW_INPUTS / (facts.inputs ?? Infinity));
    // One spread of what they cost: they were asked about so many samples only.
    const chance = samplingSpread(facts.loss, neighbours ?? 0, Math.min(facts.train, MOST_ASKED));
    const least = neighbours === undefined ? 0 : trust * Math.min(neighbours + chance, range);
    const trainLine = robustLine(this.#spaced(this.#train));
    const line = validation === undefined ? trainLine : robustLine(this.#spaced(this.#validation));
    const sampling = (loss: number, samples: number): number => samplingSpread(facts.loss, loss, samples);
    const gap = validation === undefined ? 0 : this.#honest(validation, this.#doubt) - train;
    const epochs = Math.hypot(line.noise, trainLine.noise) / Math.sqrt(Math.min(count, LEVEL));
    const ofSamples = validation === undefined ? 0 : sampling(validation, facts.validation);
    // The same samples were measured at the best epoch, so some of what is special about them cancels out.
    const rise = validation === undefined ? 0 : Math.max(0, validation - this.#lowest);
    const along = Math.max(0, train - this.#trainAtLowest);
    const levels = validation === undefined ? this.#trainLevels : this.#levels;
    return {
      epoch,
      count,
      share: count / this.#facts.epochs,
      train,
      dropoutOn: median(this.#dropoutOn.slice(-LEVEL)),
      lowestTrain: this.#lowestTrain,
      ...(validation !== undefined && { validation }),
      range,
      ...(neighbours !== undefined && { neighbours }),
      least,
      learnable: Math.max(range - least, 0.5 * range),
      gap,
      gapSpread: Math.hypot(ofSamples, sampling(train, facts.train), epochs),
      // Where training went up as well, the steps are too large: that part is no overfitting.
      rise: Number.isNaN(along) ? 0 : Math.max(0, rise - along),
      riseSpread: Math.hypot(ofSamples / 2, epochs),
      ...(validation !== undefined && { lowest: this.#lowest }),
      best: this.#best,
      slope: line.slope / this.#stride,
      gain: this.#gain(levels, line.noise, validation === undefined ? Infinity : range),
      trainGain: this.#gain(this.#trainLevels, trainLine.noise, Infinity),
    };
  }

  /** A quarter of a run brings a share of what the one before it brought, the next quarters that share of it, and so on. */
  #gain(levels: readonly number[], noise: number, most: number): Gain {
    const count = levels.length;
    const quarter = Math.max(1, Math.floor(count / 4));
    // Coming down to what knowing nothing costs is unlearning bad first weights: nobody knows more by it.
    const level = (back: number): number => Math.min(most, levels[Math.max(0, count - 1 - back * quarter)]);
    const lately = level(1) - level(0);
    const before = level(2) - level(1);
    const pace = before > 0 ? Math.min(MOST_PACE, lately / before) : MOST_PACE;
    const quarters = (2 * Math.max(this.#facts.epochs, count) - count) / quarter;
    const coming = lately <= 0 ? 0 : (lately * pace * (1 - pace ** quarters)) / (1 - pace);
    return { lately, before, coming, spread: (noise * Math.SQRT2) / Math.sqrt(Math.min(count, LEVEL)) };
  }

  /** Epochs between the points of a line, which reaches back over a third of the run. */
  get #stride(): number {
    return Math.max(1, Math.floor(this.#train.length / 3 / (POINTS - 1)));
  }

  #spaced(values: readonly number[]): number[] {
    const points = Math.min(POINTS, Math.max(LEVEL, Math.ceil(values.length / 3)), values.length);
    const stride = this.#stride;
    return Array.from({ length: points }, (_, i) => values[values.length - 1 - (points - 1 - i) * stride]);
  }
}
