import { dirname, resolve } from 'node:path';
import { readTrained } from '../exchange/run';
import { exportTo } from '../exchange/write';
import { exportFormats } from '../formats/exchange/exports';
import { didYouMean } from '../model/suggest';
import type { CheckpointName } from '../runs/open';
import { readArgs } from './args';
import { type CliIo, type ExitCode, UsageError, exit } from './io';

const formats = [...exportFormats.values()];

export const exportHelp = `netjson export RUN_DIR --format FORMAT --output PATH [--dropout] [--scaling]
               [--checkpoint NAME] [--json]

Writes a trained network for another program: its best weights, or its last where no
epoch was measured on validation.

${formats.map(({ kind, help }) => `  ${kind.padEnd(12)} ${wrapped(help)}\n`).join('')}
  --output PATH      a file, or for formats of several files a new or empty folder
  --dropout          dropout drops in what is written, with the rates of the model
                     (${having('dropout')}); without, it is left out
  --scaling          the numbers go in and come out as they are in the data: scaling is
                     part of what is written (${having('scaling')})
  --checkpoint NAME  other weights than the best: "last", or "epoch-" and a number
  --json             one JSON object on standard output
`;

const options = {
  format: { type: 'string' },
  output: { type: 'string' },
  dropout: { type: 'boolean' },
  scaling: { type: 'boolean' },
  checkpoint: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export async function exportRun(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values, positionals } = readArgs('export', args, options);
  if (values.help) {
    io.stdout.write(exportHelp);
    return exit.done;
  }
  if (positionals.length !== 1)
    throw new UsageError(`export takes one RUN_DIR, found ${positionals.length === 0 ? 'none' : positionals.length}.`);
  const { format: kind, output, dropout = false, scaling = false, checkpoint } = values;
  const format = kind === undefined ? undefined : exportFormats.get(kind);
  if (!format) {
    const known = [...exportFormats.keys()];
    throw new UsageError(
      kind === undefined
        ? `export needs --format: ${known.join(', ')}.`
        : `--format: there is no "${kind}".${didYouMean(kind, known) || ` Formats are ${known.join(', ')}.`}`,
    );
  }
  if (!output) throw new UsageError(`export needs --output PATH, such as ${format.name}.`);
  for (const [name, given] of Object.entries({ dropout, scaling }))
    if (given && !format.options.includes(name as 'dropout' | 'scaling'))
      throw new UsageError(`--${name} makes no difference to ${format.title}: leave it out.`);
  if (checkpoint !== undefined && !/^(last|best|epoch-\d+)$/.test(checkpoint))
    throw new UsageError(`--checkpoint: "last", "best" or "epoch-" and a number expected, found "${checkpoint}".`);

  const run = await readTrained(resolve(io.cwd, positionals[0]), checkpoint as CheckpointName | undefined);
  const { written, notes } = await exportTo(resolve(io.cwd, output), format.kind, run, {
    ...{ dropout, scaling },
    programs: dirname(io.helper),
  });
  for (const { layer, message } of notes) io.stderr.write(`netjson: note: layer "${layer}": ${message}\n`);
  if (values.json)
    io.stdout.write(
      `${JSON.stringify({ format: format.kind, run: run.run.directory, checkpoint: run.checkpoint, written, notes })}\n`,
    );
  else io.stderr.write(`netjson: ${format.title} in ${output}, by the ${run.checkpoint} weights.\n`);
  return exit.done;
}

/** Formats that an option makes a difference to. */
function having(option: 'dropout' | 'scaling'): string {
  return formats
    .filter((format) => format.options.includes(option))
    .map(({ kind }) => kind)
    .join(', ');
}

/** In lines that stand behind the formats' names. */
function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (lines[lines.length - 1].length + word.length > 72) lines.push('');
    lines[lines.length - 1] += `${lines[lines.length - 1] === '' ? '' : ' '}${word}`;
  }
  return lines.join(`\n${' '.repeat(15)}`);
}
