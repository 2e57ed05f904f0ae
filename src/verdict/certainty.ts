/** How sure a verdict is: what it would be, were there a little more of its evidence, or a little less. */
import type { Tilt, VerdictKind } from './rules';

/** What else a run may well have come to. */
export interface RunnerUp {
  readonly kind: VerdictKind;
  /**
   * What decides between the two: gap and rise of validation, what is left to learn of the training samples, or what it gains;
   * `early`: much is to come; `newest`: the newest epochs say so already.
   */
  readonly by: 'over' | 'under' | 'learning' | 'early' | 'newest';
}

/**
 * How many times as much or as little of its evidence makes a verdict another one that is close to it. Chosen on the cases that the limits were
 * chosen on, so that it tells best which verdicts are right (the likelihood of right and wrong, given close or clear); docs/verdict.md
 * has what it came to on others.
 */
export const CLOSE = {
  over: 1.5,
  lessOver: 1.2,
  under: 1.2,
  lessLearning: 2,
  /** Of the epochs asked for, before which a network that does not learn may yet. */
  early: 0.5,
} as const;

/** Of verdicts on the held-out cases, the share that was right: `node scripts/verdict-cases.mjs` measures it. */
export const RELIABILITY = { clear: 0.9, close: 0.59 } as const;

const WAYS: readonly (readonly [RunnerUp['by'], (share: number) => Tilt])[] = [
  ['over', (share) => ({ over: CLOSE.over ** share })],
  ['over', (share) => ({ over: CLOSE.lessOver ** -share })],
  ['under', (share) => ({ under: CLOSE.under ** share })],
  ['under', (share) => ({ under: CLOSE.under ** -share })],
  ['learning', (share) => ({ learning: CLOSE.lessLearning ** -share })],
];
/** The nearest first. */
const SHARES = [0.25, 0.5, 0.75, 1];

/**
 * What a verdict is close to; undefined where it is clear, or nothing is said yet.
 * @param judge what the newest epoch would be judged as, with other evidence
 * @param share of the epochs asked for; absent: no more are to come
 */
export function runnerUp(said: VerdictKind, judge: (tilt: Tilt) => VerdictKind, share?: number): RunnerUp | undefined {
  if (said === 'tooEarly' || said === 'failed') return undefined;
  // These are nothing that a run could have come to.
  const other = (kind: VerdictKind): boolean => kind !== said && kind !== 'tooEarly' && kind !== 'notValidated';
  const now = judge({});
  if (other(now)) return { kind: now, by: 'newest' };
  for (const step of SHARES)
    for (const [by, tilt] of WAYS) {
      const kind = judge(tilt(step));
      if (other(kind)) return { kind, by };
    }
  return said === 'underfitting' && share !== undefined && share < CLOSE.early
    ? { kind: 'stillLearning', by: 'early' }
    : undefined;
}
