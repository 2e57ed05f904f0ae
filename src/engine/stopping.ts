import { ModelError } from '../model/diagnostics';
import type { TrainingConfig } from '../model/model';
import { list } from '../model/parameters';
import type { EndRecord, Metrics } from './records';

/** Seconds, from anywhere: only differences count. */
export type Clock = () => number;

/** What of the training section decides when a run is over. */
export type StoppingConfig = Pick<TrainingConfig, 'epochs' | 'earlyStopping' | 'stopAt' | 'maxSeconds'>;

/** What stopping remembers, as a checkpoint holds it. */
export interface StoppingState {
  /** Early stopping: the best value so far, and the epochs since without progress. */
  readonly best: number | null;
  readonly waited: number;
  /** Whether the target has been reached. */
  readonly reached: boolean;
  /** Time spent training; 0 where it does not matter. */
  readonly seconds: number;
}

type Better = 'higher' | 'lower';

/** What early stopping and the target look at, but is not measured on the data. */
export function findUnmeasured(
  { earlyStopping, stopAt }: Pick<StoppingConfig, 'earlyStopping' | 'stopAt'>,
  measured: ReadonlyMap<string, Better>,
): ModelError[] {
  const all = [...measured.keys()].map((n) => `"${n}"`);
  const check = (name: string | undefined, ...path: string[]): ModelError[] =>
    name === undefined || measured.has(name)
      ? []
      : [
          new ModelError(
            'unknown-metric',
            ['training', ...path],
            `"${path.join('.')}": "${name}" is not measured on this data; expected ${list(all, 'or')}. Name one of them, or measure it: add it to "metrics".`,
          ),
        ];
  return [...check(earlyStopping?.monitor, 'earlyStopping', 'monitor'), ...check(stopAt?.metric, 'stopAt', 'metric')];
}

/**
 * When a run is over: at the target (`stopAt`), where what is watched has not got better for `patience` epochs (Prechelt,
 * "Early Stopping - But When?", 1998), after the last epoch, or when the time is up. The first of these that holds is the
 * reason. A metric that the samples leave undefined is no progress and no target reached.
 */
export class Stopping {
  readonly #config: StoppingConfig;
  readonly #measured: ReadonlyMap<string, Better>;
  readonly #clock: Clock | undefined;
  #best: number | null = null;
  #waited = 0;
  #reached = false;
  #seconds = 0;
  /** The last epoch that somebody wants, and why it ends there. */
  #asked: { readonly epoch: number; readonly reason: EndRecord['reason'] } | undefined;

  /**
   * @param measured what is measured after each epoch, by name, and which way is better
   * @throws ModelError where something else is to be watched; RangeError on a time without a clock
   */
  constructor(config: StoppingConfig, measured: ReadonlyMap<string, Better>, clock: Clock | undefined) {
    this.#config = config;
    this.#measured = measured;
    this.#clock = config.maxSeconds === undefined ? undefined : clock;
    if (config.maxSeconds !== undefined && !clock)
      throw new RangeError(`Training for at most ${config.maxSeconds} seconds needs a clock, and none was given.`);
    const [wrong] = findUnmeasured(config, measured);
    if (wrong) throw wrong;
  }

  /** What tells the best epoch: the loss, or what early stopping watches. */
  get monitor(): string {
    return this.#config.earlyStopping?.monitor ?? 'loss';
  }

  /** Whether a value of what is watched is better than another by more than `least`. Undefined ones are the worst. */
  isBetter(value: number | undefined, than: number | null | undefined, least = 0): boolean {
    if (value === undefined) return false;
    if (than === undefined || than === null) return true;
    return this.#measured.get(this.monitor) === 'higher' ? value > than + least : value < than - least;
  }

  /** @param epoch at work, from 1 @returns why no more steps are to be made, or undefined where some are */
  reason(epoch: number): EndRecord['reason'] | undefined {
    const { epochs, earlyStopping, maxSeconds = Infinity } = this.#config;
    if (this.#asked && epoch > this.#asked.epoch) return this.#asked.reason;
    if (this.#reached) return 'target';
    if (earlyStopping && this.#waited >= earlyStopping.patience) return 'earlyStopping';
    if (epoch > epochs) return 'finished';
    return this.#seconds >= maxSeconds ? 'time' : undefined;
  }

  /** The run is over after an epoch, whatever else holds; 0: at once. */
  endAfter(epoch: number, reason: EndRecord['reason']): void {
    this.#asked = { epoch, reason };
  }

  /** Whether a run that ends so ends with the weights of its best epoch: from before it went downhill. */
  keepsBest(reason: EndRecord['reason']): boolean {
    return reason === 'earlyStopping' || (reason === 'stopped' && this.#asked?.reason === 'stopped');
  }

  /** @param metrics of validation, or without one of training, dropout off */
  epochEnd(metrics: Metrics): void {
    const { earlyStopping, stopAt } = this.#config;
    if (earlyStopping) {
      const value = metrics[this.monitor];
      if (this.isBetter(value, this.#best, earlyStopping.minDelta)) {
        this.#best = value!;
        this.#waited = 0;
      } else this.#waited++;
    }
    if (!stopAt) return;
    const value = metrics[stopAt.metric];
    if (value === undefined) return;
    if (this.#measured.get(stopAt.metric) === 'higher' ? value >= stopAt.value : value <= stopAt.value)
      this.#reached = true;
  }

  /** Around each unit of work: its time is counted, and time between units, as in a pause, is not. @returns for `end` */
  begin(): number {
    return this.#clock ? this.#clock() : 0;
  }
  end(begin: number): void {
    if (this.#clock) this.#seconds += this.#clock() - begin;
  }

  state(): StoppingState {
    return { best: this.#best, waited: this.#waited, reached: this.#reached, seconds: this.#seconds };
  }
  /** @param made by steps that were made elsewhere: what was asked of the run meanwhile still holds */
  restore({ best, waited, reached, seconds }: StoppingState, made = false): void {
    this.#best = best;
    this.#waited = waited;
    this.#reached = reached;
    this.#seconds = seconds;
    if (!made) this.#asked = undefined;
  }
}
