import { sizeOf } from '../../model/spec';
import { compile } from '../network';
import { pictureOptions } from '../plan';
import { Trainer } from '../trainer';
import { Viewer } from '../viewer';
import type { RunHistory } from './history';

/** Multiply-adds that are done again before it is told how far the way has come: about half a second. */
const LEG = 2_000_000_000;

/**
 * Makes steps of a run again, to the bit, on a second trainer with the same seed, data and kernels: from the last state
 * that the history kept before the step, with every change by hand where it was made. It has its own weights and its own
 * viewer; the run itself goes on and is never touched.
 */
export class Replayer {
  readonly #trainer: Trainer;
  readonly #history: RunHistory;
  #replica: Trainer | undefined;
  #viewer: Viewer | undefined;
  /** Where the replica set out; undefined as long as it has not. */
  #from: number | undefined;
  /** Changes of the history that it has made. */
  #changed = 0;

  constructor(trainer: Trainer, history: RunHistory) {
    this.#trainer = trainer;
    this.#history = history;
  }

  get history(): RunHistory {
    return this.#history;
  }

  /** Shows the step that was reached last; undefined before the first. */
  get viewer(): Viewer | undefined {
    return this.#viewer;
  }

  /**
   * Goes on towards a step, so that `viewer` shows it, for one leg of the way: then it may be asked again.
   * @returns where it set out, and where it stands: at the step, once it is there
   * @throws RangeError where the run has not made such a step, or was not watched then
   */
  *towards(step: number): Generator<undefined, { readonly from: number; readonly at: number }, undefined> {
    const { first } = this.#history;
    const made = this.#trainer.step;
    if (!Number.isInteger(step) || step < first || step >= made)
      throw new RangeError(
        made === first
          ? 'No step has been made yet that could be shown again.'
          : `The steps ${first + 1} to ${made} can be shown again; asked for step ${step + 1}.`,
      );
    if (this.#viewer?.captured?.step === step) return { from: this.#from!, at: step };
    const replica = this.#start(step);
    const end = Math.min(step, replica.step + stepsOfALeg(replica));
    while (replica.step < end || !replica.upcoming()) {
      this.#unit(replica);
      yield;
    }
    this.#applyChanges(replica);
    if (replica.step === step) this.#viewer!.capture();
    return { from: this.#from!, at: replica.step };
  }

  /** The replica at the best place to set out from: where it stands, or at a state that was kept. */
  #start(step: number): Trainer {
    const replica = (this.#replica ??= this.#build());
    this.#viewer ??= new Viewer(replica);
    const state = this.#history.before(step);
    const kept = state.counters.step;
    if (this.#from !== undefined && replica.step <= step && replica.step >= kept) return replica;
    replica.restore(state);
    this.#from = kept;
    // A state is kept right before its step: what was changed for that step is in it.
    const later = this.#history.changes.findIndex((c) => c.step > kept);
    this.#changed = later < 0 ? this.#history.changes.length : later;
    return replica;
  }

  #build(): Trainer {
    const { network, dataset, config } = this.#trainer;
    const { model, plan, seed, kernels } = network;
    const { precision, panel, layers } = pictureOptions(plan);
    const again = compile(model, {
      ...{ precision, panel, layers, seed, kernels },
      maxBatch: plan.maxBatch,
      memoryLimit: Infinity,
    });
    // Time that was up then ended the run: no step lies behind it.
    return new Trainer(again, dataset, { ...config, maxSeconds: undefined });
  }

  #unit(replica: Trainer): void {
    if (replica.upcoming()) {
      this.#applyChanges(replica);
      replica.advance();
    } else replica.closeEpoch(this.#history.epoch(replica.epoch));
  }

  #applyChanges(replica: Trainer): void {
    const { changes } = this.#history;
    for (; this.#changed < changes.length && changes[this.#changed].step <= replica.step; this.#changed++)
      replica.change(changes[this.#changed]);
  }
}

/** A step runs forwards once and backwards twice. */
function stepsOfALeg({ network, batches }: Trainer): number {
  let work = 0;
  for (const { layer, definition } of network.plan.layers)
    work += definition.multiplyAdds(layer.params, layer.inputShapes) + sizeOf(layer.shape);
  return Math.max(1, Math.floor(LEG / Math.max(1, 3 * work * batches.size)));
}
