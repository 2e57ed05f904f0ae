/**
 * Lenses: what may be asked of a run beside what its ticks tell, such as how often classes are mistaken for each other.
 * A lens is asked when somebody looks, between two units of training, and changes nothing of the run.
 *
 * To add one: a file that says what is asked and answers it, an entry in `Lenses`, a line in `index.ts`.
 */
import type { Trainer } from '../trainer';
import type { Viewer } from '../viewer';
import type { Counter } from '../replay/counts';
import type { Replayer } from '../replay/replayer';
import type { Copies } from './copies';
import type { WeightHistory } from './weightHistory';

/**
 * How soon an answer is wanted. `follow`: a picture that goes with the training, of which it takes a fiftieth of the time
 * at most. `soon`: somebody waits for it; training shares its time with it until it is there.
 */
export type Pace = 'follow' | 'soon';

/** What a lens may look at. The trainer stands between two units of work, or has ended, when a lens begins. */
export interface LensView {
  readonly trainer: Trainer;
  readonly viewer: Viewer;
  /** Networks to run samples through: the trainer's own goes on between the pieces of a lens's work. */
  readonly copies: Copies;
  /** Makes steps of before again, and counts what was dropped in them: both keep what they have between two questions. */
  readonly replayer: Replayer;
  readonly counter: Counter;
  /** Positions in the training set whose label was drawn anew by label noise, ascending; absent: none. */
  readonly noisy?: Uint32Array;
  /** What was recorded of the weights after each epoch. */
  readonly history?: WeightHistory;
}

/** Work in pieces of about a millisecond, with a `yield` between any two, at which training may go on. */
export type Work<T> = Generator<undefined, T, undefined>;
