import type { JsonObject } from '../model/json';
import type { TrainingConfig } from '../model/model';
import { kindOf, type Schedule } from './define';
import { schedules } from './schedules/index';

/** What a schedule and a warm-up make of a learning rate, step by step. */
export class LearningRates {
  /** False where every step has the rate itself. */
  readonly isMoving: boolean;
  readonly #warmupSteps: number;
  readonly #schedule: Schedule;
  #time = { step: 0, epoch: 1 };

  /** @param stepsPerEpoch of the batch size that the run begins with */
  constructor(
    { schedule, warmupSteps = 0, epochs }: Pick<TrainingConfig, 'schedule' | 'warmupSteps' | 'epochs'>,
    stepsPerEpoch: number,
  ) {
    const { kind, params } = schedule ?? { kind: 'constant', params: {} };
    this.isMoving = kind !== 'constant' || warmupSteps > 0;
    this.#warmupSteps = warmupSteps;
    this.#schedule = kindOf(schedules, 'schedule', kind).create(params, { steps: epochs * stepsPerEpoch });
  }

  /**
   * The learning rate of a step: warmup grows to the schedule's in a straight line, over the first steps.
   * @param base what the schedule multiplies
   * @param step its number, from 0, in `epoch`, from 1
   * @param progress how far the run is, in steps of the batch size that it began with
   */
  at(base: number, step: number, epoch: number, progress: number): number {
    const warmupSteps = this.#warmupSteps;
    const warm = step < warmupSteps ? (step + 1) / warmupSteps : 1;
    this.#time.step = progress;
    this.#time.epoch = epoch;
    return base * warm * this.#schedule.factor(this.#time);
  }

  /** Tells the schedule what an epoch came to: the validation loss, or without one that of training, dropout off. */
  epochEnd(loss: number): void {
    this.#schedule.epochEnd?.(loss);
  }

  /** What the schedule has to remember besides the time; null where nothing. */
  state(): JsonObject | null {
    return this.#schedule.state?.() ?? null;
  }
  restore(state: JsonObject | null): void {
    if (state) this.#schedule.restore?.(state);
  }
}
