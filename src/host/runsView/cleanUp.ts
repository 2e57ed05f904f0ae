import { type RunEntry, isAlive, kindOf } from './entry';
import { groupRuns } from './order';

/** A choice of runs that can go. */
export interface CleanUp {
  readonly title: string;
  readonly detail: string;
  readonly runs: readonly RunEntry[];
}

const DAY = 24 * 60 * 60 * 1000;
/** A run that was interrupted today may be gone on with tomorrow. */
const OLD_DAYS = 7;
const KEPT = [1, 3, 10];

/** What can be cleaned up. What is pinned, or being trained, is in no choice. @param now in milliseconds */
export function cleanUps(entries: readonly RunEntry[], now: number): CleanUp[] {
  const free = entries.filter((entry) => !entry.pinned && !isAlive(entry));
  const isOld = ({ started }: RunEntry): boolean => started !== undefined && now - Date.parse(started) > OLD_DAYS * DAY;
  const choices: CleanUp[] = [
    {
      title: `Unfinished for more than ${OLD_DAYS} days`,
      detail: 'Stopped or interrupted, and not gone on with.',
      runs: free.filter((entry) => kindOf(entry) === 'unfinished' && isOld(entry)),
    },
    { title: 'Failed', detail: 'The loss left the numbers.', runs: free.filter((e) => kindOf(e) === 'failed') },
    {
      title: 'Damaged',
      detail: 'They cannot be read, or are of a newer version.',
      runs: free.filter((entry) => kindOf(entry) === 'damaged'),
    },
    ...KEPT.map((n) => ({
      title: n === 1 ? 'All but the best of each model' : `All but the best ${n} of each model`,
      detail: 'The best have the smallest validation loss; the others go, unfinished ones too.',
      runs: allButBest(free, n),
    })),
    { title: 'All but pinned', detail: 'Every run that is not pinned or being trained.', runs: free },
  ];
  const before = new Set<string>();
  return choices.filter(({ runs }) => {
    // A choice of the same runs under another name chooses nothing more.
    const key = runs.map(({ directory }) => directory).join('\n');
    return runs.length > 0 && !before.has(key) && before.add(key);
  });
}

/** Of each model the runs behind its best n; what was never validated is behind all that was. Damaged ones are of no model. */
const allButBest = (entries: readonly RunEntry[], n: number): RunEntry[] =>
  groupRuns(entries, 'best')
    .filter(({ key }) => key !== '')
    .flatMap(({ runs }) => runs.slice(n));
