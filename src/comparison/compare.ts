import type { Metrics } from '../engine/records';
import { isSame } from './same';
import { type RunDifference, differencesOf } from './differences';
import type { ComparableRun } from './run';

/** One number of each run. */
export interface Figure {
  /** Such as "validation.loss.best". */
  readonly id: string;
  readonly title: string;
  readonly better?: 'higher' | 'lower';
  readonly unit: 'measure' | 'count' | 'seconds';
  /** In the order of the runs; absent: it was not measured. */
  readonly values: readonly (number | undefined)[];
}

export interface Statistic {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation, dividing by n - 1. */
  readonly sd: number;
}

/** Runs that differ by their training seeds alone: what varies between them is chance. */
export interface Repeats {
  /** Places of the runs, two or more. */
  readonly runs: readonly number[];
  /** In the order of the figures; absent where fewer than two have a number. */
  readonly statistics: readonly (Statistic | undefined)[];
}

export interface RunsComparison {
  readonly runs: readonly (Pick<ComparableRun, 'name' | 'directory' | 'state' | 'seeds' | 'verdict' | 'problems'> & {
    /** "A", "B" and so on. */
    readonly label: string;
  })[];
  readonly figures: readonly Figure[];
  readonly repeats: readonly Repeats[];
  readonly differences: readonly RunDifference[];
}

/** Compares runs, in the order they are given. @throws RangeError where there are fewer than two */
export function compareRuns(runs: readonly ComparableRun[]): RunsComparison {
  if (runs.length < 2) throw new RangeError('It takes two runs to compare.');
  const figures = figuresOf(runs);
  return {
    runs: runs.map(({ name, directory, state, seeds, verdict, problems }, i) => ({
      label: labelOf(i),
      name,
      directory,
      state,
      seeds,
      ...(verdict !== undefined && { verdict }),
      problems,
    })),
    figures,
    repeats: repeatsOf(runs).map((members) => ({
      runs: members,
      statistics: figures.map(({ values }) => statisticOf(members.map((i) => values[i]))),
    })),
    differences: differencesOf(runs),
  };
}

/** A, B, … Z, AA, AB and so on. */
export function labelOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : labelOf(Math.floor(index / 26) - 1) + letter;
}

/** Mean and sample standard deviation of what there is of some numbers; undefined for fewer than two. */
export function statisticOf(values: readonly (number | undefined)[]): Statistic | undefined {
  const there = values.filter((v) => v !== undefined);
  const n = there.length;
  if (n < 2) return undefined;
  // A sum of three equal numbers, divided by three, need not be that number: what does not vary has no spread.
  if (there.every((v) => v === there[0])) return { n, mean: there[0], sd: 0 };
  const mean = there.reduce((sum, v) => sum + v, 0) / n;
  const sd = Math.sqrt(there.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1));
  return { n, mean, sd };
}

/** A run twice with one seed is the same run: it would make the spread smaller than it is. */
function repeatsOf(runs: readonly ComparableRun[]): number[][] {
  const groups: number[][] = [];
  runs.forEach((run, i) => {
    if (!run.isComplete) return;
    const group = groups.find(([first]) => isSame(runs[first], run));
    if (!group) groups.push([i]);
    else if (group.every((j) => runs[j].seeds.training !== run.seeds.training)) group.push(i);
  });
  return groups.filter((group) => group.length > 1);
}

function figuresOf(runs: readonly ComparableRun[]): Figure[] {
  const better = Object.assign({}, ...runs.map((r) => r.better)) as ComparableRun['better'];
  const namesOf = (of: (run: ComparableRun) => Metrics | undefined): string[] => [
    ...new Set(runs.flatMap((run) => Object.keys(of(run) ?? {}))),
  ];
  const found: Figure[] = [];
  const add = (figure: Omit<Figure, 'values'>, value: (run: ComparableRun) => number | undefined): void => {
    const values = runs.map(value);
    if (values.some((v) => v !== undefined)) found.push({ ...figure, values });
  };
  const parts = [
    ['validation', 'Validation'],
    ['trainDropoutOff', 'Train, dropout off,'],
  ] as const;
  for (const name of namesOf((run) => run.test))
    add(
      { id: `test.${name}`, title: `Test ${name}`, better: better[name], unit: 'measure' },
      (run) => run.test?.[name],
    );
  for (const [part, title] of parts)
    for (const name of namesOf((run) => run.history.at(-1)?.[part])) {
      const way = better[name];
      const of = { better: way, unit: 'measure' } as const;
      if (way)
        add({ id: `${part}.${name}.best`, title: `${title} ${name}, best`, ...of }, (run) =>
          bestOf(
            run.history.map((e) => e[part]?.[name]),
            way,
          ),
        );
      add(
        { id: `${part}.${name}.final`, title: `${title} ${name}, final`, ...of },
        (run) => run.history.at(-1)?.[part]?.[name],
      );
    }
  add(
    { id: 'train.loss.final', title: 'Train, dropout on, loss, final', better: 'lower', unit: 'measure' },
    (run) => run.history.at(-1)?.train.loss,
  );
  add({ id: 'bestEpoch', title: 'Epoch of the best validation loss', unit: 'count' }, ({ history }) => {
    const losses = history.map((e) => e.validation?.loss);
    const best = bestOf(losses, 'lower');
    return best === undefined ? undefined : history[losses.indexOf(best)].epoch;
  });
  add({ id: 'epochs', title: 'Epochs made', unit: 'count' }, (run) => run.history.at(-1)?.epoch ?? 0);
  add({ id: 'parameters', title: 'Parameters', unit: 'count' }, (run) => run.parameters);
  add({ id: 'seconds', title: 'Time training', better: 'lower', unit: 'seconds' }, (run) => run.seconds);
  return found;
}

/** The best of what is finite. */
function bestOf(values: readonly (number | undefined)[], better: 'higher' | 'lower'): number | undefined {
  let best: number | undefined;
  for (const value of values)
    if (Number.isFinite(value) && (best === undefined || (better === 'lower' ? value! < best : value! > best)))
      best = value;
  return best;
}
