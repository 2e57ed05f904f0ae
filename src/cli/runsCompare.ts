import { type RunsComparison, compareRuns } from '../comparison/compare';
import { differenceTitle, figureText, membersText, statisticText, toCsv, toMarkdown } from '../comparison/table';
import { readComparable } from '../exchange/comparable';
import { type RunNotes, readNotes } from '../runs/notes';
import { type CliIo, type ExitCode, UsageError, exit } from './io';
import { table } from './text';

/** `event`: as the last one of `train --json`. */
export type ComparisonFormat = 'text' | 'csv' | 'markdown' | 'json' | 'event';

/** `netjson runs compare`. @throws RunError where one of them cannot be read */
export async function compareThem(
  directories: readonly string[],
  format: ComparisonFormat,
  io: CliIo,
): Promise<ExitCode> {
  if (directories.length < 2)
    throw new UsageError(`runs compare takes two RUN_DIR or more, found ${directories.length}.`);
  if (new Set(directories).size < directories.length) throw new UsageError('runs compare: a run is named twice.');
  const runs = await Promise.all(directories.map(readComparable));
  const notes = await Promise.all(directories.map((directory) => readNotes(directory).catch((): RunNotes => ({}))));
  // Called as a person called them, and found by their folders.
  const named = runs.map((run, i) =>
    notes[i].name === undefined ? run : { ...run, name: `${notes[i].name} (${run.name})` },
  );
  const comparison = compareRuns(named);
  for (const { name, problems } of comparison.runs)
    for (const problem of problems) io.stderr.write(`netjson: ${name}: ${problem}\n`);
  const write = { csv: toCsv, markdown: toMarkdown, json: toJson, text: toText, event: toEvent }[format];
  io.stdout.write(write(comparison));
  return comparison.runs.some(({ problems }) => problems.length > 0) ? exit.wrong : exit.done;
}

const toJson = (comparison: RunsComparison): string => `${JSON.stringify(comparison)}\n`;

const toEvent = (comparison: RunsComparison): string => `${JSON.stringify({ event: 'comparison', ...comparison })}\n`;

function toText(comparison: RunsComparison): string {
  const { runs, figures, repeats, differences } = comparison;
  const labels = runs.map((run) => run.label);
  const names = table([
    ['', 'run', 'state', 'seed', 'verdict'],
    ...runs.map(({ label, name, state, seeds, verdict = '' }) => [label, name, state, String(seeds.training), verdict]),
  ]);
  const numbers = table(
    [
      ['', ...labels, ...repeats.map(({ runs: members }) => `mean \u00b1 sd of ${membersText(comparison, members)}`)],
      ...figures.map(({ title, unit, values }, f) => [
        title,
        ...values.map((v) => figureText(v, unit)),
        ...repeats.map(({ statistics }) => statisticText(statistics[f], unit)),
      ]),
    ],
    Array.from({ length: labels.length + repeats.length }, (_, i) => i + 1),
  );
  const differ =
    differences.length === 0
      ? '  Nothing differs: they are one run, made more than once.\n'
      : table([['differs', ...labels], ...differences.map((d) => [differenceTitle(d), ...d.values])]);
  return `${names}\n${numbers}\n${differ}`;
}
