/** The lines of runs side by side. Pure. */
import { type ComparedRuns, membersText, statisticOf } from '../../src/protocol/compareRuns';
import type { EpochRecord } from '../../src/protocol/training';
import { MARKERS, type Line } from '../../src/charts/line';

export type Part = 'validation' | 'trainDropoutOff';
export type Mode = 'runs' | 'mean';

/** One line of a chart, and who it is. */
export interface RunLine {
  readonly line: Line;
  readonly title: string;
}

const COLOURS = ['off', 'val', 'on', 'ok', 'drop', 'fg'] as const;
const STYLES = ['solid', 'dashed', 'dotted', 'dashdot'] as const;

/** How the n-th line is told from the others: by its colour, and by its dashes and marker without any. */
export const lookOf = (index: number): Pick<Line, 'colour' | 'style' | 'marker'> => ({
  colour: COLOURS[index % COLOURS.length],
  style: STYLES[(index + Math.floor(index / 12)) % STYLES.length],
  marker: MARKERS[index % MARKERS.length],
});

/** All epochs that any run has measured. */
export const epochsOf = (histories: readonly (readonly EpochRecord[])[]): number[] =>
  [...new Set(histories.flatMap((h) => h.map((e) => e.epoch)))].sort((a, b) => a - b);

/** What can be drawn: the loss first, then what else was measured. */
export const namesOf = (histories: readonly (readonly EpochRecord[])[]): string[] => [
  ...new Set(histories.flatMap((h) => Object.keys(h.at(-1)?.trainDropoutOff ?? {}))),
];

/**
 * A line a run; or of repeats one for their mean, with the standard deviation around it, over the epochs that all of them
 * have.
 */
export function linesOf(
  { comparison, histories }: ComparedRuns,
  epochs: readonly number[],
  part: Part,
  name: string,
  mode: Mode,
): RunLine[] {
  const values = histories.map((history) => {
    const byEpoch = new Map(history.map((e) => [e.epoch, e[part]?.[name] ?? NaN]));
    return epochs.map((epoch) => byEpoch.get(epoch) ?? NaN);
  });
  const repeats = mode === 'mean' ? comparison.repeats : [];
  const single = comparison.runs.flatMap((run, i): RunLine[] =>
    repeats.some(({ runs }) => runs.includes(i)) || !values[i].some(Number.isFinite)
      ? []
      : [{ title: `${run.label}  ${run.name}`, line: { name: run.label, values: values[i], ...lookOf(i) } }],
  );
  const means = repeats.map(({ runs: members }, i): RunLine => {
    const found = epochs.map((_, at) => {
      const own = members.map((m) => values[m][at]);
      return own.every(Number.isFinite) ? statisticOf(own) : undefined;
    });
    return {
      title: `Mean of ${membersText(comparison, members)}, \u00b1 standard deviation`,
      line: {
        name: repeats.length > 1 ? `mean ${i + 1}` : 'mean',
        values: found.map((s) => s?.mean ?? NaN),
        band: { min: found.map((s) => (s ? s.mean - s.sd : NaN)), max: found.map((s) => (s ? s.mean + s.sd : NaN)) },
        ...lookOf(members[0]),
      },
    };
  });
  return [...means, ...single];
}
