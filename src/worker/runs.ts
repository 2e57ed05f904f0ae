import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handlers } from '../protocol/rpc';
import type { RunSummary, RunsApi } from '../protocol/runList';
import { type RunFiles, disk } from '../runs/disk';
import { type ListedRun, listRun, listRuns } from '../runs/list';
import { changeNotes, readNotes, type RunNotes } from '../runs/notes';
import { foldersOf } from '../runs/open';
import { isUnfinished, type RunInfo } from '../runs/info';
import { moveToTrash, refuseDeleting, sizeOf } from '../runs/trash';

const missing = Object.assign(new Error('It is missing.'), { code: 'ENOENT' });

/**
 * Reads at once instead of by the thread pool, whose hand-overs take most of the time for a thousand small files. Nobody
 * else waits in this thread: the host has it for runs alone.
 */
const files: RunFiles = {
  ...disk,
  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown becomes a rejection
  read: async (path) => {
    // Most runs have no notes, and an error with its stack takes longer than a file.
    if (!existsSync(path)) throw missing;
    return readFileSync(path);
  },
  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  list: async (path) => readdirSync(path),
};

/** Whether files are there: of many runs of one model it is asked once. */
type Known = Map<string, Promise<boolean>>;

/** What is told of runs on disk: everything that a list of them shows, and no more. */
export const runsApi: Handlers<RunsApi> = {
  listRuns: async (folder) => {
    const known: Known = new Map();
    return Promise.all((await listRuns(folder, files)).map((run) => summarize(run, known)));
  },
  lookAtRun: async (directory) => {
    const run = await listRun(directory, files);
    return run && summarize(run, new Map());
  },
  noteRun: (directory, change) => changeNotes(directory, change),
  sizesOfRuns: (directories) => Promise.all(directories.map((directory) => sizeOf(directory))),
  refuseDeletingRun: (directory) => refuseDeleting(directory),
  trashRun: (directory) => moveToTrash(directory),
};

async function summarize(run: ListedRun, known: Known): Promise<RunSummary> {
  const { directory, state, info, last, best, seconds } = run;
  const problems = run.problems.map(({ file, message }) => `${file}: ${message}`);
  const notes = await readNotes(directory, files).catch((error: Error): RunNotes => {
    problems.push(error.message);
    return {};
  });
  const told = { directory, state, problems, ...notes };
  if (!info) return { ...told, unfinished: false };
  return {
    ...told,
    unfinished: state !== 'running' && isUnfinished(info),
    model: { name: info.name, ...(await fileOf({ directory, info }, known)) },
    started: info.started,
    seconds,
    epochs: info.epochs,
    last,
    best,
    test: info.test,
    message: info.message,
    seed: info.seeds.training,
    ...madeBy(info),
  };
}

/** What a list and a view tell of what made the steps. */
export const madeBy = ({ backend }: Pick<RunInfo, 'backend'>): Pick<RunSummary, 'backend'> =>
  backend ? { backend: { torch: backend.torch, processes: backend.processes } } : {};

async function fileOf(
  run: Parameters<typeof foldersOf>[0],
  known: Known,
): Promise<Pick<NonNullable<RunSummary['model']>, 'file' | 'there'>> {
  const { file } = run.info.model;
  if (file === undefined) return { there: false };
  const paths = foldersOf(run).map((folder) => join(folder, file));
  for (const path of paths) if (await isThere(path, known)) return { file: path, there: true };
  return { file: paths[0], there: false };
}

function isThere(path: string, known: Known): Promise<boolean> {
  let there = known.get(path);
  if (!there) {
    there = access(path).then(
      () => true,
      () => false,
    );
    known.set(path, there);
  }
  return there;
}
