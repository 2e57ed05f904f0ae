import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { modelOf } from '../exchange/run';
import { type NewSamples, readNewSamples } from '../data/newSamples';
import { classOf } from '../engine/evaluation';
import type { StoredTarget } from '../engine/preparation';
import { predict as answersOf, predictMonteCarlo } from '../engine/predict';
import { ModelError } from '../model/diagnostics';
import { count, show } from '../model/words';
import { writeAtomically } from '../runs/disk';
import { openRun } from '../runs/open';
import { readPreprocessing } from '../runs/preprocessing';
import { checkpointNamed, readArgs, wholeNumber } from './args';
import { type CliIo, type ExitCode, UsageError, exit } from './io';
import { networkOf } from './network';

export const predictHelp = `netjson predict RUN_DIR --input FILE [--checkpoint NAME] [--mc N] [--unknown refuse|none]
                [--output FILE] [--json]

Answers new samples with a trained network: its best weights, or its last where no epoch
was measured on validation. Samples are prepared as the training data was; columns may
stand in any order, and others are left out. Answers come as CSV, a line a sample in the
order of the file: for classes the answer and the probability of each class, for numbers
each number in the unit of the data.

  --input FILE    a table (.csv, .tsv, .jsonl, .parquet), or for pictures and arrays a .npy or IDX file
  --output FILE   where the answers go; by default standard output
  --checkpoint NAME  other weights: last, or a kept epoch such as epoch-000010
  --mc N          Monte Carlo dropout: the mean of N passes with dropout on, and beside each
                  column its standard deviation over the passes
  --unknown WAY   a category that training never saw: refuse (the default), or none: it
                  counts as none of those seen
  --json          a summary on standard output, as one JSON object; needs --output
`;

const options = {
  input: { type: 'string' },
  output: { type: 'string' },
  checkpoint: { type: 'string' },
  mc: { type: 'string' },
  unknown: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Samples of one pass through the network. */
const BATCH = 256;

export async function predict(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values, positionals } = readArgs('predict', args, options);
  if (values.help) {
    io.stdout.write(predictHelp);
    return exit.done;
  }
  if (positionals.length !== 1)
    throw new UsageError(`predict takes one RUN_DIR, found ${positionals.length === 0 ? 'none' : positionals.length}.`);
  const { input, output, json, unknown = 'refuse' } = values;
  if (!input) throw new UsageError('predict needs --input FILE: the samples to answer.');
  if (output === '') throw new UsageError('--output needs the name of a file.');
  if (json && output === undefined)
    throw new UsageError(
      '--json writes a summary on standard output, where the answers would go: give --output FILE too.',
    );
  if (unknown !== 'refuse' && unknown !== 'none')
    throw new UsageError(`--unknown: "refuse" or "none" expected, found "${unknown}".`);
  const passes = wholeNumber('mc', values.mc, 1, 1_000_000);

  const directory = resolve(io.cwd, positionals[0]);
  const run = await openRun(directory);
  const wanted = checkpointNamed(values.checkpoint, run.checkpoints);
  const stored = await readPreprocessing(directory);
  const model = modelOf(run);
  const bytes = await readInput(input, io.cwd);
  let read: NewSamples;
  try {
    const delimiter = /\.tsv$/i.test(input) ? 'tab' : undefined;
    read = readNewSamples(bytes, basename(input), stored, { unknown, delimiter });
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    io.stderr.write(`netjson: ${error.message}${error.code === 'unseen-category' ? remedy : ''}\n`);
    return exit.wrong;
  }
  for (const [column, { values: some, rows }] of read.unseen)
    io.stderr.write(
      `netjson: warning: column ${show(column)} has ${[...some].slice(0, 5).map(show).join(', ')}${some.size > 5 ? ', …' : ''} in ${count(rows, 'row')}, which training never saw: none of its values counts there.\n`,
    );
  const { network, checkpoint } = await networkOf(model, run, { checkpoint: wanted, maxBatch: BATCH });
  const { samples } = read;
  const mc = passes === undefined ? undefined : predictMonteCarlo(network, samples, stored.target, passes);
  const mean = mc?.mean ?? answersOf(network, samples, stored.target);
  const text = answersText(stored.target, network.outputSize, mean, mc?.deviation);
  if (output === undefined) io.stdout.write(text);
  else await writeOutput(output, text, io.cwd);
  if (json)
    io.stdout.write(
      `${JSON.stringify({
        run: directory,
        input: resolve(io.cwd, input),
        output: resolve(io.cwd, output!),
        rows: samples.count,
        checkpoint,
        ...(passes !== undefined && { mc: { passes } }),
        ignored: read.ignored,
        unseen: Object.fromEntries(
          [...read.unseen].map(([name, u]) => [name, { rows: u.rows, values: [...u.values] }]),
        ),
      })}\n`,
    );
  else if (output !== undefined)
    io.stderr.write(`netjson: ${count(samples.count, 'answer')} in ${output}, by the ${checkpoint} weights.\n`);
  return exit.done;
}

const remedy = ' Correct it, or let it count as none of them: --unknown none.';

async function readInput(file: string, cwd: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(cwd, file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read: ${message}`);
  }
}

async function writeOutput(file: string, text: string, cwd: string): Promise<void> {
  try {
    await writeAtomically(resolve(cwd, file), text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UsageError(`--output: there is no folder ${dirname(file)} for ${basename(file)}.`);
  }
}

/** Answers as CSV. @param deviation of each output over passes with dropout on, where there were such */
function answersText(
  target: StoredTarget,
  columns: number,
  mean: Float64Array,
  deviation: Float64Array | undefined,
): string {
  const { names } = target;
  const isClass = target.type === 'classes';
  const answer = target.columns?.[0] ?? 'class';
  const titles = isClass ? names.map((name) => `${answer}=${name}`) : names;
  const header = [
    ...(isClass ? [answer] : []),
    ...titles.flatMap((title) => [title, ...(deviation ? [`${title} sd`] : [])]),
  ];
  const lines = [header.map(cell).join(',')];
  for (let row = 0; row < mean.length / columns; row++) {
    const at = row * columns;
    // One output for two classes is the probability of the second.
    const isOne = isClass && columns === 1;
    const line: string[] = isClass ? [cell(names[classOf(mean, row, columns)])] : [];
    titles.forEach((_, i) => {
      const place = isOne ? at : at + i;
      line.push(figure(isOne && i === 0 ? 1 - mean[place] : mean[place]));
      if (deviation) line.push(figure(deviation[place]));
    });
    lines.push(line.join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** All that a float32 can tell. */
const figure = (x: number): string => String(Number(x.toPrecision(9)));

const cell = (text: string): string => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
