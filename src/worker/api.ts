import { compile } from '../engine/network';
import { Trainer } from '../engine/trainer';
import { parametersOf } from '../model/model';
import type { Handlers } from '../protocol/rpc';
import type { Loaded, LoadRequest, WorkerApi } from '../protocol/training';
import { type SessionTools, TrainingSession } from './session';
import { inspect, open, summaryOf } from './source';

/** What the worker answers: one run at a time, and inspections beside it. */
export function workerApi(tools: SessionTools): Handlers<WorkerApi> {
  let session: TrainingSession | undefined;
  const current = (): TrainingSession => {
    if (!session) throw new Error('No run is loaded.');
    return session;
  };

  const load = async (request: LoadRequest): Promise<Loaded> => {
    await session?.abandon();
    session = undefined;
    const { model, dataset } = await open(request);
    const network = compile(model, { memoryLimit: request.memoryLimit });
    const trainer = new Trainer(network, dataset, model.training, () => tools.now() / 1000);
    session = new TrainingSession(request.run, trainer, tools);
    return {
      data: summaryOf(dataset),
      parameters: parametersOf(model),
      stepsPerEpoch: trainer.stepsPerEpoch,
      epochs: trainer.config.epochs,
      dropouts: trainer.network.layers.flatMap(({ id, runtime: { dropping } }) =>
        dropping ? [{ layer: id, rate: dropping.rate }] : [],
      ),
    };
  };

  return {
    inspect,
    load,
    run: () => current().run(),
    pause: () => current().pause(),
    step: () => current().step(),
    stop: () => current().stop(),
    setRate: (layer, rate) => current().setRate(layer, rate),
    watch: (watch) => current().watch(watch),
  };
}
