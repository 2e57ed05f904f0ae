import { basename, dirname, join, resolve } from 'node:path';
import { catalogue } from '../catalogue';
import { placed } from '../data/inspect';
import { MOST_THREADS } from '../engine/kernels/wasm/machine';
import type { NumericsClass } from '../engine/kernels/set';
import { compile } from '../engine/network';
import { Trainer, type TrainerConfig } from '../engine/trainer';
import { analyze } from '../model/analyze';
import { ModelError } from '../model/diagnostics';
import type { Model, TrainingConfig } from '../model/model';
import { changesOf } from '../runs/dataFiles';
import { MOST_REPEATS, repeatSeeds } from '../runs/repeats';
import { Replay } from '../runs/replay';
import { type InitialWeights, beginWith, readInitial } from '../runs/initial';
import { putWhereItGoesOn, takeRun } from '../runs/resume';
import { RunDirectory, describeRun, newRunDirectory } from '../runs/store';
import { kernelsFor } from '../threads/kernels';
import { torchInfo } from '../torchrun/process';
import { decimalNumber, memoryLimitOf, readArgs, wholeNumber } from './args';
import { drive, type Prepared, type RunKeeping } from './drive';
import { type CliIo, type ExitCode, UsageError, exit } from './io';
import { compareThem } from './runsCompare';
import { type Reporter, JsonReporter, TextReporter } from './report';
import {
  isPartOf,
  otherBackend,
  partOfRun,
  type TorchChoice,
  torchFor,
  torchFrom,
  torchHelp,
  torchOptions,
} from './torch';
import { type Source, checkSource, isWrong, printDiagnostics, readModelText, runSource } from './source';

export const trainHelp = `netjson train FILE [--run-dir DIR] [--epochs N] [--seed N] [--seeds N] [--threads N]
              [--keep-epochs N] [--checkpoint-seconds S] [--memory-limit MIB] [--tensorboard] [--json]
netjson train --resume RUN_DIR [--epochs N] [--threads N] [--keep-epochs N]
              [--checkpoint-seconds S] [--memory-limit MIB] [--tensorboard] [--json]

Trains a model and keeps the run: its metrics, its last and its best weights.
Ctrl+C writes a checkpoint and ends with exit code 130; --resume goes on from it, to
the same numbers as a run that was never interrupted.

  --run-dir DIR   where the run goes, a new or empty directory; by default
                  runs/<name>-<date>-<time> beside the model
  --epochs N      instead of the model's "epochs"
  --seed N        instead of the training seed in the model; the data seed stays
  --seeds N       train N times, with the training seed and those after it, one run each;
                  then compare them, with mean and spread; not with --run-dir
  --memory-limit MIB  what training may take, and its samples besides, in MiB (2048)
  --threads N     threads that work on a step, to the same numbers for any N; by default
                  the machine's cores, at most 8. Small networks train on one
  --keep-epochs N keep the weights of every N-th epoch, besides the last and the best
  --checkpoint-seconds S  what a crash can lose at most, in seconds of training (5)
  --weights RUN   begin with the weights of a run of a model with the same layers: its best
                  or, where there are none, its last; the new run keeps a copy of them
  --resume DIR    go on with an interrupted run, or with --epochs beyond its end
  --tensorboard   an event file of TensorBoard in the run's directory too
  --json          events on standard output, one JSON object a line
${torchHelp}`;

const options = {
  'run-dir': { type: 'string' },
  epochs: { type: 'string' },
  seed: { type: 'string' },
  seeds: { type: 'string' },
  threads: { type: 'string' },
  'memory-limit': { type: 'string' },
  weights: { type: 'string' },
  resume: { type: 'string' },
  'keep-epochs': { type: 'string' },
  'checkpoint-seconds': { type: 'string' },
  tensorboard: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  ...torchOptions,
} as const;

