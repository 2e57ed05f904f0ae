import { availableParallelism, cpus } from 'node:os';
import { version } from '../../package.json';
import { allCoverage } from '../engine/kernels/coverage';
import type { KernelSet } from '../engine/kernels/set';
import { MOST_THREADS } from '../engine/kernels/wasm/machine';
import { parametersOf } from '../model/model';
import { readArgs, wholeNumber } from './args';
import { chooseKernels } from './benchKernels';
import { type Now, type Product, modelOf, operationsOf, productOf, rateOf, timeSteps, trainerOf } from './benchSteps';
import { type Workload, randomData, workloads } from './benchWorkloads';
import { type CliIo, type ExitCode, type Output, UsageError, exit } from './io';
import { count, duration, table } from './text';

export const benchHelp = `netjson bench [--threads N] [--kernels] [--json]

Tells how fast this machine trains: steps a second of four networks, on random data
made in memory, and what that means for one epoch of 60,000 samples. Takes some
seconds. Other programs at work make it slower: quote no single figure.

  --threads N  threads to train on; by itself, as training does it: no more than the
               machine has cores, and a small network has work for
  --kernels    list what runs on the kernel set and what on the reference path,
               and measure nothing
  --json       one JSON object a line
`;

/** What the measuring needs of the world, so that tests have a clock of their own. */
export interface BenchTools {
  readonly now: Now;
  /** How long each figure is measured. */
  readonly seconds: number;
  readonly workloads: readonly Workload[];
  readonly choose: typeof chooseKernels;
}

/** The largest product of workload a. */
const product: Product = { form: 'AB', m: 128, n: 1024, depth: 1024 };
/** As many as MNIST has: what an epoch is told for. */
const epochSamples = 60_000;

