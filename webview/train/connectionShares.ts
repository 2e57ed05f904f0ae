/** How often each connection was dropped over a run: where that lies beside what chance gives, and in words. Pure. */
import * as words from '../words';
import { MOST, rangeWords, type RunCounts, samplesOf, shareOf } from './strip';

type Shares = NonNullable<RunCounts['connections']>;

/** The scale reaches so many standard deviations to either side of what chance gives. */
export const SPREAD = 4;

/** How many connections share a place of the picture: 1, unless there are very many. */
export const blockOf = ({ pieces, each }: RunCounts, { rows, columns }: Shares): number =>
  (pieces * each) / (rows * columns);

/** The middle of the scale and its ends, as shares of the samples. */
export function scaleOf(run: RunCounts, shares: Shares): readonly [low: number, middle: number, high: number] {
  const middle = shareOf(run, run.expected.mean);
  // A block is the mean of its connections, which chance moves less.
  const deviation = shares.deviation / Math.sqrt(blockOf(run, shares));
  return [Math.max(0, middle - SPREAD * deviation), middle, Math.min(1, middle + SPREAD * deviation)];
}

/** 0 for what was dropped most seldom, 1 for what was most often: its place on the scale. */
export const heatOf = (share: number, [low, , high]: ReturnType<typeof scaleOf>): number =>
  high > low ? Math.max(0, Math.min(1, (share - low) / (high - low))) : 0.5;

/** The value and the unit that a place of the picture is of: the first of them where it is a block. */
export const connectionAt = ({ pieces, each }: RunCounts, { rows, columns }: Shares, row: number, column: number) => ({
  value: Math.ceil((row * each) / rows),
  unit: Math.ceil((column * pieces) / columns),
});

const percent = (share: number): string => words.percent(share, 1).replace(' %', '');

/** What is said of all connections, or of those at one place. @param from the layer whose values come in */
export function connectionWords(
  run: RunCounts,
  shares: Shares,
  from: string,
  at?: { readonly row: number; readonly column: number },
): string {
  const each = blockOf(run, shares) === 1;
  const deviation = shares.deviation / Math.sqrt(blockOf(run, shares));
  const middle = shareOf(run, run.expected.mean);
  const chance =
    `by chance 95 % of ${each ? 'connections' : 'blocks of connections'} are within ` +
    `${percent(Math.max(0, middle - MOST * deviation))}\u2013${percent(Math.min(1, middle + MOST * deviation))} %`;
  const of = samplesOf(run);
  if (!at)
    return `Over the run each ${each ? 'connection' : 'block of connections'} was dropped in ${rangeWords(shares.shares, percent)} % of ${of}; ${chance}.`;
  const { value, unit } = connectionAt(run, shares, at.row, at.column);
  const share = percent(shares.shares[at.row * shares.columns + at.column]);
  const where = `${words.count(value + 1)} of ${from} to unit ${words.count(unit + 1)}`;
  return `Value ${where}${each ? '' : ' and its neighbours'}: dropped in ${share} % of ${of}; ${chance}.`;
}