export async function train(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values, positionals } = readArgs('train', args, options);
  if (values.help) {
    io.stdout.write(trainHelp);
    return exit.done;
  }
  const epochs = wholeNumber('epochs', values.epochs, 1, 1_000_000);
  const seed = wholeNumber('seed', values.seed, 0);
  const seeds = wholeNumber('seeds', values.seeds, 2, MOST_REPEATS);
  const memoryLimit = memoryLimitOf(values['memory-limit']);
  const threads = wholeNumber('threads', values.threads, 1, MOST_THREADS);
  const keeping: Keeping = {
    choice: torchFrom(values, io.cwd),
    everyEpochs: wholeNumber('keep-epochs', values['keep-epochs'], 1),
    interval: decimalNumber('checkpoint-seconds', values['checkpoint-seconds'], 0, 86_400),
    tensorboard: values.tensorboard,
  };
  if (isPartOf(keeping.choice.options)) return takePart(values, positionals, keeping.choice, io);
  const reporter = values.json ? new JsonReporter(io.stdout) : new TextReporter(io.stdout);
  if (values.resume !== undefined) {
    if (positionals.length > 0) throw new UsageError('--resume takes the model from the run: leave FILE out.');
    if (seed !== undefined) throw new UsageError('--resume keeps the seed of the run: leave --seed out.');
    if (values.weights !== undefined)
      throw new UsageError('--resume goes on with the weights of the run: leave --weights out.');
    if (seeds !== undefined) throw new UsageError('--resume goes on with one run: leave --seeds out.');
    if (values['run-dir'] !== undefined)
      throw new UsageError('--resume goes on in the same directory: leave --run-dir out.');
    return resume(resolve(io.cwd, values.resume), { epochs, memoryLimit, threads }, keeping, reporter, io);
  }
  if (positionals.length !== 1) {
    throw new UsageError(
      positionals.length === 0
        ? 'train needs a FILE, such as model.netjson.'
        : `train takes one FILE, found ${positionals.length}.`,
    );
  }
  const [file] = positionals;
  const initial = values.weights === undefined ? undefined : await readInitial(resolve(io.cwd, values.weights));
  const runDir = values['run-dir'];
  if (runDir === '') throw new UsageError('--run-dir needs the name of a directory.');
  if (seeds !== undefined) {
    if (runDir !== undefined) throw new UsageError('--seeds makes a directory for each run: leave --run-dir out.');
    const json = values.json ?? false;
    return repeat(file, seeds, { epochs, seed, memoryLimit, threads, initial }, keeping, { reporter, json }, io);
  }
  return start(
    file,
    { epochs, seed, memoryLimit, threads, initial, runDir: runDir === undefined ? undefined : resolve(io.cwd, runDir) },
    keeping,
    reporter,
    io,
  );
}

/** With `--node-rank`: the model alone is needed, and no data. */
async function takePart(
  values: { readonly [option: string]: unknown },
  [file, ...more]: readonly string[],
  choice: TorchChoice,
  io: CliIo,
): Promise<ExitCode> {
  const others = ['resume', 'run-dir', 'seed', 'seeds', 'epochs', 'weights', 'keep-epochs', 'tensorboard', 'json'];
  const other = others.find((name) => values[name] !== undefined);
  if (other !== undefined)
    throw new UsageError(`--${other}: the run is made and kept by the machine of rank 0; leave it out on the others.`);
  if (file === undefined || more.length > 0) throw new UsageError('train --node-rank needs one FILE, the same model.');
  const { text } = await readModelText(file, io.cwd);
  const { model, diagnostics } = analyze(text, catalogue);
  if (!model?.training) {
    printDiagnostics(io.stderr, { file, text }, diagnostics);
    return exit.wrong;
  }
  return partOfRun(model, torchFor(choice, model.training.backend)!, io);
}

/** The same with one seed after the other; the first that does not end well ends all. */
async function repeat(
  file: string,
  seeds: number,
  asked: Asked,
  keeping: Keeping,
  { reporter, json }: { readonly reporter: Reporter; readonly json: boolean },
  io: CliIo,
): Promise<ExitCode> {
  const { text, folder } = await readModelText(file, io.cwd);
  const { model } = await checkSource(file, text, folder, io, asked.memoryLimit);
  // Without a model the first start tells what is wrong with it.
  const first = asked.seed ?? model?.training?.seed ?? 0;
  const directories: string[] = [];
  for (const [n, seed] of repeatSeeds(first, seeds).entries()) {
    if (!json) io.stdout.write(`${n > 0 ? '\n' : ''}run ${n + 1} of ${seeds}, seed ${seed}\n`);
    const made = (directory: string): void => void directories.push(directory);
    const code = await start(file, { ...asked, seed }, keeping, reporter, io, made);
    if (code !== exit.done) return code;
  }
  if (!json) io.stdout.write('\n');
  return compareThem(directories, json ? 'event' : 'text', io);
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
  /** To begin with. */
  readonly initial?: InitialWeights;
}

