import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Metrics } from '../engine/records';
import { modelOf } from '../exchange/run';
import { judgeStored, type StoredVerdict } from '../exchange/verdict';
import { disk } from '../runs/disk';
import { RunError, reasonOf } from '../runs/error';
import { type RunInfo, endOf } from '../runs/info';
import { listRun, listRuns } from '../runs/list';
import { NOTES, type RunNotes, readNotes } from '../runs/notes';
import { type OpenedRun, openRun, readCheckpoint } from '../runs/open';
import type { RunProblem } from '../runs/records';
import { moveToTrash, refuseDeleting } from '../runs/trash';
import { readArgs } from './args';
import { type CliIo, type ExitCode, UsageError, exit } from './io';
import { compareThem } from './runsCompare';
import { briefVerdict } from '../verdict';
import { duration, figure, table } from './text';
import { said } from './verdict';

export const runsHelp = `netjson runs list [FOLDER] [--json]
netjson runs show RUN_DIR [--json]
netjson runs compare RUN_DIR RUN_DIR... [--csv|--markdown|--json]
netjson runs delete RUN_DIR... [--permanent] [--json]

Lists the runs of a folder, the newest first (by default those in runs); tells all of one,
its checkpoints held against their checksums; compares runs: their final and best values,
how their models, data and seeds differ, and of repeats with other seeds mean and spread;
deletes runs. What of a run is not whole is told on standard error, and ends show and
compare with exit code 1.

  --permanent     delete for good; otherwise runs are moved to .trash beside them
  --csv           the comparison as CSV, with all digits
  --markdown      the comparison as tables in Markdown
  --json          one JSON object a run on standard output, or one of the comparison;
                  what they hold stands in docs/cli.md
`;

/** Which options each of them takes. */
const taken: Readonly<Record<string, readonly (keyof typeof options)[]>> = {
  list: ['json'],
  show: ['json'],
  compare: ['csv', 'markdown', 'json'],
  delete: ['permanent', 'json'],
};

const options = {
  permanent: { type: 'boolean' },
  csv: { type: 'boolean' },
  markdown: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export async function runs(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values, positionals } = readArgs('runs', args, options);
  if (values.help) {
    io.stdout.write(runsHelp);
    return exit.done;
  }
  const [action, ...named] = positionals;
  const strange = (Object.keys(values) as (keyof typeof options)[]).find((option) => !taken[action]?.includes(option));
  if (action in taken && strange)
    throw new UsageError(
      `runs ${action} has no option --${strange}. It takes ${taken[action].map((o) => `--${o}`).join(', ')}.`,
    );
  const directories = named.map((name) => resolve(io.cwd, name));
  switch (action) {
    case 'list':
      if (named.length > 1) throw new UsageError(`runs list takes one FOLDER, found ${named.length}.`);
      return list(directories[0], values.json ?? false, io);
    case 'show':
      if (named.length !== 1) throw new UsageError(`runs show takes one RUN_DIR, found ${named.length}.`);
      return show(directories[0], values.json ?? false, io);
    case 'compare': {
      const formats = (['csv', 'markdown', 'json'] as const).filter((format) => values[format]);
      if (formats.length > 1) throw new UsageError(`--${formats.join(' and --')} exclude each other.`);
      return compareThem(directories, formats[0] ?? 'text', io);
    }
    case 'delete':
      if (named.length === 0) throw new UsageError('runs delete needs a RUN_DIR.');
      return remove(directories, values.permanent ?? false, values.json ?? false, io);
    default:
      throw new UsageError(
        `runs takes list, show, compare or delete${action === undefined ? '' : `, found "${action}"`}.`,
      );
  }
}

/** @param folder as it was named; by default the runs below the current one */
async function list(folder: string | undefined, json: boolean, io: CliIo): Promise<ExitCode> {
  const place = folder ?? join(io.cwd, 'runs');
  const found = await listRuns(place);
  if (found.length === 0) await refuseNoFolder(folder);
  const noted = await Promise.all(
    found.map(async (run) => {
      const problems = [...run.problems];
      return { ...run, notes: await notesOf(run.directory, problems), problems };
    }),
  );
  if (json) {
    for (const run of noted) io.stdout.write(`${JSON.stringify(run)}\n`);
    return exit.done;
  }
  for (const { name, problems } of noted)
    for (const { file, message } of problems) io.stderr.write(`netjson: ${name}: ${file}: ${message}\n`);
  if (found.length === 0) {
    io.stdout.write(`There are no runs in ${place}.\n`);
    return exit.done;
  }
  const isNamed = noted.some(({ notes }) => notes.name !== undefined);
  const rows = noted.map(({ name, notes, state, info, last, best, seconds }) => [
    name,
    ...(isNamed ? [notes.name ?? ''] : []),
    info?.name ?? '',
    minute(info?.started),
    state,
    last === undefined ? '' : `${last.epoch}/${info?.epochs ?? '?'}`,
    best === undefined ? '' : figure(best.loss),
    seconds === undefined ? '' : duration(seconds),
  ]);
  const titles = ['run', ...(isNamed ? ['name'] : []), 'model', 'started', 'state', 'epoch', 'best loss', 'trained'];
  const numbers = ['epoch', 'best loss', 'trained'].map((title) => titles.indexOf(title));
  io.stdout.write(table([titles, ...rows], numbers));
  return exit.done;
}

