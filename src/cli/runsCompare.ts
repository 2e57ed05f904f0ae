import { type RunsComparison, compareRuns } from '../comparison/compare';
import { differenceTitle, figureText, membersText, statisticText, toCsv, toMarkdown } from '../comparison/table';
import { readComparable } from '../exchange/comparable';
import { type CliIo, type ExitCode, UsageError, exit } from './io';
import { table } from './text';

export type ComparisonFormat = 'text' | 'csv' | 'markdown' | 'json';

/** `netjson runs compare`. @throws RunError where one of them cannot be read */
export async function compareThem(
  directories: readonly string[],
  format: ComparisonFormat,
  io: CliIo,
): Promise<ExitCode> {
  if (directories.length < 2)
    throw new UsageError(`runs compare takes two RUN_DIR or more, found ${directories.length}.`);
  if (new Set(directories).size < directories.length) throw new UsageError('runs compare: a run is named twice.');
  const comparison = compareRuns(await Promise.all(directories.map(readComparable)));
  for (const { name, problems } of comparison.runs)
    for (const problem of problems) io.stderr.write(`netjson: ${name}: ${problem}\n`);
  const write = { csv: toCsv, markdown: toMarkdown, json: toJson, text: toText }[format];
  io.stdout.write(write(comparison));
  return comparison.runs.some(({ problems }) => problems.length > 0) ? exit.wrong : exit.done;
}

const toJson = (comparison: RunsComparison): string => `${JSON.stringify(comparison)}\n`;

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
