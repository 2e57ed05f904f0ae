import { MAX_SEED } from '../engine/rng/philox';
import { RunError } from './error';

/** How often a run may be repeated at once. */
export const MOST_REPEATS = 1000;

/**
 * The training seeds of repeats: the first, and those after it. Nothing else differs between them: see ADR 0022.
 * @param n how many
 * @throws RunError where there are not so many seeds from the first one on
 */
export function repeatSeeds(first: number, n: number): number[] {
  if (n - 1 > MAX_SEED - first)
    throw new RunError(
      `There are no ${n} seeds from ${first} on: the last one is ${MAX_SEED}. Begin with a smaller seed.`,
    );
  return Array.from({ length: n }, (_, i) => first + i);
}
