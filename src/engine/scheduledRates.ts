import type { JsonObject } from '../model/json';
import { kindOf } from './define';
import type { Network } from './network';
import { rateSchedules } from './rateSchedules/index';
import type { EpochRecord } from './records';

/** The dropout rates of a network that follow a schedule: it sets them at the start of each epoch. */
export class ScheduledRates {
  readonly #network: Network;
  readonly #all: ReadonlyMap<string, (epoch: number) => number>;
  #following: Set<string>;

  constructor(network: Network) {
    this.#network = network;
    this.#all = new Map(
      network.model.layers.flatMap(({ id, params }) => {
        const schedule = params.rateSchedule as JsonObject | undefined;
        if (!schedule) return [];
        const definition = kindOf(rateSchedules, 'rate schedule', schedule.schedule as string);
        return [[id, (epoch: number) => definition.at(schedule, epoch)] as const];
      }),
    );
    this.#following = new Set(this.#all.keys());
  }

  /** Ids of all layers that have a schedule, and of those that still follow theirs. */
  get all(): readonly string[] {
    return [...this.#all.keys()];
  }
  get following(): readonly string[] {
    return [...this.#following];
  }

  /** @param epoch from 1 */
  startEpoch(epoch: number): void {
    for (const layer of this.#following) this.#network.setRate(layer, this.#all.get(layer)!(epoch));
  }

  /** The rates of the epoch at work, for its record: nothing where none follows a schedule. */
  rates(): Pick<EpochRecord, 'rates'> {
    const rates = this.#network.layers.flatMap(({ id, runtime: { dropping } }) =>
      dropping && this.#following.has(id) ? [[id, dropping.rate] as const] : [],
    );
    return rates.length > 0 ? { rates: Object.fromEntries(rates) } : {};
  }

  /** A rate set by hand stays: its layer follows no schedule any more. */
  leave(layer: string): void {
    this.#following.delete(layer);
  }

  restore(following: readonly string[]): void {
    this.#following = new Set(following);
  }
}
