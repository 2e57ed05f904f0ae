import { basename, dirname, resolve } from 'node:path';
import { placed } from '../data/inspect';
import { isFusedAvailable, type Machine, MOST_THREADS } from '../engine/kernels/wasm/machine';
import type { NumericsClass } from '../engine/kernels/set';
import { compile } from '../engine/network';
import type { EndRecord } from '../engine/records';
import { Trainer, type TrainerConfig } from '../engine/trainer';
import { ModelError } from '../model/diagnostics';
import { type Model, type TrainingConfig, parametersOf } from '../model/model';
import { fromCheckpoint } from '../runs/checkpoint';
import { Recorder } from '../runs/recorder';
import { RunDirectory, RunError, type StoredRun, defaultRunDirectory, readCheckpoint, readRun } from '../runs/store';
import { kernelsFor } from '../threads/kernels';
import { fillThreads } from '../threads/pool';
import { memoryLimitOf, readArgs, wholeNumber } from './args';
import { type CliIo, type ExitCode, UsageError, exit } from './io';
import { type Reporter, JsonReporter, TextReporter } from './report';
import { type Source, checkSource, isWrong, printDiagnostics, readModelText } from './source';

export const trainHelp = `netjson train FILE [--run-dir DIR] [--epochs N] [--seed N] [--threads N]
              [--memory-limit MIB] [--json]
netjson train --resume RUN_DIR [--epochs N] [--threads N] [--json]

Trains a model and keeps the run: its metrics, its last and its best weights.
Ctrl+C writes a checkpoint and ends with exit code 130; --resume goes on from it, to
the same numbers as a run that was never interrupted.

  --run-dir DIR   where the run goes, a new or empty directory; by default
                  runs/<name>-<date>-<time> beside the model
  --epochs N      instead of the model's "epochs"
  --seed N        instead of the training seed in the model; the data seed stays
  --memory-limit MIB  what training may take, in MiB (2048)
  --threads N     threads that work on a step, to the same numbers for any N; by default
                  the machine's cores, at most 8. Small networks train on one
  --resume DIR    go on with an interrupted run, or with --epochs beyond its end
  --json          events on standard output, one JSON object a line
`;

const options = {
  'run-dir': { type: 'string' },
  epochs: { type: 'string' },
  seed: { type: 'string' },
  threads: { type: 'string' },
  'memory-limit': { type: 'string' },
  resume: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export async function train(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values, positionals } = readArgs('train', args, options);
  if (values.help) {
    io.stdout.write(trainHelp);
    return exit.done;
  }
  const epochs = wholeNumber('epochs', values.epochs, 1, 1_000_000);
  const seed = wholeNumber('seed', values.seed, 0);
  const memoryLimit = memoryLimitOf(values['memory-limit']);
  const threads = wholeNumber('threads', values.threads, 1, MOST_THREADS);
  const reporter = values.json ? new JsonReporter(io.stdout) : new TextReporter(io.stdout);
  if (values.resume !== undefined) {
    if (positionals.length > 0) throw new UsageError('--resume takes the model from the run: leave FILE out.');
    if (seed !== undefined) throw new UsageError('--resume keeps the seed of the run: leave --seed out.');
    if (values['run-dir'] !== undefined)
      throw new UsageError('--resume goes on in the same directory: leave --run-dir out.');
    return resume(resolve(io.cwd, values.resume), { epochs, memoryLimit, threads }, reporter, io);
  }
  if (positionals.length !== 1) {
    throw new UsageError(
      positionals.length === 0
        ? 'train needs a FILE, such as model.netjson.'
        : `train takes one FILE, found ${positionals.length}.`,
    );
  }
  const [file] = positionals;
  const runDir = values['run-dir'];
  if (runDir === '') throw new UsageError('--run-dir needs the name of a directory.');
  return start(
    file,
    { epochs, seed, memoryLimit, threads, runDir: runDir === undefined ? undefined : resolve(io.cwd, runDir) },
    reporter,
    io,
  );
}

interface Asked {
  readonly epochs?: number;
  readonly seed?: number;
  readonly runDir?: string;
  /** Bytes. */
  readonly memoryLimit?: number;
  readonly threads?: number;
  /** Of the run that is gone on with. */
  readonly numerics?: NumericsClass;
}

interface Prepared {
  readonly trainer: Trainer;
  /** Where helpers can work; absent: on the reference kernels. */
  readonly machine?: Machine;
}

async function start(file: string, asked: Asked, reporter: Reporter, io: CliIo): Promise<ExitCode> {
  const { text, folder } = await readModelText(file, io.cwd);
  const source = await checkSource(file, text, folder, asked.memoryLimit);
  const prepared = prepare(source, asked, io);
  if (!prepared) return exit.wrong;
  const { trainer } = prepared;
  const name = basename(file).replace(/\.netjson$/i, '');
  const directory = asked.runDir ?? (await defaultRunDirectory(dirname(resolve(io.cwd, file)), name));
  const { model } = trainer.network;
  const run = await RunDirectory.create(directory, {
    name: model.name || name,
    modelText: text,
    modelFolder: folder,
    dataset: trainer.dataset,
    seeds: { training: trainer.network.seed, data: model.data?.params.seed as number },
    epochs: trainer.config.epochs,
    numerics: trainer.network.kernels.name,
  });
  return drive(prepared, run, reporter, io);
}

