import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { count } from '../model/words';
import type { TorchOptions } from '../model/torchOptions';
import type { TorchBackendInfo } from '../runs/info';
import { descendantsOf } from './processTree';

/** PyTorch cannot be used, or its program went wrong: the message says what to do. */
export class TorchError extends Error {
  override readonly name = 'TorchError';
}

/** What the program says of itself when it is ready. */
export interface TorchReady {
  readonly event: 'ready';
  /** The version of PyTorch. */
  readonly torch: string;
  /** On all machines together. */
  readonly processes: number;
  /** Such as "cpu" or "cuda:0": of the first process. */
  readonly device: string;
}

/** One line of the program. */
export type TorchRecord =
  TorchReady | { readonly event: 'progress'; readonly epoch: number; readonly steps: number } | StepsRecord;

/** Steps that were made. */
export interface StepsRecord {
  readonly event: 'steps';
  readonly epoch: number;
  /** Number of the first, from 0. */
  readonly step: number;
  /** One a step. */
  readonly losses: readonly number[];
  /** That they took, without what was read and written for them. */
  readonly seconds: number;
}

/** What a run keeps of it. @throws TorchError where PyTorch cannot be used, with what to install */
export async function torchInfo(options: TorchOptions, optimizer: string): Promise<TorchBackendInfo> {
  const torch = await checkTorch(options.python, optimizer);
  return { name: 'torchrun', torch, processes: (options.processes ?? 1) * (options.hosts?.count ?? 1) };
}

/** The arguments of Python for a program in its folder. @param rank of the machine, where there are several */
export function launchArguments({ processes = 1, hosts, communication }: TorchOptions, rank = hosts?.rank): string[] {
  // Where there are several machines, each has the rank that it was given: the first is told what to do.
  const [address, port] = hosts?.address.split(/:(?=\d+$)/) ?? [];
  const meeting = hosts
    ? [
        `--nnodes=${hosts.count}`,
        `--node_rank=${rank}`,
        '--rdzv_backend=static',
        `--master_addr=${address}`,
        `--master_port=${port}`,
      ]
    : // A port that is free: several runs may train at once.
      ['--nnodes=1', '--rdzv_backend=c10d', '--rdzv_endpoint=localhost:0'];
  return [
    '-m',
    'torch.distributed.run',
    ...meeting,
    `--nproc_per_node=${processes}`,
    '--max_restarts=0',
    // Nothing of any process there is goes to files. PyTorch 1.13 cannot read its own way to say that in Python 3.11.
    `--redirects=${processes}:3`,
    `--tee=${processes}:3`,
    'train.py',
    ...(communication ? [communication] : []),
  ];
}

/** What starts the program on the other machines, where there are some: RANK stands for theirs, from 1. */
export const othersCommand = ({ hosts, processes = 1, communication }: TorchOptions): string | undefined => {
  if (!hosts) return undefined;
  const more = communication ? ` --communication ${communication}` : '';
  return `netjson train MODEL --backend torchrun --nodes ${hosts.count} --node-rank RANK --rendezvous ${hosts.address} --processes ${processes}${more}`;
};

/** The oldest release that the program was tried with. */
const OLDEST = [1, 13] as const;
/** Seconds that the first import of PyTorch may take, from a cold disk. */
const IMPORTING = 120;

/**
 * @param optimizer of the model
 * @returns the version of PyTorch @throws TorchError where there is none that can be used, with what to install
 */
export async function checkTorch(python: string, optimizer?: string): Promise<string> {
  const { code, out, missing } = await asked(python);
  if (missing)
    throw new TorchError(
      `There is no Python "${python}": install Python 3 with PyTorch, or name the one that has it, with --python or the setting dropoutStudio.pytorch.python.`,
    );
  const install = (what: string): string => `install it with "${python} -m pip install ${what}".`;
  if (code === undefined)
    throw new TorchError(`"${python}" did not import PyTorch within ${count(IMPORTING, 'second')}: try it by hand.`);
  if (code !== 0) throw new TorchError(`"${python}" has no PyTorch: ${install('torch numpy')}`);
  const version = out.trim().split('\n').at(-1)!.trim();
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  if (major === undefined)
    throw new TorchError(
      `"${python}" says that its PyTorch is of version "${version.slice(0, 80)}": is it a Python 3?`,
    );
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    throw new TorchError(
      `"${python}" has PyTorch ${version}, and ${OLDEST.join('.')} is the oldest that can be used: ${install('--upgrade torch')}`,
    );
  // Before its release 2, its NAdam multiplied the momenta by one too many.
  if (optimizer === 'nadam' && major < 2)
    throw new TorchError(
      `"${python}" has PyTorch ${version}, whose NAdam is another: 2.0 is the oldest for it: ${install('--upgrade torch')}`,
    );
  return version;
}