/** How the run is made and kept. */
interface Keeping extends RunKeeping {
  /** Of what makes the steps. */
  readonly choice: TorchChoice;
}

/** @param made is told the run's directory */
async function start(
  file: string,
  asked: Asked,
  keeping: Keeping,
  reporter: Reporter,
  io: CliIo,
  made?: (directory: string) => void,
): Promise<ExitCode> {
  const { text, folder } = await readModelText(file, io.cwd);
  const source = await checkSource(file, text, folder, io, asked.memoryLimit);
  const prepared = prepare(source, asked, io);
  if (!prepared) return exit.wrong;
  const { trainer } = prepared;
  const { choice, ...kept } = keeping;
  const torch = torchFor(choice, trainer.network.model.training?.backend);
  // Before a directory is made for a run that cannot begin.
  const backend = torch && (await torchInfo(torch, trainer.config.optimizer.kind));
  const { initial } = asked;
  if (initial) beginWith(trainer.network, initial);
  const name = basename(file).replace(/\.netjson$/i, '');
  const runs = join(dirname(resolve(io.cwd, file)), 'runs');
  const directory = asked.runDir ?? (await newRunDirectory(runs, name));
  const { model } = trainer.network;
  const run = await RunDirectory.create(directory, {
    name: model.name || name,
    modelText: text,
    modelFolder: folder,
    modelFile: basename(file),
    preprocessing: source.data?.stored,
    files: source.files,
    ...describeRun(trainer),
    initial,
    backend,
  });
  made?.(directory);
  return drive(prepared, { run, torch, ...kept }, reporter, io);
}

async function resume(
  directory: string,
  asked: Asked,
  keeping: Keeping,
  reporter: Reporter,
  io: CliIo,
): Promise<ExitCode> {
  const { choice, ...kept } = keeping;
  const taken = await takeRun(directory, asked);
  let run: RunDirectory | undefined;
  try {
    for (const { file, message } of taken.problems) io.stderr.write(`netjson: ${join(directory, file)}: ${message}\n`);
    if (taken.problems.some(({ file }) => file.startsWith('checkpoints')))
      io.stderr.write(
        `netjson: The run goes on from step ${taken.checkpoint?.counters.step ?? 0}, to the same numbers.\n`,
      );
    const source = await runSource(taken, io, asked.memoryLimit);
    const { numerics, seeds } = taken.info;
    const prepared = prepare(source, { ...asked, epochs: taken.epochs, seed: seeds.training, numerics }, io);
    if (!prepared) return exit.wrong;
    const { trainer } = prepared;
    putWhereItGoesOn(trainer, taken);
    const was = taken.info.backend?.name ?? 'builtin';
    const torch = torchFor(choice, was);
    const backend = torch && (await torchInfo(torch, trainer.config.optimizer.kind));
    run = await taken.open(trainer, source.files, backend);
    if (taken.checkpoint && was !== (backend?.name ?? 'builtin')) io.stderr.write(otherBackend(was));
    // The very samples all the same, as where a column that is ignored was changed.
    const changed = changesOf(taken.info.data.files, source.files);
    if (changed.length > 0)
      io.stderr.write(`netjson: warning: data files have changed, but not the samples. ${changed.join(' ')}\n`);
    const replay = new Replay(trainer, taken.replay);
    const { nextChange: changes, seconds, metrics: before, changes: made } = taken;
    return await drive(prepared, { run, torch, replay, changes, before, made, seconds, ...kept }, reporter, io);
  } finally {
    if (!run) await taken.cancel();
  }
}

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
