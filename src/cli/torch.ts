import { isMeetingPlace, pythonOn, type TorchOptions } from '../model/torchOptions';
import { join } from 'node:path';
import type { Trainer } from '../engine/trainer';
import { type StepsMade, TorchBackend } from '../torchrun/backend';
import { othersCommand, TorchError } from '../torchrun/process';
import { wholeNumber } from './args';
import { type CliIo, UsageError } from './io';

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
                  several machines: how many, which of them this is, and where they meet.
                  The others run the same program from a copy of the folder "torchrun"
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

/** @throws UsageError where an option is wrong, or one is missing */
export function torchFrom(values: Partial<Record<keyof typeof torchOptions, string | undefined>>): TorchChoice {
  const { backend, python = pythonOn(process.platform), communication, rendezvous } = values;
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
  if (rank !== undefined && rank > 0)
    throw new UsageError('--node-rank: the run is kept by the machine of rank 0; start train.py itself on the others.');
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
    io.stderr.write(`netjson: on each other machine, in a copy of ${folder}, with its rank for RANK: ${others}\n`);
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