/** @returns no code where it did not answer in time */
async function asked(python: string): Promise<{ code?: number | null; out: string; missing?: boolean }> {
  return new Promise((settle) => {
    const child = spawn(python, ['-c', 'import numpy, torch; print(torch.__version__)'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    let out = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      settle({ out });
    }, IMPORTING * 1000);
    child.stdout.on('data', (data: Buffer) => (out = (out + data.toString()).slice(-2000)));
    child.on('error', () => {
      clearTimeout(timer);
      settle({ out, missing: true });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      settle({ code, out });
    });
  });
}

const isWindows = process.platform === 'win32';

/** Seconds that processes have to end by themselves. */
const LEAVE = 5;

/** Lines that are no records: what a library or a hook of the environment prints is passed on, but not without an end. */
const MOST_STRAY = 1000;

/** A program for PyTorch at work. Whatever goes wrong with it is a TorchError of `next`. */
export class TorchProcess {
  readonly #child: ChildProcess;
  readonly #records: TorchRecord[] = [];
  readonly #patience: number;
  #stray = 0;
  #isEnding = false;
  /** Whether all that had its output are gone. */
  #isClosed = false;
  #errors = '';
  #failure: TorchError | undefined;
  #wake: (() => void) | undefined;

  /** @param folder of train.py @param said is told lines that are no records */
  constructor(
    folder: string,
    options: TorchOptions,
    private readonly said: (line: string) => void = () => undefined,
  ) {
    this.#patience = options.patience ?? 300;
    const child = spawn(options.python, launchArguments(options), {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own, which is ended as a whole; and who interrupts this process does not interrupt that one.
      detached: !isWindows,
      windowsHide: true,
      env: { ...process.env, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.#read(line));
    child.stderr.on('data', (data: Buffer) => (this.#errors = (this.#errors + data.toString()).slice(-20_000)));
    // It ended before it read what it was told: `close` says why.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.#fail(`It could not be started: ${error.message}`));
    child.on('close', (code, signal) => {
      this.#isClosed = true;
      this.#fail(`It ended (${signal ?? `exit code ${code}`}).${this.#reason()}`);
    });
  }

  /** Tells the program what to do next: one line of JSON. */
  tell(order: object): void {
    this.#child.stdin!.write(`${JSON.stringify(order)}\n`);
  }

  /** The next record. @throws TorchError where the program ended, printed what it should not, or says nothing for too long */
  async next(): Promise<TorchRecord> {
    for (;;) {
      const record = this.#records.shift();
      if (record) return record;
      if (this.#failure) throw this.#failure;
      const spoke = await new Promise<boolean>((settle) => {
        const timer = setTimeout(() => settle(false), this.#patience * 1000);
        this.#wake = () => {
          clearTimeout(timer);
          settle(true);
        };
      });
      this.#wake = undefined;
      if (spoke) continue;
      this.#fail(
        `It has said nothing for ${count(this.#patience, 'second')}, and was ended. If its steps take that long, allow more with --patience or the setting dropoutStudio.pytorch.patience.`,
      );
      this.kill();
    }
  }

  /** Waits until it ends by itself, as it does where another machine keeps the run. @throws TorchError where it went wrong */
  async over(): Promise<void> {
    if (!this.#isClosed) await new Promise((settle) => this.#child.once('close', settle));
    if (this.#child.exitCode !== 0) throw this.#failure!;
  }

  /** Waits until it can be told what to do. @throws TorchError as `next` */
  async ready(): Promise<TorchReady> {
    for (;;) {
      const record = await this.next();
      if (record.event === 'ready') return record;
    }
  }

  /** Lets the program end by itself, or ends it where it does not within some seconds. */
  async end(): Promise<void> {
    const child = this.#child;
    if (this.#isClosed) return;
    const closed = new Promise<void>((settle) => child.once('close', () => settle()));
    child.stdin!.end();
    const timer = setTimeout(() => this.kill(), 10_000);
    await closed;
    clearTimeout(timer);
  }

  /** Ends it and its processes: those that do not end when they are asked to within some seconds are made to. */
  kill(): void {
    this.#fail('It was stopped.');
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#child.stdin!.destroy();
    // They must be known before the launcher goes, from which they are known.
    const { pid } = this.#child;
    const descendants = pid === undefined || this.#isClosed ? undefined : descendantsOf(pid);
    void descendants?.finally(() => this.#signal('SIGTERM'));
    const timer = setTimeout(() => {
      this.#signal('SIGKILL');
      void descendants?.then((end) => end());
    }, LEAVE * 1000);
    this.#child.once('close', () => clearTimeout(timer));
  }

  /** To the launcher and all processes of its group; others end by themselves when nobody is there to tell them more. */
  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.#child;
    try {
      if (pid !== undefined && !isWindows) process.kill(-pid, signal);
      else this.#child.kill(signal);
    } catch {
      // They have ended.
    }
  }

  #read(line: string): void {
    const record = recordOf(line);
    if (record) this.#records.push(record);
    else if (++this.#stray <= MOST_STRAY) this.said(line.slice(0, 500));
    else if (!this.#failure) {
      this.#fail(`It printed more than ${MOST_STRAY} lines that are no records, the last "${line.slice(0, 80)}".`);
      this.kill();
    }
    this.#wake?.();
  }

  #fail(message: string): void {
    this.#failure ??= new TorchError(`The program for PyTorch did not go on. ${message}`);
    this.#wake?.();
  }

  /** The last line of an error that Python tells, which names it. */
  #reason(): string {
    const lines = this.#errors.split('\n');
    const named = lines
      .filter((line) => /^(\[rank\d+\]: )?\w*(Error|Exception|Interrupt)\b/.test(line))
      .map((l) => l.trim());
    const own = named.find((line) => !line.includes('ChildFailedError'));
    const [, signal] = /Signal \d+ \((SIG\w+)\) received by PID/.exec(this.#errors) ?? [];
    if (own === undefined && signal !== undefined)
      return ` A process of it was ended by ${signal}: by somebody, or by the system, as where memory is used up.`;
    // Lines of a frame tell nothing.
    const last = own ?? lines.filter((line) => /\w/.test(line)).pop();
    return last === undefined ? '' : ` ${last.trim().slice(0, 400)}`;
  }
}

/** A line as a record; undefined where it is none. */
export function recordOf(line: string): TorchRecord | undefined {
  if (!line.startsWith('{')) return undefined;
  let value: Partial<Record<string, unknown>>;
  try {
    // Python writes what is no number as NaN and Infinity, which JSON has not.
    value = JSON.parse(line.replaceAll(/(?<=[[ ])-?(?:NaN|Infinity)(?=[,\]])/g, 'null')) as typeof value;
  } catch {
    return undefined;
  }
  const { event, losses, epoch, step, seconds } = value;
  if (event === 'ready') return { event, ...readyOf(value) };
  if (event === 'progress') return value as unknown as TorchRecord;
  if (event !== 'steps' || !Array.isArray(losses)) return undefined;
  if (!losses.every((loss) => loss === null || typeof loss === 'number')) return undefined;
  return {
    event,
    epoch: Number(epoch),
    step: Number(step),
    losses: losses.map((loss: number | null) => loss ?? NaN),
    seconds: Number(seconds ?? 0),
  };
}

const readyOf = ({ torch, processes, device }: Partial<Record<string, unknown>>): Omit<TorchReady, 'event'> => ({
  torch: String(torch),
  processes: Number(processes),
  device: String(device),
});