export async function bench(args: readonly string[], io: CliIo, tools?: Partial<BenchTools>): Promise<ExitCode> {
  const { values, positionals } = readArgs('bench', args, {
    threads: { type: 'string' },
    kernels: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) {
    io.stdout.write(benchHelp);
    return exit.done;
  }
  if (positionals.length > 0) throw new UsageError(`bench takes no FILE, found "${positionals[0]}".`);
  const threads = wholeNumber('threads', values.threads, 1, MOST_THREADS);
  const all: BenchTools = { now: () => performance.now(), seconds: 0.5, workloads, choose: chooseKernels, ...tools };
  if (values.kernels) {
    const { kernels } = await all.choose({ helper: io.helper });
    const lists = coverage(kernels);
    if (values.json) printEvent(io.stdout, { event: 'kernels', kernels: kernels.name, ...lists });
    else printCoverage(io.stdout, kernels.name, lists);
    return exit.done;
  }
  return measure(all, threads, values.json, io);
}

interface Measured {
  readonly workload: Workload;
  readonly threads: number;
  readonly parameters: number;
  readonly stepsPerSecond: number;
  /** Of 60,000 samples, the evaluation at its end with it. */
  readonly epochSeconds: number;
}

async function measure(tools: BenchTools, threads: number | undefined, json = false, io: CliIo): Promise<ExitCode> {
  const { seconds, now, choose } = tools;
  const cpu = cpus()[0]?.model.trim() || 'unknown';
  const machine = { cpu, cores: availableParallelism(), node: process.versions.node };
  const forProduct = await choose({ helper: io.helper });
  const { name } = forProduct.kernels;
  if (json) printEvent(io.stdout, { event: 'start', version, ...machine, kernels: name });
  else
    io.stdout.write(
      `netjson ${version} on ${machine.cpu}, ${count(machine.cores)} cores, Node ${machine.node}\nkernel set: ${name}\n\n`,
    );
  const found: Measured[] = [];
  for (const workload of tools.workloads) {
    const measured = await measureWorkload(workload, threads, io.helper, tools);
    found.push(measured);
    if (json) {
      const { workload: of, threads, parameters } = measured;
      const line = {
        event: 'workload',
        workload: of.id,
        title: of.title,
        parameters,
        batchSize: of.batchSize,
        threads,
      };
      const [stepsPerSecond, epochSeconds] = [measured.stepsPerSecond, measured.epochSeconds].map(digits);
      printEvent(io.stdout, { ...line, stepsPerSecond, epochSeconds });
    }
    // Ctrl+C is heard between two measurements, and what was measured is told.
    await new Promise(setImmediate);
    if (io.interrupt.aborted) break;
  }
  const interrupted = io.interrupt.aborted;
  const gflops = interrupted ? undefined : measureProduct(forProduct.kernels, seconds, now);
  if (!json) printText(io.stdout, found, gflops);
  else if (gflops !== undefined) printEvent(io.stdout, { event: 'product', ...product, gflops: digits(gflops) });
  return interrupted ? exit.interrupted : exit.done;
}

async function measureWorkload(
  workload: Workload,
  asked: number | undefined,
  helper: string,
  { seconds, now, choose }: BenchTools,
): Promise<Measured> {
  const { batchSize } = workload;
  const { kernels, threads, release } = await choose({ threads: asked, model: modelOf(workload), helper });
  try {
    // Enough that no batch of an epoch comes from a cache that the last one warmed; few enough to be made at once.
    const trainer = trainerOf(workload, randomData(workload, 16 * batchSize, 2 * batchSize), kernels);
    const stepsPerSecond = rateOf((steps) => timeSteps(trainer, steps, now), seconds);
    const { count: samples } = trainer.dataset.validation;
    const evaluationsPerSecond = rateOf((times) => {
      const begin = now();
      for (let i = 0; i < times; i++) trainer.evaluate('validation');
      return (now() - begin) / 1000;
    }, seconds / 4);
    return {
      workload,
      threads,
      parameters: parametersOf(trainer.network.model),
      stepsPerSecond,
      epochSeconds:
        Math.ceil(epochSamples / batchSize) / stepsPerSecond + epochSamples / (samples * evaluationsPerSecond),
    };
  } finally {
    await release();
  }
}

const measureProduct = (kernels: KernelSet, seconds: number, now: Now): number =>
  (rateOf(productOf(kernels, product, now), seconds) * operationsOf(product)) / 1e9;

const printEvent = (output: Output, event: object): void => void output.write(`${JSON.stringify(event)}\n`);

/** What was measured is good for three digits, no more. */
const digits = (x: number): number => Number(x.toPrecision(3));
const rate = (x: number): string => (x < 100 ? String(digits(x)) : count(digits(x)));

function printText(output: Output, found: readonly Measured[], gflops: number | undefined): void {
  const rows = found.map(({ workload: { id, title, batchSize }, threads, parameters, stepsPerSecond }) => [
    id,
    title,
    count(parameters),
    String(batchSize),
    String(threads),
    rate(stepsPerSecond),
  ]);
  output.write(table([['', 'network', 'parameters', 'batch', 'threads', 'steps/s'], ...rows], [2, 3, 4, 5]));
  if (gflops !== undefined) {
    const { m, n, depth } = product;
    output.write(`\nmatrix product ${m} x ${n} x ${depth}, one thread: ${rate(gflops)} GFLOP/s\n`);
  }
  output.write('\nWhat to expect, the evaluation after each epoch with it:\n');
  for (const { workload, epochSeconds } of found)
    output.write(
      `  a network like ${workload.id}, ${count(epochSamples)} samples: one epoch takes about ${duration(epochSeconds)}\n`,
    );
}

const groups = { layer: 'layers', activation: 'activations', loss: 'losses', optimizer: 'optimizers' };

interface Coverage {
  /** Such as "layer:dense". */
  readonly covered: readonly string[];
  readonly reference: readonly string[];
}

/** Of all there is to run, what a kernel set has kernels for. */
function coverage({ coverage: has }: KernelSet): Coverage {
  const all = allCoverage();
  return { covered: all.filter((name) => has.has(name)), reference: all.filter((name) => !has.has(name)) };
}

function printCoverage(output: Output, name: string, { covered, reference }: Coverage): void {
  output.write(`kernel set: ${name}\n`);
  const print = (title: string, names: readonly string[]): void => {
    output.write(`\n${title}\n`);
    if (names.length === 0) output.write('  nothing\n');
    for (const [group, plural] of Object.entries(groups)) {
      const kinds = names.filter((n) => n.startsWith(`${group}:`)).map((n) => n.slice(group.length + 1));
      if (kinds.length > 0) output.write(wrapped(`  ${plural.padEnd(11)}  `, kinds));
    }
  };
  print('with kernels of its own:', covered);
  print('on the reference path, in plain TypeScript:', reference);
}

/** A list behind its heading, in lines of a terminal. */
function wrapped(heading: string, words: readonly string[]): string {
  const lines: string[] = [];
  let line = heading;
  for (const [i, word] of words.entries()) {
    const text = i < words.length - 1 ? `${word}, ` : word;
    if (line.length + text.length > 86) {
      lines.push(line.trimEnd());
      line = ' '.repeat(heading.length);
    }
    line += text;
  }
  return [...lines, line].join('\n') + '\n';
}
