import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { LoadCancelled } from '../data/source';
import type { DataFacts } from '../engine/dataFacts';
import type { NumericsClass } from '../engine/kernels/set';
import { layers } from '../engine/layers/index';
import { compile } from '../engine/network';
import { Trainer, type Upcoming } from '../engine/trainer';
import type { TorchOptions } from '../model/torchOptions';
import { twinOf } from '../model/twin';
import { asError, type Handlers } from '../protocol/rpc';
import type {
  Kept,
  Loaded,
  LoadRequest,
  Resumed,
  ResumeRequest,
  Shown,
  ShowRequest,
  WorkerApi,
} from '../protocol/training';
import { beginWith, readInitial } from '../runs/initial';
import type { CheckpointName } from '../runs/open';
import { RunError } from '../runs/error';
import { Recorder, type RecorderOptions } from '../runs/recorder';
import { Replay } from '../runs/replay';
import { putWhereItGoesOn, takeRun } from '../runs/resume';
import { numericsToShow, putAsItStands, readStored } from '../runs/show';
import type { RunInfo } from '../runs/info';
import type { RunDirectory } from '../runs/store';
import { kernelsFor } from '../threads/kernels';
import { fillThreads, type ThreadPool } from '../threads/pool';
import { torchInfo } from '../torchrun/process';
import { checkProgram } from '../torchrun/program';
import { exchange } from './exchange';
import { TrainingSession } from './session';
import type { SessionTools } from './sessionTools';
import { Loads, type LoadsTools } from './loads';
import { loadedOf, newRun, openKept } from './kept';
import { runsApi } from './runs';
import { openToShow, otherDataSaid, stepToShow, toldOf, unjudgedSaid } from './shown';
import { TorchSteps } from './torch';
import { dataView, inspect, open, type Opened, profile } from './source';

export interface WorkerTools extends SessionTools, LoadsTools {
  /** What helper threads run: dist/helper.js, as an absolute path. */
  readonly helper: string;
  /** How a run stands on disk, whenever that changed. */
  readonly kept: (run: string, kept: Kept) => void;
  /** Something went wrong that training goes on in spite of. */
  readonly warn: (error: Error) => void;
}

