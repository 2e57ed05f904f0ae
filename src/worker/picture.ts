import type { Trainer, Upcoming } from '../engine/trainer';
import { Viewer } from '../engine/viewer';
import type { Sight, Watch } from '../protocol/training';

const SIGHT_INTERVAL = 500;

/** What is looked at of a run: which step is pictured, and which sample of it is shown. */
export class Picture {
  readonly viewer: Viewer;
  #watch: Watch = { visible: false, sample: 'auto', frozen: false };
  #nextAuto = 0;
  #shown: { readonly step: number; readonly sample: number } | undefined;
  #time = -Infinity;
  /** Since the last tick. */
  #sight: Sight | undefined;

  constructor(private readonly trainer: Trainer) {
    this.viewer = new Viewer(trainer);
  }

  get visible(): boolean {
    return this.#watch.visible;
  }

  /**
   * Says what is looked at. While the picture stands still, another sample of it is shown at once.
   * A position beyond a smaller last batch starts again from its first sample; the sight says which it shows.
   * @param still whether no training changes the picture
   * @returns whether another sample was looked at
   * @throws RangeError where the sample is no position
   */
  watch(watch: Watch, still: boolean): boolean {
    const { sample, visible, frozen, strip } = watch;
    if (sample !== 'auto' && (!Number.isInteger(sample) || sample < 0))
      throw new RangeError(`The sample to look at is a position in the batch from 0, or "auto"; found ${sample}.`);
    const before = this.#watch;
    this.#watch = watch;
    const { captured } = this.viewer;
    if (!visible || !captured || !(still || frozen)) return false;
    const moved = sample !== 'auto' && sample % captured.batchSize !== this.#shown?.sample;
    const same = before.visible && !moved && (strip === before.strip || strip === null);
    if (same && this.#shown?.step === captured.step) return false;
    this.look(this.#shown?.step === captured.step ? this.#shown.sample : undefined);
    return true;
  }

  /** Before a unit of training: captures it where a picture is due. @returns whether it did: then look behind it */
  capture(time: number): boolean {
    const { visible, frozen } = this.#watch;
    // The last step of a run is always pictured: it is the one that stays on the screen.
    const due = visible && !frozen && (this.trainer.isLastStep || time - this.#time >= SIGHT_INTERVAL);
    if (!due || !this.viewer.capture()) return false;
    this.#time = time;
    return true;
  }

  /** Captures a step although nobody may look: the view may open while the run waits. @param step default the next */
  captureAtRest(step?: Upcoming): void {
    this.viewer.capture(step);
  }

  /** Takes the picture of the captured step. @param sample where it is to stay on a sample that `auto` chose before */
  look(sample?: number): void {
    const { batchSize } = this.viewer.captured!;
    const wanted = this.#watch.sample === 'auto' ? (sample ?? this.#nextAuto++) : this.#watch.sample;
    this.#sight = this.viewer.look(wanted % batchSize, this.#watch.strip);
    this.#shown = { step: this.#sight.step, sample: this.#sight.sample };
  }

  /** The picture taken since the last time. */
  take(): Sight | undefined {
    const sight = this.#sight;
    this.#sight = undefined;
    return sight;
  }
}
