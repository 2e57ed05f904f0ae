import { resolve } from 'node:path';
import { evaluate as measure } from '../engine/evaluation';
import { measurePredictive } from '../engine/predictive';
import { modelOf } from '../exchange/run';
import { changesOf } from '../runs/dataFiles';
import { foldersOf, openRun } from '../runs/open';
import { fingerprint } from '../runs/store';
import { checkpointNamed, memoryLimitOf, readArgs, wholeNumber } from './args';
import { type CliIo, type ExitCode, UsageError, exit } from './io';
import { networkOf } from './network';
import { isWrong, printDiagnostics, runSource } from './source';
import { count, figure, table } from './text';

export const evaluateHelp = `netjson evaluate RUN_DIR [--split test|validation|train] [--checkpoint NAME] [--mc N]
                 [--memory-limit MIB] [--json]

Measures a trained network on a part of the data it was made with, dropout off: its loss
and the metrics of its model. Where the data has changed since, that is said.

  --split PART      test (the default), validation or train
  --checkpoint NAME best (the default where there is one), last, or a kept epoch such as
                    epoch-000010
  --mc N            also Monte Carlo dropout, N passes with dropout on: how good their mean
                    is, and the predictive log likelihood (Gal and Ghahramani, 2016)
  --memory-limit MIB  what the network may take, and its samples besides, in MiB (2048)
  --json            one JSON object on standard output
`;

const options = {
  split: { type: 'string' },
  checkpoint: { type: 'string' },
  mc: { type: 'string' },
  'memory-limit': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const parts = ['test', 'validation', 'train'] as const;

export async function evaluate(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values, positionals } = readArgs('evaluate', args, options);
  if (values.help) {
    io.stdout.write(evaluateHelp);
    return exit.done;
  }
  if (positionals.length !== 1)
    throw new UsageError(
      `evaluate takes one RUN_DIR, found ${positionals.length === 0 ? 'none' : positionals.length}.`,
    );
  const split = parts.find((part) => part === (values.split ?? 'test'));
  if (!split) throw new UsageError(`--split: "test", "validation" or "train" expected, found "${values.split}".`);
  const passes = wholeNumber('mc', values.mc, 1, 1_000_000);
  const memoryLimit = memoryLimitOf(values['memory-limit']);

  const directory = resolve(io.cwd, positionals[0]);
  const run = await openRun(directory);
  const model = modelOf(run);
  const info = run.info!;
  const wanted = checkpointNamed(values.checkpoint, run.checkpoints);
  const folders = foldersOf({ directory, info });
  const source = await runSource({ directory, modelText: run.modelText!, folders, info }, io, memoryLimit);
  printDiagnostics(io.stderr, source, source.diagnostics);
  if (isWrong(source)) return exit.wrong;
  const dataset = source.data?.dataset;
  if (!dataset) throw new UsageError(`The model of ${directory} has no "data" to measure it on.`);
  const changed = fingerprint(dataset) !== info.data.sha256;
  const changes = changesOf(info.data.files, source.files);
  if (changed)
    io.stderr.write(
      `netjson: warning: the data is not what the run was made with. ${changes.map((c) => `${c} `).join('')}It is split anew: among the samples measured may be some that the run was trained on.\n`,
    );
  else if (changes.length > 0)
    io.stderr.write(`netjson: warning: data files have changed, but not the samples. ${changes.join(' ')}\n`);
  const samples = dataset[split];
  if (samples.count === 0) {
    const others = parts.filter((part) => dataset[part].count > 0);
    throw new UsageError(`The run has no ${split} samples. It has some for --split ${others.join(' or ')}.`);
  }
  const { network, checkpoint } = await networkOf(model, run, { checkpoint: wanted });
  const metrics = measure(network, samples, dataset.target);
  const held = dataset.validation.count > 0 ? 'validation' : 'train';
  const mc =
    passes === undefined ? undefined : measurePredictive(network, samples, dataset.target, passes, dataset[held]);
  if (values.json) {
    const noiseFrom = mc && 'noise' in mc ? { noiseFrom: held } : {};
    io.stdout.write(
      `${JSON.stringify({ split, samples: samples.count, checkpoint, metrics, ...(mc && { mc: { ...mc, ...noiseFrom } }), ...(changed && { dataChanged: true }) })}\n`,
    );
    return exit.done;
  }
  const rows = Object.entries(metrics).map(([name, value]) => [name, figure(value!)]);
  io.stdout.write(`${count(samples.count)} ${split} samples, ${checkpoint} weights, dropout off\n${table(rows, [1])}`);
  if (!mc) return exit.done;
  const told =
    'nll' in mc
      ? [
          ['accuracy', figure(mc.accuracy)],
          ['negative log likelihood', figure(mc.nll)],
          ['entropy', figure(mc.entropy)],
          ['mutual information', figure(mc.mutualInformation)],
        ]
      : [
          ['rmse', figure(mc.rmse)],
          ['log likelihood', mc.logLikelihood === undefined ? 'without bounds: no noise' : figure(mc.logLikelihood)],
          [`noise (by ${held} samples)`, mc.noise.map(figure).join(', ')],
        ];
  io.stdout.write(`mean of ${count(mc.passes)} passes with dropout on\n${table(told, [1])}`);
  return exit.done;
}