/** A slip in the name of a folder is not an empty list. */
async function refuseNoFolder(folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw new UsageError(`There is no folder ${folder}.`);
  if (!found.isDirectory()) throw new UsageError(`${folder} is a file; runs list takes the folder that runs are in.`);
}

/** What a person said of a run. @param problems what is wrong with that comes to them */
async function notesOf(directory: string, problems: RunProblem[]): Promise<RunNotes> {
  try {
    return await readNotes(directory);
  } catch (error) {
    problems.push({ file: NOTES, message: reasonOf(error) });
    return {};
  }
}

/** A moment in the machine's own time, to the minute. */
function minute(iso: string | undefined): string {
  if (iso === undefined) return '';
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

async function show(directory: string, json: boolean, io: CliIo): Promise<ExitCode> {
  const run = await openRun(directory);
  const problems: RunProblem[] = [...run.problems];
  for (const name of run.checkpoints) {
    try {
      await readCheckpoint(directory, name);
    } catch (error) {
      problems.push({ file: `checkpoints/${name}.safetensors`, message: reasonOf(error) });
    }
  }
  const notes = await notesOf(directory, problems);
  const { info, metrics, changes, checkpoints } = run;
  const stored = info && (await verdictOf(run, info));
  const verdict = stored && { ...said(stored), ...(stored.lacks !== undefined && { lacks: stored.lacks }) };
  const listed = await listRun(directory);
  const state = listed?.state ?? 'damaged';
  if (json) {
    const { best, seconds } = listed ?? {};
    io.stdout.write(
      `${JSON.stringify({ directory, state, notes, info, best, seconds, metrics, changes, verdict, checkpoints, problems })}\n`,
    );
  } else {
    const { last, best, seconds } = listed ?? {};
    const rows: [string, string][] = [
      ['run', basename(directory)],
      ['name', notes.name ?? ''],
      ['note', (notes.note ?? '').replaceAll(/\s+/g, ' ')],
      ['pinned', notes.pinned ? 'yes' : ''],
      ['state', state],
      ['model', info?.name ?? ''],
      ['started', minute(info?.started)],
      ['trained', seconds === undefined ? '' : duration(seconds)],
      ['epochs', `${metrics.at(-1)?.epoch ?? 0} of ${info?.epochs ?? '?'}`],
      ['seeds', info ? `training ${info.seeds.training}, data ${info.seeds.data}` : ''],
      ['best', best === undefined ? '' : `epoch ${best.epoch}, validation loss ${figure(best.loss)}`],
      ['last', last?.validation ? `validation ${measured(last.validation)}` : ''],
      ['test', info?.test ? measured(info.test) : ''],
      [
        'verdict',
        info && stored && verdict
          ? [verdict.text || `${briefVerdict(stored, endOf(info))}.`, verdict.lacks].filter(Boolean).join(' ')
          : '',
      ],
      ['changes by hand', changes.length > 0 ? String(changes.length) : ''],
      ['checkpoints', checkpoints.join(', ')],
      ['message', info?.message ?? ''],
    ];
    io.stdout.write(table(rows.filter(([, value]) => value !== '')));
    for (const { file, message } of problems) io.stderr.write(`netjson: ${file}: ${message}\n`);
  }
  return problems.length > 0 ? exit.wrong : exit.done;
}

/** What a run came to; undefined where nothing was measured, or its model cannot be read any more. */
async function verdictOf(run: OpenedRun, info: RunInfo): Promise<StoredVerdict | undefined> {
  try {
    return await judgeStored(run, info, modelOf(run));
  } catch (error) {
    if (error instanceof RunError) return undefined;
    throw error;
  }
}

const measured = (metrics: Metrics): string =>
  Object.entries(metrics)
    .map(([name, value]) => `${name} ${figure(value!)}`)
    .join(', ');

/** All are looked at before the first goes: one that cannot be deleted keeps the others. */
async function remove(directories: readonly string[], permanent: boolean, json: boolean, io: CliIo): Promise<ExitCode> {
  for (const directory of directories) await refuseDeleting(directory);
  for (const directory of directories) {
    const trash = permanent ? undefined : await moveToTrash(directory);
    if (permanent) await disk.remove(directory);
    if (json) io.stdout.write(`${JSON.stringify({ directory, trash })}\n`);
    else if (trash !== undefined) io.stderr.write(`netjson: ${directory} is in ${trash}.\n`);
  }
  return exit.done;
}
