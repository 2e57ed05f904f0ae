// Holds the product against figures from outside: node scripts/verify.mjs   (after a build; takes minutes)
//   digits          four ways of dropping, five seeds each, beside PyTorch on the same samples (scripts/peers/digits.py)
//                   and beside figures of a PyTorch run whose split and label noise were drawn otherwise
//   breast cancer   the example must be right for at least 95 of 100 test patients
// Exits 1 where breast cancer falls short, or the digits' means leave PyTorch's on the same samples.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = process.argv[2] ?? join(root, 'dist/cli.js');
if (!existsSync(cli)) {
  console.error(`verify: ${cli} is missing; run "npm run build" first, or name the command line's bundle`);
  process.exit(2);
}
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'netjson-verify-'));
const seeds = [1, 2, 3, 4, 5];

/** On the same samples, from the same distribution of first weights. Seeds differ in weights, order and masks. */
const peers = JSON.parse(readFileSync(join(root, 'test/fixtures/peers/digits-pytorch.json'), 'utf8'));
const peerOf = ({ input, hidden }) =>
  peers.variants.find((v) => v.initial === 'glorot' && v.input === input && v.hidden === hidden).runs;
/** How far means over five seeds may be apart: some two standard errors. The loss's relative. */
const tolerance = { accuracy: 0.015, loss: 0.15 };

/** The other PyTorch run's mean test accuracy, its deviation, and the mean of its last validation loss. */
const variants = [
  { name: 'no dropout', input: 0, hidden: 0, accuracy: 0.849, deviation: 0.009, loss: 0.563 },
  { name: '0.3', input: 0, hidden: 0.3, accuracy: 0.908, deviation: 0.007, loss: 0.352 },
  { name: '0.5', input: 0, hidden: 0.5, accuracy: 0.927, deviation: 0.007, loss: 0.33 },
  { name: '0.5, and 0.2 on the input', input: 0.2, hidden: 0.5, accuracy: 0.935, deviation: 0.004, loss: 0.356 },
];

const dense = (id, units, activation) => ({ id, kind: 'dense', units, activation });
const drop = (id, rate) => ({ id, kind: 'dropout', rate });

/** The network of examples/digits.netjson. The seed draws split and label noise as well as weights, order and masks. */
const digits = ({ input, hidden }, seed) => ({
  version: 1,
  data: {
    source: 'csv',
    path: join(root, 'examples/data/digits.csv'),
    target: 'digit',
    scale: 'divide',
    divisor: 16,
    split: { train: 300, validation: 400, test: 1097 },
    labelNoise: 0.1,
    seed,
  },
  layers: [
    { id: 'input', kind: 'input', shape: [64], image: [8, 8] },
    ...(input > 0 ? [drop('drop0', input)] : []),
    dense('dense1', 128, 'relu'),
    drop('drop1', hidden),
    dense('dense2', 64, 'relu'),
    drop('drop2', hidden),
    dense('output', 10, 'softmax'),
  ],
  training: {
    loss: 'crossentropy',
    optimizer: { kind: 'adam', learningRate: 0.001 },
    batchSize: 32,
    epochs: 150,
    seed,
  },
});

/** @returns the last evaluation and the end of one run */
async function train(file, name) {
  const { stdout } = await run(process.execPath, [
    cli,
    'train',
    file,
    '--json',
    '--run-dir',
    join(folder, `run-${name}`),
  ]);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { last: events.findLast((e) => e.event === 'epoch'), end: events.at(-1) };
}

const mean = (xs) => xs.reduce((a, b) => a + b, 0) / xs.length;
/** Of a sample: dividing by n - 1. */
const deviation = (xs) => Math.sqrt(xs.reduce((a, x) => a + (x - mean(xs)) ** 2, 0) / (xs.length - 1));
const show = (x) => x.toFixed(3).replace(/^0/, '');
const pm = (xs) => `${show(mean(xs))} ± ${show(deviation(xs))}`;

let failed = false;
const expect = (good, what) => {
  console.log(`${good ? 'ok  ' : 'FAIL'} ${what}`);
  failed ||= !good;
};

try {
  const results = new Map(variants.map((v) => [v, []]));
  const jobs = variants.flatMap((variant, i) => seeds.map((seed) => ({ variant, seed, name: `digits-${i}-${seed}` })));
  const worker = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const file = join(folder, `${job.name}.netjson`);
      writeFileSync(file, JSON.stringify(digits(job.variant, job.seed)));
      const { last, end } = await train(file, job.name);
      results.get(job.variant).push({ accuracy: end.test.accuracy, loss: last.validation.loss });
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));

  console.log(
    'Digits: 300 training samples, a tenth of their labels drawn at random, 150 epochs; mean ± standard deviation over',
  );
  console.log(
    `${seeds.length} seeds, each of which draws split, noise, weights, order and masks. PyTorch ${peers.torch} had the same samples.\n`,
  );
  console.log(
    '| dropout | test accuracy | PyTorch, same samples | other samples | last validation loss | PyTorch, same samples | other samples |',
  );
  console.log('|---|---|---|---|---|---|---|');
  const apart = new Map();
  for (const v of variants) {
    const [found, peer] = [results.get(v), peerOf(v)];
    const [accuracy, loss] = [found.map((r) => r.accuracy), found.map((r) => r.loss)];
    const [peerAccuracy, peerLoss] = [peer.map((r) => r.accuracy), peer.map((r) => r.validationLoss)];
    const cells = [
      v.name,
      pm(accuracy),
      pm(peerAccuracy),
      `${show(v.accuracy)} ± ${show(v.deviation)}`,
      pm(loss),
      pm(peerLoss),
      show(v.loss),
    ];
    console.log(`| ${cells.join(' | ')} |`);
    apart.set(v, { accuracy: mean(accuracy) - mean(peerAccuracy), loss: mean(loss) / mean(peerLoss) - 1 });
  }
  console.log('');
  for (const [{ name }, { accuracy, loss }] of apart) {
    const good = Math.abs(accuracy) <= tolerance.accuracy && Math.abs(loss) <= tolerance.loss;
    expect(
      good,
      `digits, ${name}: accuracy ${accuracy.toFixed(3)} and loss ${(100 * loss).toFixed(0)} % from PyTorch's`,
    );
  }

  const example = join(root, 'examples/breast-cancer.netjson');
  const { end } = await train(example, 'breast-cancer');
  expect(end.test.accuracy >= 0.95, `breast cancer: test accuracy ${show(end.test.accuracy)}; at least .950 expected`);
  const model = readFileSync(example, 'utf8');
  const more = await Promise.all(
    seeds.map(async (seed) => {
      const file = join(folder, `breast-cancer-${seed}.netjson`);
      const text = model
        .replace(/"seed": \d+/g, `"seed": ${seed}`)
        .replace('data/', `${join(root, 'examples/data')}/`.replaceAll('\\', '/'));
      writeFileSync(file, text);
      return (await train(file, `breast-cancer-${seed}`)).end.test.accuracy;
    }),
  );
  console.log(`     over ${seeds.length} seeds: ${pm(more)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
