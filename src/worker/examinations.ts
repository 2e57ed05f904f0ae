import {
  look,
  ofPicture,
  type LensView,
  type Pace,
  type Question,
  type QuestionOf,
  type Work,
} from '../engine/lenses/index';
import { asError } from '../protocol/rpc';
import type { Answer, LensName } from '../protocol/training';

/** Of the time that training takes, what pictures that follow it may take. */
const FOLLOWING_SHARE = 0.02;
/** Milliseconds that they may have saved up, so that the first of them comes at once. */
const MOST_CREDIT = 20;
/** Of the time of training, what it shares with a question that somebody waits for. */
const WAITING_SHARE = 1 / 3;

interface Examination {
  readonly asker: string;
  readonly question: Question;
  readonly pace: Pace;
  readonly resolve: (answer: Answer<LensName>) => void;
  readonly reject: (error: Error) => void;
  work?: Work<Answer<LensName>>;
}

/**
 * The questions that are asked of a run, one at work at a time, in the order they came in. Those that somebody waits for
 * come before those that follow the training, and hurry the one at work that they wait for. Those of a picture that is shown
 * come before all: it moves on.
 *
 * Beside training they live on what training earns them: see FOLLOWING_SHARE and WAITING_SHARE. So however heavy a lens
 * is, and however often it is asked, training keeps its speed; heavy pictures come less often.
 */
export class Examinations {
  readonly #view: LensView;
  readonly #now: () => number;
  /** Whether somebody sees to it that what waits is done. */
  #resting = false;
  #queue: Examination[] = [];
  #credit = MOST_CREDIT;

  /** @param now milliseconds, from anywhere */
  constructor(view: LensView, now: () => number) {
    this.#view = view;
    this.#now = now;
  }

  get waiting(): boolean {
    return this.#queue.length > 0;
  }

  /**
   * Rejects where the run has nothing of what is asked, and once the asker leaves. An asker has one question: a second
   * takes the place of the first.
   */
  ask<K extends LensName>(asker: string, question: QuestionOf<K>, pace: Pace): Promise<Answer<K>> {
    this.leave(asker);
    return new Promise((resolve, reject) => {
      // The queue holds questions of all kinds, each with whom its own answer goes to.
      this.#queue.push({ asker, question, pace, resolve, reject } as unknown as Examination);
    });
  }

  /** Nobody waits for the asker's answer any more. */
  leave(asker: string): void {
    const left = this.#queue.filter((e) => e.asker === asker);
    this.#queue = this.#queue.filter((e) => e.asker !== asker);
    for (const { reject } of left) reject(new Error('Nobody asks this any more.'));
  }

  leaveAll(): void {
    for (const { asker } of this.#queue) this.leave(asker);
  }

  /** Works on after so many milliseconds of training, as long as they are worth. */
  beside(trained: number): void {
    this.#credit = Math.min(MOST_CREDIT, this.#credit + FOLLOWING_SHARE * trained);
    let time = this.#now();
    const end = time + WAITING_SHARE * trained;
    while (this.waiting) {
      const hurried = this.#queue.some(({ pace }) => pace === 'soon');
      if (hurried ? time >= end : this.#credit <= 0) return;
      this.#piece();
      const after = this.#now();
      if (!hurried) this.#credit -= after - time;
      time = after;
    }
  }

  /** Works for so many milliseconds, or until there is no more to do: nothing else is going on. */
  atRest(milliseconds: number): void {
    const end = this.#now() + milliseconds;
    while (this.waiting && this.#now() < end) this.#piece();
  }

  /**
   * Works on until there is no more to do, letting messages in.
   * @param milliseconds of work between two of `breathe`
   * @param rests whether nothing else is going on still
   */
  async untilDone(milliseconds: number, breathe: () => Promise<void>, rests: () => boolean): Promise<void> {
    if (this.#resting) return;
    this.#resting = true;
    while (rests() && this.waiting) {
      this.atRest(milliseconds);
      await breathe();
    }
    this.#resting = false;
  }

  #piece(): void {
    const examination =
      this.#queue.find(({ question }) => ofPicture.has(question.lens)) ??
      this.#queue.find(({ work }) => work) ??
      this.#queue.find(({ pace }) => pace === 'soon') ??
      this.#queue[0];
    try {
      examination.work ??= look(this.#view, examination.question);
      const { done, value } = examination.work.next();
      if (!done) return;
      examination.resolve(value);
    } catch (error) {
      examination.reject(asError(error));
    }
    this.#queue = this.#queue.filter((e) => e !== examination);
  }
}