async function resume(directory: string, asked: Asked, reporter: Reporter, io: CliIo): Promise<ExitCode> {
  const stored: StoredRun = await readRun(directory);
  const until = asked.epochs ?? stored.info.epochs;
  const state = fromCheckpoint(await readCheckpoint(directory, 'last'));
  const { epoch } = state.counters;
  const final = stored.info.reason && beyond[stored.info.reason];
  if (epoch > until || final !== undefined || (stored.info.reason === 'finished' && until <= stored.info.epochs)) {
    if (final !== undefined) throw new RunError(`The run ${directory} ${final}. Train anew to go on longer.`);
    throw new RunError(
      `The run ${directory} is finished: ${stored.info.epochs} epochs. Give --epochs a larger number to go on.`,
    );
  }
  const file = resolve(directory, 'model.netjson');
  const source = await checkSource(file, stored.modelText, stored.info.model.folder, asked.memoryLimit);
  const { numerics, seeds } = stored.info;
  if (numerics === 'fused' && !isFusedAvailable())
    throw new RunError(
      `The run ${directory} was made with fused kernels, which this machine, or this version of Node, does not have: it would not be the ` +
        'same run. Go on where it began, or train anew; with "numerics": "strict" in "training" a run goes on anywhere.',
    );
  const prepared = prepare(source, { ...asked, epochs: until, seed: seeds.training, numerics }, io);
  if (!prepared) return exit.wrong;
  const { trainer } = prepared;
  trainer.restore(state);
  const run = await RunDirectory.resume(directory, stored, trainer.dataset, { epoch }, until);
  return drive(prepared, run, reporter, io);
}

/** Ends that more epochs do not undo. */
const beyond: Partial<Record<EndRecord['reason'], string>> = {
  earlyStopping: 'was stopped early: its patience is over',
  target: 'has reached its target ("stopAt")',
  time: 'has used up its time ("maxSeconds")',
};

/** A trainer for a source and what it works on, or undefined where something is wrong with it (and is said). */
function prepare(source: Source, asked: Asked, io: CliIo): Prepared | undefined {
  printDiagnostics(io.stderr, source, source.diagnostics);
  if (isWrong(source)) return undefined;
  try {
    const { model, data } = source;
    if (!model) throw new Error('A source without errors has a model.');
    const config = trainingOf(model, asked);
    if (!data)
      throw new ModelError(
        'no-data',
        [],
        'The model has no "data" to train on. Add, for example, "data": { "source": "moons" }.',
      );
    const kernels = kernelsFor(model, asked);
    const network = compile(model, { seed: config.seed, memoryLimit: asked.memoryLimit, kernels });
    const trainer = new Trainer(network, data.dataset, config, () => performance.now() / 1000);
    return { trainer, machine: kernels.machine };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    printDiagnostics(io.stderr, source, [placed((path) => source.locate(path), 'error', error)]);
    return undefined;
  }
}

function trainingOf({ training }: Model, { epochs, seed }: Asked): TrainingConfig & TrainerConfig {
  if (!training)
    throw new ModelError(
      'no-training',
      [],
      'The model has no "training" section. Add one, such as "training": { "loss": "crossentropy" }.',
    );
  return { ...training, epochs: epochs ?? training.epochs, seed: seed ?? training.seed };
}

/** Longest time between two looks at the world: how quickly Ctrl+C is heard. */
const breathMs = 50;

async function drive(
  { trainer, machine }: Prepared,
  run: RunDirectory,
  reporter: Reporter,
  io: CliIo,
): Promise<ExitCode> {
  const recorder = new Recorder(run, trainer);
  const pool = await fillThreads(machine, {
    helper: io.helper,
    lost: ({ message }) => void io.stderr.write(`netjson: ${message}\n`),
  });
  const parameters = parametersOf(trainer.network.model);
  reporter.start({ runDir: run.directory, parameters, trainer, threads: machine?.threads ?? 1 });
  const stop = (): void => trainer.stop();
  io.interrupt.addEventListener('abort', stop);
  if (io.interrupt.aborted) stop();
  try {
    let breathed = performance.now();
    for (const event of trainer.events()) {
      if (recorder.wants(event)) await recorder.record(event);
      reporter.event(event);
      if (performance.now() - breathed < breathMs) continue;
      await new Promise(setImmediate);
      breathed = performance.now();
    }
  } catch (error) {
    await run.abandon();
    throw error;
  } finally {
    io.interrupt.removeEventListener('abort', stop);
    await pool.dispose();
  }
  const end = trainer.end as EndRecord;
  reporter.end(end, run.directory);
  if (end.message) io.stderr.write(`netjson: ${end.message}\n`);
  if (end.reason === 'stopped') return exit.interrupted;
  return end.reason === 'nan' ? exit.wrong : exit.done;
}
