import { basename } from 'node:path';
import { duration, figure } from '../../model/figures';
import type { RunSummary } from '../../protocol/runList';
import type { SessionSnapshot } from '../../protocol/designer';

/** How a run of this window's stands, while it is alive. */
export type Live = Pick<SessionSnapshot, 'state' | 'epoch' | 'epochs' | 'progress' | 'seconds' | 'history'>;

/** A run as the view has it: what is on disk, and over it what this window's session knows better. */
export interface RunEntry extends Omit<RunSummary, 'state'> {
  readonly state: RunSummary['state'] | 'training' | 'paused';
  /** Shares of the samples it takes, 0 to 1; only of what this window trains. */
  readonly progress?: number;
}

/** @param live of the session that makes the run, where this window does */
export function entryOf(summary: RunSummary, live: Live | undefined): RunEntry {
  if (!live || !(live.state === 'training' || live.state === 'paused')) return summary;
  const { state, epochs, progress, seconds, history } = live;
  const measured = history.filter((record) => record.validation);
  const best = measured.reduce<RunSummary['best']>((best, { epoch, validation }) => {
    const { loss } = validation!;
    return best && !(loss < best.loss) ? best : { epoch, loss };
  }, undefined);
  const last = history.at(-1) ?? summary.last;
  return { ...summary, state, unfinished: false, epochs, progress, seconds, last, best: best ?? summary.best };
}

export const isAlive = ({ state }: Pick<RunEntry, 'state'>): boolean =>
  state === 'training' || state === 'paused' || state === 'running';

/** States as a person filters by them, in the order of the list. */
export const KINDS = ['alive', 'unfinished', 'finished', 'failed', 'damaged'] as const;
export type Kind = (typeof KINDS)[number];
export const kindTitles: Readonly<Record<Kind, string>> = {
  alive: 'Being trained',
  unfinished: 'Unfinished',
  finished: 'Finished',
  failed: 'Failed',
  damaged: 'Damaged',
};

export function kindOf({ state }: Pick<RunEntry, 'state'>): Kind {
  switch (state) {
    case 'training':
    case 'paused':
    case 'running':
      return 'alive';
    case 'stopped':
    case 'interrupted':
      return 'unfinished';
    case 'nan':
      return 'failed';
    case 'damaged':
      return 'damaged';
    case 'finished':
    case 'target':
    case 'time':
    case 'earlyStopping':
      return 'finished';
  }
}

export const stateWords: Readonly<Record<RunEntry['state'], string>> = {
  training: 'training',
  paused: 'paused',
  running: 'being trained elsewhere',
  interrupted: 'interrupted',
  stopped: 'stopped',
  finished: 'finished',
  target: 'finished, target reached',
  time: 'finished, time used up',
  earlyStopping: 'finished, stopped early',
  nan: 'failed',
  damaged: 'damaged',
};

/** Codicons, and the tokens that colour them: each state has a shape of its own, so that colour is never the only cue. */
export const icons: Readonly<Record<RunEntry['state'], readonly [icon: string, color?: string]>> = {
  training: ['sync~spin', 'charts.blue'],
  paused: ['debug-pause', 'charts.blue'],
  running: ['vm-running', 'charts.blue'],
  interrupted: ['debug-disconnect', 'charts.yellow'],
  stopped: ['debug-stop', 'charts.yellow'],
  finished: ['pass', 'charts.green'],
  target: ['target', 'charts.green'],
  time: ['watch', 'charts.green'],
  earlyStopping: ['pass-filled', 'charts.green'],
  nan: ['error', 'errorForeground'],
  damaged: ['warning', 'problemsWarningIcon.foreground'],
};

/** "24 Nov 23:10", and the year where it is another than now. @param exact with the seconds */
export function dateOf(iso: string, now = new Date(), exact = false): string {
  const date = new Date(iso);
  const month = date.toLocaleString('en', { month: 'short' });
  const two = (n: number): string => String(n).padStart(2, '0');
  const year = date.getFullYear() === now.getFullYear() ? '' : ` ${date.getFullYear()}`;
  const seconds = exact ? `:${two(date.getSeconds())}` : '';
  return `${date.getDate()} ${month}${year} ${two(date.getHours())}:${two(date.getMinutes())}${seconds}`;
}

