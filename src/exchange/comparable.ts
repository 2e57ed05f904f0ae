import { basename } from 'node:path';
import type { ComparableRun } from '../comparison/run';
import { measuredOf } from '../engine/evaluation';
import type { Target } from '../engine/dataset';
import type { Model } from '../model/model';
import { DamagedRunError } from '../runs/error';
import { type ListedRun, listRun } from '../runs/list';
import { openRun } from '../runs/open';
import { briefVerdict } from '../verdict';
import { endOf } from '../runs/info';
import { modelOf } from './run';
import { judgeStored } from './verdict';

/** Ends that a run came to by itself, with numbers. */
const complete: readonly ListedRun['state'][] = ['finished', 'target', 'time', 'earlyStopping'];

/**
 * Reads a run to be compared, as far as it is whole.
 * @throws RunError where there is none; DamagedRunError where its `run.json` cannot be understood
 */
export async function readComparable(directory: string): Promise<ComparableRun> {
  const run = await openRun(directory);
  const { info, metrics, changes } = run;
  if (!info)
    throw new DamagedRunError(
      `${directory} cannot be compared. ${run.problems.map(({ file, message }) => `${file}: ${message}`).join(' ')}`,
    );
  const problems = run.problems.map(({ file, message }) => `${file}: ${message}`);
  let model: Model | undefined;
  try {
    model = modelOf(run);
  } catch (error) {
    if (!(error instanceof DamagedRunError)) throw error;
    // What keeps the model from being read may have been told already.
    if (!run.problems.some(({ message }) => message === error.reason)) problems.push(error.message);
  }
  const verdict = model && (await judgeStored(run, info, model));
  const state = (await listRun(directory))?.state ?? 'damaged';
  // Which metrics are usual depends on what is learned, and what was measured tells that.
  const type = metrics.at(-1)?.trainDropoutOff.accuracy === undefined ? 'numbers' : 'classes';
  const target: Target = { type, names: [] };
  return {
    name: basename(directory),
    directory,
    state,
    isComplete: complete.includes(state),
    ...(model && { model }),
    seeds: info.seeds,
    ...(info.initial && { initial: info.initial }),
    epochs: info.epochs,
    data: { sha256: info.data.sha256, files: info.data.files ?? [] },
    numerics: info.numerics,
    ...(info.backend && { backend: `PyTorch ${info.backend.torch}` }),
    changes: changes.length,
    parameters: info.parameters,
    seconds: info.seconds,
    history: metrics,
    ...(verdict && {
      verdict: briefVerdict(verdict, endOf(info)) + (verdict.lacks ? ', as far as an older run tells' : ''),
    }),
    test: info.test,
    better: Object.fromEntries(measuredOf(model?.training?.metrics, target)),
    problems,
  };
}
