/**
 * Lenses: what may be asked of a run beside what its ticks tell, such as how often classes are mistaken for each other.
 * A lens is asked when somebody looks, between two units of training, and changes nothing of the run.
 *
 * To add one: an entry in `Lenses`, a file that answers it, a line in `index.ts`.
 */
import type { Part, Trainer } from '../trainer';
import type { Viewer } from '../viewer';
import type { ConfusionAnswer } from './confusion';

/** By name: what is asked, and what is answered. Both can be posted. */
export interface Lenses {
  readonly confusion: { readonly ask: { readonly part: Part }; readonly answer: ConfusionAnswer };
}

export type LensName = keyof Lenses;
export type Ask<K extends LensName> = Lenses[K]['ask'];
export type Answer<K extends LensName> = Lenses[K]['answer'];

/** A lens by name with what it is asked: what goes over the wire. */
export type Question = { readonly [K in LensName]: { readonly lens: K; readonly ask: Ask<K> } }[LensName];

/** What a lens may look at. The trainer stands between two units of work, or has ended. */
export interface LensView {
  readonly trainer: Trainer;
  readonly viewer: Viewer;
}

/** @throws RangeError where the run has nothing of what is asked, saying what it lacks */
export type Lens<K extends LensName> = (view: LensView, ask: Ask<K>) => Answer<K>;
