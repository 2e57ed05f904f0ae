import type { Tick } from '../protocol/training';

/** What a session needs of the world. */
export interface SessionTools {
  readonly tick: (tick: Tick) => void;
  /** Training threw what it should not: there is nobody to answer to, and going on would hide it. */
  readonly crashed: (error: Error) => void;
  /** Milliseconds, from anywhere. */
  readonly now: () => number;
  /** Lets messages in. */
  readonly breathe: () => Promise<void>;
}
