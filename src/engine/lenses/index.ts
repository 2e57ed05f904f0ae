import { batchValues } from './batchValues';
import { calibration } from './calibration';
import { confusion } from './confusion';
import { dropCounts } from './dropCounts';
import { filters } from './filters';
import { health } from './health';
import { inside } from './inside';
import { others } from './others';
import { overSteps } from './overSteps';
import { ranking } from './ranking';
import { replay } from './replay';
import { residuals } from './residuals';
import { responses } from './responses';
import { sampleSight } from './sampleSight';
import { surface } from './surface';
import { weights } from './weights';
import { worst } from './worst';
import type { LensView, Work } from './define';
import type { Answer, Lens, LensName, QuestionOf } from './lenses';

export type { LensView, Pace, Work } from './define';
export type { Answer, Ask, LensName, Lenses, Question, QuestionOf } from './lenses';

const lenses: { readonly [K in LensName]: Lens<K> } = {
  batchValues,
  calibration,
  confusion,
  dropCounts,
  filters,
  health,
  inside,
  others,
  overSteps,
  ranking,
  replay,
  residuals,
  responses,
  sampleSight,
  surface,
  weights,
  worst,
};

/**
 * Lenses that look at a picture which is shown, on the viewer's network alone. So they may come between the pieces of
 * another lens's work, and they have to: the picture moves on.
 */
export const ofPicture: ReadonlySet<LensName> = new Set(['batchValues', 'others']);

/**
 * Looks at a run through a lens, in pieces of work of about a millisecond.
 * @throws RangeError where there is no such lens, or the run has nothing of what is asked
 */
export function* look<K extends LensName>(view: LensView, { lens, ask }: QuestionOf<K>): Work<Answer<K>> {
  if (!Object.hasOwn(lenses, lens)) throw new RangeError(`There is no lens "${String(lens)}".`);
  const answer = (lenses[lens] as Lens<K>)(view, ask);
  return isWork(answer) ? yield* answer : answer;
}

/** Does all of some work at one go. */
export function complete<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const isWork = <T>(answer: T | Work<T>): answer is Work<T> =>
  typeof answer === 'object' && answer !== null && Symbol.iterator in answer && 'next' in answer;
