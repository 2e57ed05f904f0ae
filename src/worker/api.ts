import { baselineLoss } from '../engine/baseline';
import { availableParallelism } from 'node:os';
import { layers } from '../engine/layers/index';
import { compile } from '../engine/network';
import { Trainer } from '../engine/trainer';
import { parametersOf } from '../model/model';
import { twinOf } from '../model/twin';
import type { Handlers } from '../protocol/rpc';
import type { Loaded, LoadRequest, WorkerApi } from '../protocol/training';
import { kernelsFor } from '../threads/kernels';
import { fillThreads, type ThreadPool } from '../threads/pool';
import { type SessionTools, TrainingSession } from './session';
import { dataView, inspect, open, profile, summaryOf } from './source';

export interface WorkerTools extends SessionTools {
  /** What helper threads run: dist/helper.js, as an absolute path. */
  readonly helper: string;
  /** Something went wrong that training goes on in spite of. */
  readonly warn: (error: Error) => void;
}

/** What the worker answers: one run at a time, and inspections beside it. */
export function workerApi(tools: WorkerTools): Handlers<WorkerApi> {
  let session: TrainingSession | undefined;
  let pool: ThreadPool | undefined;
  const current = (): TrainingSession => {
    if (!session) throw new Error('No run is loaded.');
    return session;
  };

  const load = async (request: LoadRequest): Promise<Loaded> => {
    await session?.abandon();
    session = undefined;
    await pool?.dispose();
    pool = undefined;
    const { model: written, dataset, noisy } = await open(request);
    const model = request.twin ? twinOf(written, layers) : written;
    // Two runs beside each other share the cores.
    const left = request.beside ? Math.ceil(availableParallelism() / 2) : 1;
    const kernels = kernelsFor(model, { threads: request.threads, left });
    const network = compile(model, { memoryLimit: request.memoryLimit, kernels });
    const trainer = new Trainer(network, dataset, model.training, () => tools.now() / 1000);
    pool = await fillThreads(kernels.machine, { helper: tools.helper, lost: tools.warn });
    session = new TrainingSession(request.run, trainer, tools, noisy);
    return {
      data: { ...summaryOf(dataset), baseline: baselineLoss(network, dataset) },
      parameters: parametersOf(model),
      stepsPerEpoch: trainer.stepsPerEpoch,
      epochs: trainer.config.epochs,
      maxBatch: network.maxBatch,
      numerics: kernels.name,
      threads: kernels.machine?.threads ?? 1,
      dropouts: trainer.network.layers.flatMap(({ id, runtime: { dropping } }) =>
        dropping ? [{ layer: id, rate: dropping.rate }] : [],
      ),
    };
  };

  return {
    inspect,
    dataView,
    profile,
    load,
    run: () => current().run(),
    pause: () => current().pause(),
    step: () => current().step(),
    stop: () => current().stop(),
    stopAtBest: () => current().stopAtBest(),
    change: (change) => current().change(change),
    allow: (epochs) => current().allow(epochs),
    keepUp: (epochs, changes, end) => current().keepUp(epochs, changes, end),
    watch: (watch) => current().watch(watch),
    examine: (question, asker, pace) => current().examine(question, asker, pace),
    leave: (asker) => session?.leave(asker),
  };
}
