// Runs with event files, held against what TensorBoard itself reads of them. Run by scripts/test-peers.mjs:
//   node tensorboard.mjs PYTHON FOLDER
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from '../../src/cli/cli';
import { scalarsOf } from '../../src/runs/eventFile';
import { openRun } from '../../src/runs/open';

const [python, folder] = process.argv.slice(2);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const split = { train: 120, validation: 40, test: 40 };
const layers = (units: number, activation: string, rate: unknown) => [
  { id: 'input', kind: 'input', shape: [2] },
  { id: 'hidden', kind: 'dense', units: 16, activation: 'relu' },
  { id: 'drop', kind: 'dropout', rate },
  { id: 'output', kind: 'dense', units, activation },
];
const falling = { schedule: 'linear', from: 0.5, to: 0, epochs: 6 };
const models: Readonly<Record<string, object>> = {
  classes: {
    version: 1,
    data: { source: 'spiral', samples: 200, split },
    layers: layers(2, 'softmax', 0.5),
    training: { loss: 'crossentropy', optimizer: 'adam', epochs: 9, metrics: ['f1'] },
  },
  scheduled: {
    version: 1,
    data: { source: 'moons', samples: 200, split },
    layers: layers(2, 'softmax', falling),
    training: {
      loss: 'crossentropy',
      optimizer: { kind: 'sgd', learningRate: 0.1 },
      schedule: { kind: 'cosine' },
      epochs: 12,
    },
  },
};

async function netjson(args: readonly string[], stopAt?: string): Promise<void> {
  const interrupt = new AbortController();
  let out = '';
  let err = '';
  const write = (text: string): void => {
    out += text;
    if (stopAt !== undefined && out.includes(stopAt)) interrupt.abort();
  };
  const stderr = { write: (text: string): void => void (err += text) };
  const code = await cli(args, { cwd: folder, interrupt: interrupt.signal, stdout: { write }, stderr, helper: '' });
  if (code !== 0 && !(stopAt !== undefined && code === 130)) throw new Error(`netjson ${args.join(' ')}: ${err}`);
}

/** Tags with their steps and values, as our records have them: what TensorBoard keeps are 32-bit numbers. */
async function expected(directory: string, learningRate: number): Promise<Record<string, [number, number][]>> {
  const { metrics } = await openRun(directory);
  const all: Record<string, [number, number][]> = {};
  for (const record of metrics)
    for (const { tag, value } of scalarsOf(record, record.learningRate ?? learningRate))
      (all[tag] ??= []).push([record.step, Math.fround(value)]);
  return all;
}

const tell = (name: string, problem: string): void => console.log(JSON.stringify({ name, problem }));
const rates: Readonly<Record<string, number>> = { classes: 0.001, scheduled: 0.1 };
const directories = new Map<string, string>();
for (const [name, model] of Object.entries(models)) {
  writeFileSync(join(folder, `${name}.netjson`), JSON.stringify(model));
  await netjson(['train', `${name}.netjson`, '--run-dir', name, '--tensorboard', '--threads', '1']);
  directories.set(name, name);
}
await netjson(['train', 'scheduled.netjson', '--run-dir', 'resumed', '--json', '--threads', '1'], '"epoch":5');
await netjson(['train', '--resume', 'resumed', '--tensorboard', '--threads', '1']);
directories.set('resumed', 'scheduled');

const files = [...directories.keys()].map((run) => {
  const [file] = readdirSync(join(folder, run)).filter((name) => name.includes('.tfevents.'));
  return join(folder, run, file);
});
const { stdout, status, stderr } = spawnSync(python, [join('scripts', 'peers', 'check_tensorboard.py'), ...files], {
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
});
if (status !== 0) throw new Error(stderr);
const read = JSON.parse(stdout) as { version: string; files: Record<string, [number, number][]>[] };
for (const [i, [run, model]] of [...directories].entries()) {
  const wanted = await expected(join(folder, run), rates[model]);
  const found = read.files[i];
  let values = 0;
  let problem = Object.keys(found).sort().join() === Object.keys(wanted).sort().join() ? '' : 'other tags';
  for (const [tag, points] of Object.entries(wanted))
    for (const [n, [step, value]] of points.entries()) {
      const [at, there] = found[tag]?.[n] ?? [];
      if (at === step && there === value && found[tag].length === points.length) values++;
      else problem ||= `${tag}: ${there} at step ${at}, not ${value} at step ${step}`;
    }
  tell(`TensorBoard ${read.version}: ${run}, ${values} values of ${Object.keys(wanted).length} curves`, problem);
}
