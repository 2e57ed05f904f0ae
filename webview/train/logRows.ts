/** What happened in a run, in order, in words. Pure. */
import type { LogEntry, LogEvent, SessionSnapshot } from '../../src/protocol/designer';
import type { EndRecord, EpochRecord } from '../../src/protocol/training';
import * as words from '../words';

export interface LogRow {
  readonly key: string;
  /** Seconds of training; NaN where nobody knows. */
  readonly seconds: number;
  /** Steps made. */
  readonly step: number;
  readonly epoch: number;
  readonly text: string;
  /** What stands folded below it. */
  readonly rows?: readonly LogRow[];
}

type Told = Pick<SessionSnapshot, 'log' | 'history' | 'epochSeconds' | 'model'>;

/** All of it: what the host noted, and between that what the epochs' records tell, folded where there is much of it. */
export function logOf({ log = [], history, epochSeconds = [], model }: Told): readonly LogRow[] {
  const ofEpochs = epochRows(history, epochSeconds, model);
  const rows: LogRow[] = [];
  let next = 0;
  const take = (until: number): void => {
    const from = next;
    while (next < ofEpochs.length && ofEpochs[next].step <= until) next++;
    rows.push(...folded(ofEpochs.slice(from, next)));
  };
  // A run that is gone on with begins with what it made before.
  for (const entry of log) {
    take(entry.step);
    rows.push(rowOf(entry));
  }
  take(Infinity);
  return rows;
}

interface EpochRow extends LogRow {
  readonly of: string;
}

/** Best epochs, and what schedules changed at an epoch's end. */
function epochRows(history: readonly EpochRecord[], seconds: readonly number[], model: Told['model']): EpochRow[] {
  let best = Infinity;
  let before: Pick<EpochRecord, 'learningRate' | 'rates'> = {
    rates: Object.fromEntries(
      model?.layers.flatMap(({ id, params: { rate } }) => (typeof rate === 'number' ? [[id, rate]] : [])) ?? [],
    ),
  };
  return history.flatMap((record, i) => {
    const { epoch, step, validation, learningRate, rates = {} } = record;
    const rows: EpochRow[] = [];
    const add = (of: string, text: string): void =>
      void rows.push({ key: `${of} ${epoch}`, of, seconds: seconds[i] ?? NaN, step, epoch, text });
    const moved = (name: string, from: number | undefined, to: number): void => {
      if (from !== undefined && from !== to)
        add(name, `${name} ${words.plain(from)} \u2192 ${words.plain(to)} by its schedule`);
    };
    if (learningRate !== undefined) moved('Learning rate', before.learningRate, learningRate);
    for (const [layer, rate] of Object.entries(rates)) moved(`Rate of ${layer}`, before.rates?.[layer], rate);
    if (validation && validation.loss < best) {
      best = validation.loss;
      add('best', `Best validation loss so far: ${words.loss(best)}`);
    }
    before = { learningRate, rates: { ...before.rates, ...rates } };
    return rows;
  });
}

/** Rows of one kind become one, where the last of them stands. */
function folded(rows: readonly EpochRow[]): LogRow[] {
  const kinds = new Map<string, EpochRow[]>();
  for (const row of rows) kinds.set(row.of, [...(kinds.get(row.of) ?? []), row]);
  return rows.flatMap((row): LogRow[] => {
    const all = kinds.get(row.of)!;
    if (row !== all[all.length - 1]) return [];
    return [all.length === 1 ? row : { ...row, text: `${row.text} (${words.count(all.length)} times)`, rows: all }];
  });
}

const rowOf = ({ n, seconds, step, epoch, event }: LogEntry): LogRow => ({
  key: `event ${n}`,
  seconds,
  step,
  epoch,
  text: textOf(event),
});

const BEGINNINGS = {
  started: 'Started',
  resumed: 'Gone on with, from the disk',
  shown: 'Shown as it is on the disk',
} as const;

function textOf(event: LogEvent): string {
  switch (event.type) {
    case 'started':
    case 'resumed':
    case 'shown': {
      const { seed, threads, numerics, backend } = event;
      const steps = backend
        ? `steps by PyTorch ${backend.torch} in ${words.plural(backend.processes, 'process', 'processes')}, `
        : '';
      const how = `${steps}${numerics} numerics, ${words.plural(threads, 'thread')}`;
      return `${BEGINNINGS[event.type]}: ${seed === undefined ? '' : `seed ${seed}, `}${how}`;
    }
    case 'paused':
      return 'Paused';
    case 'wentOn':
      return 'Went on';
    case 'twinBegan':
      return 'The twin began, from its first step';
    case 'twinLeft':
      return 'The twin was left';
    case 'twinEnded':
      return 'The twin ended';
    case 'twinFailed':
      return `The twin failed: ${event.message}`;
    case 'changed': {
      const { layer, parameter, from, to } = event.change;
      const what = layer === undefined ? capital(words.changed(parameter)) : `Rate of ${layer}`;
      return `${what} ${words.plain(from)} \u2192 ${words.plain(to)} by hand`;
    }
    case 'ended':
      return endOf(event.end);
    case 'backendFailed':
      return event.message;
    case 'failed':
      return `The training worker died: ${event.message}`;
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const REASONS: Readonly<Record<EndRecord['reason'], string>> = {
  finished: 'Finished: all epochs are done',
  target: 'Finished: the target is reached',
  time: 'Finished: the time is up',
  earlyStopping: 'Finished early: no progress any more',
  stopped: 'Stopped by hand',
  nan: 'Failed',
};

function endOf({ reason, kept, message }: EndRecord): string {
  const weights = kept === undefined ? '' : `; weights of epoch ${words.count(kept)}`;
  return `${REASONS[reason]}${weights}${message ? `: ${message}` : ''}`;
}

const timeOf = ({ seconds }: LogRow): string => (Number.isFinite(seconds) ? words.duration(seconds) : '\u2013');

/** What a row shows beside its text. */
export const cellsOf = (row: LogRow): readonly string[] => [timeOf(row), words.count(row.step), words.count(row.epoch)];

/** The whole log as text, a line for each row, with tabs between. */
export const logText = (rows: readonly LogRow[]): string =>
  [
    'Time\tStep\tEpoch\tWhat happened',
    ...rows.flatMap((r) => r.rows ?? [r]).map((r) => [...cellsOf(r), r.text].join('\t')),
  ]
    .map((line) => `${line}\n`)
    .join('');
