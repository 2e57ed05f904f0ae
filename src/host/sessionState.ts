import { catalogue } from '../catalogue';
import { analyze } from '../model/analyze';
import type { Model } from '../model/model';
import { NO_SESSION, type SessionSnapshot } from '../protocol/designer';
import type { ChangeRecord, EpochRecord, Resumed } from '../protocol/training';
import { asChanged, structureOf } from './structure';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** What a session knows of its run, and adds to. */
export type State = Mutable<SessionSnapshot> & {
  history: EpochRecord[];
  changes: ChangeRecord[];
  epochSeconds: number[];
};

/** With lists of its own: a session adds to them. */
export const idle = (): State => ({ ...NO_SESSION, history: [], changes: [], epochSeconds: [] });

const NO_TWIN =
  'A run that is gone on with gets no twin: that would have to be trained from its first step. The next run has one.';

/**
 * What is known of a run that is gone on with, besides what any run tells once it is loaded.
 * @param now what the document says, if it is valid
 */
export function resumedState({ text, step, epoch, seconds, history, changes }: Resumed, now?: Model): Partial<State> {
  const model = asChanged(analyze(text, catalogue).model, changes);
  const outdated = now && model && structureOf(now) !== structureOf(model);
  const known = { model, outdated, step, epoch, seconds, history: [...history], changes: [...changes] };
  return { ...known, epochSeconds: history.map(() => NaN), twinRefused: NO_TWIN };
}
