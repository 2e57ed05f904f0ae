import { compare } from '../model/compare';
import { NOTHING, valueText, whatText } from '../model/differenceText';
import { count } from '../model/words';
import type { ComparableRun } from './run';
import { isTold } from './same';

/** Something that is not the same in all of some runs. */
export interface RunDifference {
  readonly of: 'seeds' | 'model' | 'data' | 'training' | 'run';
  /** A layer, by its name in the first run where it is there; absent where it is about no layer. */
  readonly layer?: string;
  /** Such as "rate" or "optimizer.learningRate". */
  readonly what: string;
  /** In the order of the runs, as a person reads it. */
  readonly values: readonly string[];
}

const NO_LAYER = 'no such layer';
const UNREADABLE = 'cannot be read';

/** All that differs between runs; of models, by what each has against the first that can be read. */
export function differencesOf(runs: readonly ComparableRun[]): RunDifference[] {
  const found: RunDifference[] = [];
  const tell = (of: RunDifference['of'], what: string, value: (run: ComparableRun) => string): void => {
    const values = runs.map(value);
    if (new Set(values).size > 1) found.push({ of, what, values });
  };
  tell('seeds', 'training seed', (run) => String(run.seeds.training));
  tell('seeds', 'data seed', (run) => String(run.seeds.data));
  tell('run', 'initial weights', ({ initial }) =>
    initial ? `${initial.run}, ${initial.checkpoint}, ${initial.sha256.slice(0, 12)}` : 'drawn by the seed',
  );
  found.push(...ofModels(runs));
  tell('data', 'samples (SHA-256)', (run) => run.data.sha256.slice(0, 12));
  for (const path of new Set(runs.flatMap(({ data }) => data.files.map((f) => f.path))))
    tell('data', path, ({ data }) => {
      const file = data.files.find((f) => f.path === path);
      return file ? `${count(file.size, 'byte')}, ${file.sha256.slice(0, 12)}` : NOTHING;
    });
  tell('training', 'epochs', (run) => String(run.epochs));
  tell('run', 'numerics', (run) => run.numerics);
  tell('run', 'backend', (run) => run.backend ?? 'built-in');
  tell('run', 'changes by hand', (run) => String(run.changes));
  return found;
}

function ofModels(runs: readonly ComparableRun[]): RunDifference[] {
  const first = runs.findIndex((run) => run.model);
  if (first < 0) return [];
  const rows = new Map<
    string,
    { of: RunDifference['of']; layer?: string; what: string; base: string; own: Map<number, string> }
  >();
  const note = (
    run: number,
    { of, layer, what }: Pick<RunDifference, 'of' | 'layer' | 'what'>,
    before: string,
    after: string,
  ): void => {
    const key = JSON.stringify([of, layer, what]);
    const row = rows.get(key) ?? { of, ...(layer !== undefined && { layer }), what, base: before, own: new Map() };
    row.own.set(run, after);
    rows.set(key, row);
  };
  runs.forEach(({ model }, run) => {
    if (!model || run === first) return;
    const { layers, sections } = compare(runs[first].model!, model);
    for (const { id, mark, before, after, changes } of layers) {
      const of = { of: 'model', layer: before?.id ?? id } as const;
      if (mark === 'added' || mark === 'removed')
        note(run, { ...of, what: 'layer' }, before?.kind ?? NO_LAYER, after?.kind ?? NO_LAYER);
      // Shapes and numbers of parameters follow from what is written.
      for (const change of changes)
        if (change.of !== 'shape' && change.of !== 'parameterCount')
          note(run, { ...of, what: whatText(change) }, valueText(change.before), valueText(change.after));
    }
    for (const { path, before, after } of sections) {
      const [section, ...rest] = path;
      if (isTold(path)) continue;
      const of = section === 'data' || section === 'training' ? section : 'model';
      note(run, { of, what: rest.join('.') || section }, valueText(before), valueText(after));
    }
  });
  return [...rows.values()].map(({ base, own, ...row }) => ({
    ...row,
    values: runs.map(({ model }, i) => (model ? (own.get(i) ?? base) : UNREADABLE)),
  }));
}