/** What a run is called: by a person, else by its model and when it began. */
export function nameOfRun({ name, model, started, directory }: RunEntry, now?: Date): string {
  if (name !== undefined) return name;
  return model && started !== undefined ? `${model.name}, ${dateOf(started, now)}` : basename(directory);
}

/** What it is called below its model: no need to say that again. @param exact where the minute does not tell it from another */
export const labelOf = (entry: RunEntry, now?: Date, exact?: boolean): string =>
  entry.name === undefined && entry.model && entry.started !== undefined
    ? dateOf(entry.started, now, exact)
    : nameOfRun(entry, now);

/** Beside the name: how far it is or what it has come to, then how long it took. */
export function descriptionOf(entry: RunEntry): string {
  const { state, pinned, epochs, last, best, test, seconds, progress, backend } = entry;
  const alive = isAlive(entry);
  const done =
    alive || state === 'interrupted' || state === 'stopped'
      ? `epoch ${(last?.epoch ?? 0) + (state === 'training' ? 1 : 0)} of ${epochs ?? '?'}`
      : undefined;
  const accuracy = test?.accuracy ?? last?.validation?.accuracy;
  const result = [
    best && `loss ${figure(best.loss)}`,
    accuracy !== undefined && `${percent(accuracy)} ${test?.accuracy === undefined ? 'validation' : 'test'}`,
  ];
  const left = progress && seconds !== undefined ? (seconds / progress) * (1 - progress) : undefined;
  const time =
    state === 'training' && left !== undefined
      ? `${duration(left)} left`
      : seconds !== undefined && seconds > 0 && duration(seconds);
  const word = state === 'finished' || state === 'training' || state === 'damaged' ? undefined : stateWords[state];
  const by = backend && 'PyTorch';
  return [pinned && 'pinned', word, done && (epochs === undefined ? undefined : done), ...result, time, by]
    .filter(Boolean)
    .join(', ');
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** All that is known, as rows of a table: what, and how much. */
export function factsOf(entry: RunEntry, now?: Date): readonly (readonly [string, string])[] {
  const { state, started, seconds, epochs, last, best, test, seed, backend, message, note, model, directory } = entry;
  const validation = last?.validation;
  const rows: (readonly [string, string | undefined])[] = [
    ['State', stateWords[state]],
    ['Started', started && dateOf(started, now)],
    ['Trained for', seconds === undefined ? undefined : duration(seconds)],
    ['Epochs', epochs === undefined ? undefined : `${last?.epoch ?? 0} of ${epochs}`],
    ['Best validation loss', best && `${figure(best.loss)} in epoch ${best.epoch}`],
    ['Last validation', validation && metrics(validation)],
    ['Test', test && metrics(test)],
    ['Trained by', backend && trainedBy(backend)],
    ['Seed', seed === undefined ? undefined : String(seed)],
    ['Model', model?.file && `${model.file}${model.there ? '' : ' (not there any more)'}`],
    ['Folder', directory],
    ['Why', message],
    ['Note', note],
  ];
  return rows.flatMap(([what, value]) => (value ? [[what, value] as const] : []));
}

const trainedBy = ({ torch, processes }: NonNullable<RunEntry['backend']>): string =>
  `PyTorch ${torch}, in ${processes === 1 ? '1 process' : `${processes} processes`}`;

const metrics = (values: { readonly [name: string]: number | undefined }): string =>
  Object.entries(values)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${name} ${name === 'accuracy' ? percent(value) : figure(value)}`],
    )
    .join(', ');

/** What the menus ask: which commands fit the run. Words, each between blanks. */
export function contextOf(entry: RunEntry): string {
  const { state, unfinished, pinned, model } = entry;
  const words = [
    'run',
    state === 'training' || state === 'paused' ? state : isAlive(entry) ? 'elsewhere' : 'still',
    unfinished && 'resumable',
    pinned ? 'pinned' : 'unpinned',
    model ? 'whole' : 'damaged',
    model?.there && 'comparable',
  ];
  return words.filter(Boolean).join(' ');
}
