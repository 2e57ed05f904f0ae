import { join } from 'node:path';
import type { Trainer } from '../engine/trainer';
import { TorchBackend } from '../torchrun/backend';
import { TorchError, type TorchOptions } from '../torchrun/process';
import { wholeNumber } from './args';
import { type CliIo, UsageError } from './io';

export const torchHelp = `
With PyTorch, by python -m torch.distributed.run and DistributedDataParallel:

  --backend torchrun   PyTorch makes the steps, on the same samples in the same order, from
                  the same first weights; what is measured and kept stays the same. The
                  program it runs is kept in the run, in "torchrun"
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

/**
 * What the command line says of PyTorch; nothing where the engine trains.
 * @throws UsageError where an option has no meaning, or one is missing
 */
export function torchFrom(
  values: Partial<Record<keyof typeof torchOptions, string | undefined>>,
): TorchOptions | undefined {
  const { backend, python = 'python3', communication, rendezvous } = values;
  if (backend !== 'torchrun') {
    if (backend !== undefined && backend !== 'builtin')
      throw new UsageError(`--backend: "builtin" or "torchrun" expected, found "${backend}".`);
    const stray = Object.keys(torchOptions).find(
      (name) => name !== 'backend' && values[name as keyof typeof torchOptions] !== undefined,
    );
    if (stray !== undefined) throw new UsageError(`--${stray} needs --backend torchrun.`);
    return undefined;
  }
  if (communication !== undefined && communication !== 'gloo' && communication !== 'nccl')
    throw new UsageError(`--communication: "gloo" or "nccl" expected, found "${communication}".`);
  const count = wholeNumber('nodes', values.nodes, 2, 10_000);
  const rank = wholeNumber('node-rank', values['node-rank'], 0, 9999);
  if ((count === undefined) !== (rendezvous === undefined) || (rank !== undefined && count === undefined))
    throw new UsageError('Several machines need --nodes N, --node-rank R and --rendezvous HOST:PORT together.');
  if (rank !== undefined && rank > 0)
    throw new UsageError('--node-rank: the run is kept by the machine of rank 0; start train.py itself on the others.');
  if (rendezvous !== undefined && !/^[^\s:]+:\d+$/.test(rendezvous))
    throw new UsageError(`--rendezvous: HOST:PORT expected, found "${rendezvous}".`);
  return {
    python,
    processes: wholeNumber('processes', values.processes, 1, 1024),
    ...(communication && { communication }),
    ...(count !== undefined && { hosts: { address: rendezvous!, count, rank: rank ?? 0 } }),
    patience: wholeNumber('patience', values.patience, 1, 1_000_000),
  };
}

export const openTorch = (
  trainer: Trainer,
  directory: string,
  options: TorchOptions,
  io: CliIo,
): Promise<TorchBackend> =>
  TorchBackend.create(
    trainer,
    join(directory, 'torchrun'),
    options,
    (line) => void io.stderr.write(`netjson: the program for PyTorch says: ${line}\n`),
  );

/** @returns why the steps were not made, where they were not */
export async function stepsIn(torch: TorchBackend, io: CliIo): Promise<TorchError | undefined> {
  try {
    await torch.makeSteps();
    return undefined;
  } catch (error) {
    if (!(error instanceof TorchError)) throw error;
    if (!io.interrupt.aborted) torch.stop();
    return error;
  }
}