/** What the worker answers: one run at a time, and inspections beside it. */
export function workerApi(tools: WorkerTools): Handlers<WorkerApi> {
  let session: TrainingSession | undefined;
  let pool: ThreadPool | undefined;
  const loads = new Loads(tools);
  const current = (): TrainingSession => {
    if (!session) throw new Error('No run is loaded.');
    return session;
  };

  const leave = async (): Promise<void> => {
    await session?.abandon();
    session = undefined;
    await pool?.dispose();
    pool = undefined;
  };

  interface Start extends Opened, Pick<LoadRequest, 'run' | 'memoryLimit' | 'threads' | 'twin'> {
    /** Of a run that is gone on with: its own. */
    readonly numerics?: NumericsClass;
    readonly seed?: number;
    readonly epochs?: number;
    readonly beside?: number;
    /** Of the data, where a run has kept them. */
    readonly facts?: DataFacts;
    /** Puts the trainer where the run begins. @returns the step to be pictured before any is made */
    readonly begin?: (trainer: Trainer) => Upcoming | undefined;
    /** Where and how the run is kept, once there is a trainer. */
    readonly keep?: (
      trainer: Trainer,
      backend?: RunInfo['backend'],
    ) => Promise<Omit<RecorderOptions, 'trainer' | 'seconds' | 'told' | 'now'>>;
    readonly seconds?: number;
    readonly torch?: TorchOptions;
  }

  const start = async (from: Start): Promise<{ loaded: Loaded; trainer: Trainer }> => {
    const { run, model, dataset, noisy } = from;
    // Runs beside each other share the cores.
    const cores = availableParallelism();
    const left = from.beside ? cores - Math.floor(cores / (from.beside + 1)) : 1;
    const kernels = kernelsFor(model, { threads: from.threads, left, numerics: from.numerics });
    const seed = from.seed ?? model.training?.seed;
    const network = compile(model, { memoryLimit: from.memoryLimit, kernels, seed });
    const config = model.training && { ...model.training, epochs: from.epochs ?? model.training.epochs };
    const trainer = new Trainer(network, dataset, config, () => tools.now() / 1000);
    if (from.torch) checkProgram(trainer);
    const backend = from.torch && (await torchInfo(from.torch, trainer.config.optimizer.kind));
    const pictured = from.begin?.(trainer);
    const keep = await from.keep?.(trainer, backend);
    const recorder =
      keep &&
      new Recorder({
        ...keep,
        trainer,
        seconds: () => session?.seconds ?? from.seconds ?? 0,
        told: (kept) => tools.kept(run, kept),
        now: tools.now,
      });
    pool = await fillThreads(kernels.machine, { helper: tools.helper, lost: tools.warn });
    const torch = from.torch && new TorchSteps(trainer, from.torch, recorder, (line) => session?.say(line));
    const keeping = { recorder, torch, replay: keep?.replay, seconds: from.seconds, pictured };
    session = new TrainingSession(run, trainer, tools, noisy, keeping);
    const threads = kernels.machine?.threads ?? 1;
    return { loaded: loadedOf(trainer, dataset, threads, { backend, facts: from.facts, isTwin: from.twin }), trainer };
  };

  const load = async (request: LoadRequest): Promise<Loaded> => {
    await leave();
    const { keep } = request;
    const initial =
      request.initial && (await readInitial(request.initial.directory, request.initial.checkpoint as CheckpointName));
    const opened = await open(request, loads);
    const { loaded } = await start({
      ...request,
      ...opened,
      ...(request.twin && { model: twinOf(opened.model, layers), torch: undefined }),
      begin: (trainer) => {
        if (!initial) return undefined;
        beginWith(trainer.network, initial);
        return trainer.upcoming();
      },
      keep:
        keep &&
        ((trainer, backend) => {
          // Weights that are only looked at make no run.
          const whenTrained = initial !== undefined;
          const events = keep.tensorboard ? {} : undefined;
          return Promise.resolve({
            ...keep,
            events,
            whenTrained,
            open: newRun(keep, request, opened, trainer, { initial, backend }),
          });
        }),
    });
    return loaded;
  };

  const loadRun = async (request: ResumeRequest): Promise<Resumed> => {
    await leave();
    const taken = await takeRun(request.directory);
    let directory: RunDirectory | undefined;
    try {
      const { info, seconds, nextChange: changes } = taken;
      const torch = info.backend && request.torch;
      if (info.backend && !torch)
        throw new RunError(
          `The run ${request.directory} was made with PyTorch: it can be gone on with where PyTorch is.`,
        );
      const opened = await openKept(taken, request, loads);
      const initial = info.initial && { directory: request.directory, checkpoint: 'initial' };
      const { loaded, trainer } = await start({
        ...request,
        torch,
        ...opened,
        numerics: info.numerics,
        seed: info.seeds.training,
        epochs: taken.epochs,
        facts: info.data.facts,
        seconds,
        keep: async (trainer, backend) => {
          putWhereItGoesOn(trainer, taken);
          const run = (directory = await taken.open(trainer, undefined, backend));
          const { interval, everyEpochs, tensorboard } = request;
          const events = tensorboard ? { before: taken.metrics, changes: taken.changes } : undefined;
          const replay = new Replay(trainer, taken.replay);
          return { interval, everyEpochs, events, changes, replay, open: () => Promise.resolve(run) };
        },
      });
      return {
        ...loaded,
        text: taken.modelText,
        began: { folder: opened.folder, ...(initial && { initial }) },
        step: trainer.step,
        epoch: trainer.epoch,
        seconds,
        history: taken.metrics,
        changes: taken.changes,
        problems: taken.problems.map(({ file, message }) => `${file}: ${message}`),
      };
    } finally {
      if (!directory) await taken.cancel();
    }
  };

  const showRun = async ({ directory, checkpoint, ...request }: ShowRequest): Promise<Shown> => {
    await leave();
    const run = await readStored(directory, checkpoint as CheckpointName | undefined);
    const told = toldOf(run);
    try {
      const { isSameData, ...opened } = await openToShow(run, request, loads);
      const { info } = run;
      const { loaded } = await start({
        ...request,
        ...opened,
        numerics: numericsToShow(info),
        seed: info.seeds.training,
        epochs: info.epochs || undefined,
        facts: info.data.facts,
        seconds: told.seconds,
        begin: (trainer) => {
          putAsItStands(trainer, run, isSameData);
          return stepToShow(trainer);
        },
      });
      const said = isSameData ? [] : otherDataSaid(run);
      return { ...told, loaded, facts: loaded.facts, problems: [...told.problems, ...said] };
    } catch (error) {
      if (error instanceof LoadCancelled) throw error;
      return { ...told, missing: asError(error).message, problems: [...told.problems, ...unjudgedSaid(run)] };
    }
  };

  return {
    ...exchange(dirname(tools.helper)),
    inspect: (source) => inspect(source, loads),
    dataView: (source) => dataView(source, loads),
    profile,
    ...runsApi,
    cancelLoad: (load) => loads.cancel(load),
    load,
    loadRun,
    showRun,
    save: () => session?.save(),
    close: leave,
    run: () => current().run(),
    pause: () => current().pause(),
    step: () => current().step(),
    stop: () => current().stop(),
    stopAtBest: () => current().stopAtBest(),
    change: (change) => current().change(change),
    allow: (epochs) => current().following.allow(epochs),
    keepUp: (epochs, changes, end) => current().following.keepUp(epochs, changes, end),
    watch: (watch) => current().watch(watch),
    examine: (question, asker, pace) => current().examine(question, asker, pace),
    leave: (asker) => session?.leave(asker),
  };
}
