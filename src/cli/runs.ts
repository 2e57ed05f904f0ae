import { basename, join, resolve } from 'node:path';
import { modelOf } from '../exchange/run';
import { judgeStored, type StoredVerdict } from '../exchange/verdict';
import { disk } from '../runs/disk';
import { RunError } from '../runs/error';
import { type RunInfo, endOf } from '../runs/info';
import { type ListedRun, listRun, listRuns } from '../runs/list';
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
netjson runs delete RUN_DIR... [--permanent]

Lists the runs of a folder, the newest first (by default those in runs); tells all of one,
its checkpoints held against their checksums; compares runs: their final and best values,
how their models, data and seeds differ, and of repeats with other seeds mean and spread;
deletes runs.

  --permanent     delete for good; otherwise runs are moved to .trash beside them
  --csv           the comparison as CSV, with all digits
  --markdown      the comparison as tables in Markdown
  --json          one JSON object a run on standard output, or one of the comparison
`;

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
  const directories = named.map((name) => resolve(io.cwd, name));
  switch (action) {
    case 'list':
      if (named.length > 1) throw new UsageError(`runs list takes one FOLDER, found ${named.length}.`);
      return showList(await listRuns(directories[0] ?? join(io.cwd, 'runs')), values.json ?? false, io);
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
      return remove(directories, values.permanent ?? false, io);
    default:
      throw new UsageError(
        `runs takes list, show, compare or delete${action === undefined ? '' : `, found "${action}"`}.`,
      );
  }
}

function showList(found: readonly ListedRun[], json: boolean, io: CliIo): ExitCode {
  if (json) {
    for (const run of found) io.stdout.write(`${JSON.stringify(run)}\n`);
    return exit.done;
  }
  if (found.length === 0) {
    io.stdout.write('There are no runs here.\n');
    return exit.done;
  }
  const rows = found.map(({ name, state, info, last, best, seconds }) => [
    name,
    state,
    last === undefined ? '' : `${last.epoch}/${info?.epochs ?? '?'}`,
    best === undefined ? '' : figure(best.loss),
    seconds === undefined ? '' : duration(seconds),
  ]);
  io.stdout.write(table([['run', 'state', 'epoch', 'best loss', 'trained'], ...rows], [2, 3, 4]));
  return exit.done;
}

async function show(directory: string, json: boolean, io: CliIo): Promise<ExitCode> {
  const run = await openRun(directory);
  const problems: RunProblem[] = [...run.problems];
  for (const name of run.checkpoints) {
    try {
      await readCheckpoint(directory, name);
    } catch (error) {
      problems.push({ file: `checkpoints/${name}.safetensors`, message: (error as Error).message });
    }
  }
  const { info, metrics, changes, checkpoints } = run;
  const stored = info && (await verdictOf(run, info));
  const verdict = stored && { ...said(stored), ...(stored.lacks !== undefined && { lacks: stored.lacks }) };
  const state = (await listRun(directory))?.state ?? 'damaged';
  if (json) {
    io.stdout.write(
      `${JSON.stringify({ directory, state, info, metrics, changes, verdict, checkpoints, problems })}\n`,
    );
  } else {
    const rows = [
      ['run', basename(directory)],
      ['state', state],
      ['model', info?.name ?? ''],
      ['started', info?.started ?? ''],
      ['epochs', `${metrics.at(-1)?.epoch ?? 0} of ${info?.epochs ?? '?'}`],
      ['best', info?.best === undefined ? '' : `epoch ${info.best.epoch}, validation loss ${figure(info.best.loss)}`],
      ['test', info?.test === undefined ? '' : `loss ${figure(info.test.loss)}`],
      [
        'verdict',
        stored && verdict
          ? [verdict.text || `${briefVerdict(stored, endOf(info))}.`, verdict.lacks].filter(Boolean).join(' ')
          : '',
      ],
      ['changes by hand', String(changes.length)],
      ['checkpoints', checkpoints.join(', ')],
    ];
    io.stdout.write(table(rows));
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

/** All are looked at before the first goes: one that cannot be deleted keeps the others. */
async function remove(directories: readonly string[], permanent: boolean, io: CliIo): Promise<ExitCode> {
  for (const directory of directories) await refuseDeleting(directory);
  for (const directory of directories) {
    if (permanent) await disk.remove(directory);
    else io.stderr.write(`netjson: ${directory} is in ${await moveToTrash(directory)}.\n`);
  }
  return exit.done;
}
