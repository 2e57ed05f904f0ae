import { basename } from 'node:path';
import { type Kind, type RunEntry, isAlive, kindOf, nameOfRun } from './entry';

export const SORTS = ['newest', 'best', 'duration', 'name'] as const;
export type Sort = (typeof SORTS)[number];
export const sortTitles: Readonly<Record<Sort, string>> = {
  newest: 'Newest first',
  best: 'Best validation loss first',
  duration: 'Longest trained first',
  name: 'By name',
};

/** Which runs are shown; what is absent hides none. */
export interface Filter {
  readonly kinds?: readonly Kind[];
  /** Keys of groups. */
  readonly models?: readonly string[];
  readonly pinned?: boolean;
}

/** The runs of one model. */
export interface Group {
  /** The absolute path of the model's file; of what has none, its name, and of damaged runs nothing. */
  readonly key: string;
  readonly title: string;
  readonly runs: readonly RunEntry[];
}

export const keyOf = ({ model }: RunEntry): string => (model ? (model.file ?? model.name) : '');

export function groupTitle({ model }: RunEntry): string {
  if (!model) return 'Cannot be read';
  return model.file === undefined ? model.name : basename(model.file).replace(/\.netjson$/, '');
}

export const passes = (entry: RunEntry, { kinds, models, pinned }: Filter): boolean =>
  (!kinds || kinds.includes(kindOf(entry))) &&
  (!models || models.includes(keyOf(entry))) &&
  (!pinned || entry.pinned === true);

export const isFiltering = ({ kinds, models, pinned }: Filter): boolean =>
  kinds !== undefined || models !== undefined || pinned === true;

/** Runs by model, in each the ones that are alive first, then those pinned; models by the first of their runs. */
export function groupRuns(entries: readonly RunEntry[], sort: Sort): Group[] {
  const byModel = new Map<string, RunEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const runs = byModel.get(key);
    if (runs) runs.push(entry);
    else byModel.set(key, [entry]);
  }
  const groups = [...byModel].map(([key, runs]) => ({
    key,
    title: groupTitle(runs[0]),
    runs: runs.sort((a, b) => rank(b) - rank(a) || orders[sort](a, b) || orders.newest(a, b)),
    newest: runs.reduce((newest, { started = '' }) => (started > newest ? started : newest), ''),
  }));
  return groups
    .sort((a, b) => (sort === 'name' ? text(a.title, b.title) : text(b.newest, a.newest)))
    .map(({ key, title, runs }) => ({ key, title, runs }));
}

/** Directories of those runs, called by when they began, of which another one began in the same minute. */
export function sameMinute(runs: readonly RunEntry[]): string[] {
  const byMinute = new Map<string, string[]>();
  for (const { name, started, directory } of runs) {
    if (name !== undefined || started === undefined) continue;
    // ISO 8601 up to the minute.
    const minute = started.slice(0, 16);
    const same = byMinute.get(minute);
    if (same) same.push(directory);
    else byMinute.set(minute, [directory]);
  }
  return [...byMinute.values()].filter((same) => same.length > 1).flat();
}

const rank = (entry: RunEntry): number => (isAlive(entry) ? 2 : entry.pinned ? 1 : 0);

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What is not known comes last. */
const orders: Readonly<Record<Sort, (a: RunEntry, b: RunEntry) => number>> = {
  newest: (a, b) => text(b.started ?? '', a.started ?? '') || text(b.directory, a.directory),
  best: (a, b) => numbers(a.best?.loss ?? Infinity, b.best?.loss ?? Infinity),
  duration: (a, b) => numbers(b.seconds ?? -1, a.seconds ?? -1),
  name: (a, b) => nameOfRun(a).localeCompare(nameOfRun(b), 'en', { numeric: true }),
};

/** Unlike a difference, right for infinities too. */
const numbers = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
