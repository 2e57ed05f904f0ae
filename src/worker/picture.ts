import type { Trainer, Upcoming } from '../engine/trainer';
import type { OthersAsk } from '../engine/lenses/others';
import { Viewer } from '../engine/viewer';
import type { OtherMasks, Sight, Watch } from '../protocol/training';

const SIGHT_INTERVAL = 500;

/** What other masks answer for a picture. Rejects where nobody is to know any more. */
export type AskOthers = (ask: OthersAsk) => Promise<OtherMasks>;

/** What is looked at of a run: which step is pictured, which sample of it is shown, and what other masks make of it. */
export class Picture {
  readonly viewer: Viewer;
  #watch: Watch = { visible: false, sample: 'auto', frozen: false };
  #nextAuto = 0;
  #shown: { readonly step: number; readonly sample: number } | undefined;
  #time = -Infinity;
  /** Since the last tick. */
  #sight: Sight | undefined;
  /** A picture that waits for what other masks answer: no other one is taken meanwhile. */
  #waiting: Sight | undefined;
  #last = false;
  readonly #askOthers: AskOthers;
  readonly #came: () => void;

  /** @param came is told of a picture that was waited for */
  constructor(
    private readonly trainer: Trainer,
    askOthers: AskOthers,
    came: () => void,
  ) {
    this.viewer = new Viewer(trainer);
    this.#askOthers = askOthers;
    this.#came = came;
  }

  get visible(): boolean {
    return this.#watch.visible;
  }

  /**
   * Says what is looked at. While the picture stands still, another sample of it is shown at once.
   * A position beyond a smaller last batch starts again from its first sample; the sight says which it shows.
   * @param still whether no training changes the picture
   * @returns whether there is a picture to tell of
   * @throws RangeError where the sample is no position
   */
  watch(watch: Watch, still: boolean): boolean {
    const { sample, visible, frozen, strip, others } = watch;
    if (sample !== 'auto' && (!Number.isInteger(sample) || sample < 0))
      throw new RangeError(`The sample to look at is a position in the batch from 0, or "auto"; found ${sample}.`);
    const before = this.#watch;
    this.#watch = watch;
    const held = this.#waiting;
    const comes = held !== undefined && (!visible || frozen || others === undefined);
    if (comes) this.#show(held);
    const { captured } = this.viewer;
    if (!visible || !captured || !(still || frozen)) return comes;
    const moved = sample !== 'auto' && sample % captured.batchSize !== this.#shown?.sample;
    const same = before.visible && !moved && (strip === before.strip || strip === null);
    if (same && this.#shown?.step === captured.step) return comes;
    this.look(this.#shown?.step === captured.step ? this.#shown.sample : undefined);
    return true;
  }

  /** Before a unit of training: captures it where a picture is due. @returns whether it did: then look behind it */
  capture(time: number): boolean {
    const { visible, frozen } = this.#watch;
    // The last step of a run is always pictured: it is the one that stays on the screen.
    this.#last = this.trainer.isLastStep;
    const moves = time - this.#time >= SIGHT_INTERVAL && !this.#waiting;
    const due = visible && !frozen && (this.#last || moves);
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
    const sight = this.viewer.look(wanted % batchSize, this.#watch.strip);
    this.#shown = { step: sight.step, sample: sight.sample };
    this.#show(sight);
  }

  /** Takes it, and holds it back until it is known what other masks answer, where that is wanted and steps come after it. */
  lookAndAsk(): void {
    this.look();
    const passes = this.#watch.others;
    const sight = this.#sight;
    if (passes === undefined || this.#last || !sight) return;
    this.#sight = undefined;
    this.#waiting = sight;
    const { step, sample } = sight;
    const show = (others?: OtherMasks): void => {
      if (this.#waiting !== sight) return;
      this.#show(others ? { ...sight, others } : sight);
      this.#came();
    };
    this.#askOthers({ step, sample, passes }).then(
      ({ mean, deviation, votes }) => show({ passes, mean, deviation, ...(votes && { votes }) }),
      // Left, or refused: the picture itself is good.
      () => show(),
    );
  }

  #show(sight: Sight): void {
    this.#waiting = undefined;
    this.#sight = sight;
  }

  /** Nobody is told of any picture any more. */
  leave(): void {
    this.#waiting = undefined;
    this.#sight = undefined;
  }

  /** The picture taken since the last time. */
  take(): Sight | undefined {
    const sight = this.#sight;
    this.#sight = undefined;
    return sight;
  }
}
