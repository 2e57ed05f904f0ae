import { isMeetingPlace, pythonOn, type TorchOptions } from '../model/torchOptions';
import { join, resolve } from 'node:path';
import type { Trainer } from '../engine/trainer';
import type { Model } from '../model/model';
import { type StepsMade, TorchBackend } from '../torchrun/backend';
import { takePart } from '../torchrun/join';
import { othersCommand, TorchError } from '../torchrun/process';
import { wholeNumber } from './args';
import { type CliIo, exit, type ExitCode, UsageError } from './io';

export const torchHelp = `
With PyTorch, by python -m torch.distributed.run and DistributedDataParallel:

  --backend torchrun   PyTorch makes the steps, on the same samples in the same order, from
                  the same first weights, with the same masks; what is measured and kept
                  stays the same. The program it runs is kept in the run, in "torchrun".
                  "builtin": the engine makes them. By default as the model says, in its
                  "training", and --resume as the run was made
  --python PATH   the Python that has PyTorch (python3)
  --processes N   on this machine (1); each takes its share of every batch
  --communication NAME  what they speak by: gloo, or nccl where there are GPUs (the default)
  --nodes N --node-rank R --rendezvous HOST:PORT
                  several machines: how many, which of them this is, and where they meet,
                  as the others reach the first. That one, of rank 0, keeps the run; the
                  others, of ranks from 1, need a copy of the model and not its data
  --patience S    seconds without a word after which the program is ended (300)
`;

export const torchOptions = {
  backend: { type: 'string' },
  python: { type: 'string' },
  processes: { type: 'string' },
  communication: { type: 'string' },
  nodes: { type: 'string' },
  'node-rank': { type: 'string' },
  rendezvous: { type: 'string' },
  patience: { type: 'string' },
} as const;

export type Backend = 'builtin' | 'torchrun';

/** What the command line says of PyTorch. */
export interface TorchChoice {
  readonly asked?: Backend;
  readonly options: TorchOptions;
  /** An option that has no meaning for the engine. */
  readonly needing?: string;
}

/** @param cwd what a path is relative to @throws UsageError where an option is wrong, or one is missing */
export function torchFrom(
  values: Partial<Record<keyof typeof torchOptions, string | undefined>>,
  cwd: string,
): TorchChoice {
  const { backend, communication, rendezvous } = values;
  const named = values.python ?? pythonOn(process.platform);
  // The program is started in a folder of its own. A name without a folder is looked for on the PATH.
  const python = /[\\/]/.test(named) ? resolve(cwd, named) : named;
  if (backend !== undefined && backend !== 'builtin' && backend !== 'torchrun')
    throw new UsageError(`--backend: "builtin" or "torchrun" expected, found "${backend}".`);
  const needing = Object.keys(torchOptions).find(
    (name) => name !== 'backend' && values[name as keyof typeof torchOptions] !== undefined,
  );
  if (communication !== undefined && communication !== 'gloo' && communication !== 'nccl')
    throw new UsageError(`--communication: "gloo" or "nccl" expected, found "${communication}".`);
  const count = wholeNumber('nodes', values.nodes, 2, 10_000);
  const rank = wholeNumber('node-rank', values['node-rank'], 0, 9999);
  if ((count === undefined) !== (rendezvous === undefined) || (rank !== undefined && count === undefined))
    throw new UsageError('Several machines need --nodes N, --node-rank R and --rendezvous HOST:PORT together.');
  if (rank !== undefined && rank >= count!)
    throw new UsageError(`--node-rank: of ${count} machines the last has rank ${count! - 1}, found ${rank}.`);
  if (rendezvous !== undefined && !isMeetingPlace(rendezvous))
    throw new UsageError(`--rendezvous: HOST:PORT expected, found "${rendezvous}".`);
  return {
    asked: backend,
    needing,
    options: {
      python,
      processes: wholeNumber('processes', values.processes, 1, 1024),
      ...(communication && { communication }),
      ...(count !== undefined && { hosts: { address: rendezvous!, count, rank: rank ?? 0 } }),
      patience: wholeNumber('patience', values.patience, 1, 1_000_000),
    },
  };
}

/**
 * How PyTorch makes the steps, where it does.
 * @param own what the model or the run says
 * @throws UsageError where an option has no meaning
 */
export function torchFor({ asked, options, needing }: TorchChoice, own: Backend = 'builtin'): TorchOptions | undefined {
  if ((asked ?? own) === 'torchrun') return options;
  if (needing !== undefined)
    throw new UsageError(`--${needing} needs --backend torchrun, or "backend": "torchrun" in the model's "training".`);
  return undefined;
}

/** Where this machine takes part in a run that another one keeps. */
export const isPartOf = ({ hosts }: TorchOptions): boolean => (hosts?.rank ?? 0) > 0;

/** Takes part in such a run until it is over. @throws TorchError, FormatError as `takePart` */
export async function partOfRun(model: Model, options: TorchOptions, io: CliIo): Promise<ExitCode> {
  const { address, rank } = options.hosts!;
  io.stderr.write(`netjson: machine ${rank} takes part in the run of ${address}, which keeps it\n`);
  const said = (line: string): void => void io.stderr.write(`netjson: the program for PyTorch says: ${line}\n`);
  await takePart(model, options, { said, signal: io.interrupt });
  return io.interrupt.aborted ? exit.interrupted : exit.done;
}

export async function openTorch(
  trainer: Trainer,
  directory: string,
  options: TorchOptions,
  io: CliIo,
): Promise<TorchBackend> {
  const folder = join(directory, 'torchrun');
  const backend = await TorchBackend.create(
    trainer,
    folder,
    options,
    (line) => void io.stderr.write(`netjson: the program for PyTorch says: ${line}\n`),
  );
  const others = othersCommand(options);
  if (others !== undefined)
    io.stderr.write(
      `netjson: on each other machine, with its rank for RANK and a copy of the model for MODEL: ${others}\n`,
    );
  return backend;
}

const builtin = 'the built-in engine';

/** Said where a run is gone on with by the other backend. */
export const otherBackend = (was: Backend): string => {
  const [before, after] = was === 'builtin' ? [builtin, 'PyTorch'] : ['PyTorch', builtin];
  return `netjson: warning: the run was trained by ${before} until here, and goes on with ${after}: to numbers that agree to rounding, not to the bit.\n`;
};

/** How much of an epoch is made at once, in seconds: what an interruption loses. */
const SPAN = 1;

/** @returns the steps, or why they were not made */
export async function stepsIn(torch: TorchBackend, io: CliIo): Promise<StepsMade | TorchError> {
  try {
    return await torch.makeSteps({ seconds: SPAN });
  } catch (error) {
    if (!(error instanceof TorchError)) throw error;
    if (!io.interrupt.aborted) torch.stop();
    return error;
  }
}
