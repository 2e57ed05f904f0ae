// Part "scaling": steps a second of our engine against width, depth, batch and samples, one at a time, and how they grow.
import { nodes } from '../lib/machine.mjs';
import { contender, median, rateNow, slope } from '../lib/measure.mjs';
import { oursRunner } from '../lib/ours.mjs';
import { count, figure, table } from '../lib/text.mjs';

const dense = (id, units) => ({ id, kind: 'dense', units, activation: 'relu' });
const drop = (id) => ({ id, kind: 'dropout', rate: 0.5 });

/** @param {{ width?: number, depth?: number, batch?: number, inputs?: number }} size */
function network({ width = 256, depth = 2, batch = 64, inputs = 64 }) {
  const hidden = Array.from({ length: depth }, (_, i) => [dense(`dense${i}`, width), drop(`drop${i}`)]).flat();
  const output = { id: 'output', kind: 'dense', units: 10, activation: 'softmax' };
  const layers = [{ id: 'input', kind: 'input', shape: [inputs] }, ...hidden, output];
  const optimizer = { kind: 'adam', learningRate: 0.0001 };
  const training = { loss: 'crossentropy', optimizer, batchSize: batch, epochs: 1_000_000, seed: 1 };
  return { id: 'scaling', model: { version: 1, layers, training }, inputs, classes: 10, batchSize: batch };
}

/** Weights that a step multiplies each sample with: its work, which the slope of its time is held against. */
const weightsOf = ({ model: { layers } }) => {
  const units = layers.filter((l) => l.kind !== 'dropout').map((l) => l.units ?? l.shape[0]);
  return units.slice(1).reduce((sum, n, i) => sum + n * units[i], 0);
};

/** What grows, and from which of its values on the slope is taken: where there is work, not where a step is all overhead. */
const series = [
  {
    title: 'width',
    of: 'two hidden layers of width units, 64 inputs, batch 64',
    values: [16, 32, 64, 128, 256, 512, 1024, 2048, 4096],
    from: 512,
    make: (width) => ({ workload: network({ width }), samples: 4096 }),
  },
  {
    title: 'depth',
    of: 'hidden layers of 128 units, batch 64',
    values: [1, 2, 5, 10, 20, 50],
    from: 5,
    make: (depth) => ({ workload: network({ depth, width: 128 }), samples: 4096 }),
  },
  {
    title: 'batch',
    of: 'two hidden layers of 256 units',
    values: [1, 4, 16, 64, 256, 1024],
    from: 16,
    make: (batch) => ({ workload: network({ batch }), samples: 4096 }),
  },
  {
    title: 'samples',
    of: 'two hidden layers of 32 units, 16 inputs, batch 64: however many samples an epoch has, a step should take the same time',
    values: [1000, 10_000, 100_000, 1_000_000],
    from: 1000,
    make: (samples) => ({ workload: network({ width: 32, inputs: 16 }), samples }),
  },
];

/** @param {{ rounds: number, seconds: number, bundle: string }} options */
export async function scalingPart({ rounds, seconds, bundle }) {
  const [major, { program }] = [...nodes()][0];
  const sections = [];
  let kernels = '';
  for (const { title, of, values, from, make } of series) {
    const rows = [];
    for (const value of values) {
      console.log(`${title} ${value}...`);
      const { workload, samples } = make(value);
      // A child each: what one leaves in memory should not be in the next one's way.
      const runner = oursRunner(program, bundle);
      try {
        kernels = (await runner.ask('prepare', { workload, samples })).version;
        const burst = async (steps) => (await runner.ask('burst', { steps })).seconds;
        const of = await contender(burst, { seconds: seconds / 2, rounds });
        const rates = [];
        for (let i = 0; i < of.rounds; i++) rates.push(await rateNow(of));
        rows.push({ value, rate: median(rates), weights: weightsOf(workload), batch: workload.batchSize });
      } finally {
        await runner.close();
      }
    }
    sections.push(section({ title, of, from }, rows));
  }
  return [
    '## Scaling',
    `Ours under Node ${major}, kernel set ${kernels}, one thread; Adam and dropout 0.5 after each hidden layer; medians of ${rounds}. ` +
      'A slope is the power that the time of a step grows with, fitted to logarithms; work is how many multiply-adds it has.',
    ...sections,
  ].join('\n\n');
}

function section({ title, of, from }, rows) {
  const fitted = rows.filter(({ value }) => value >= from);
  const log = (pick) => slope(fitted.map((row) => [Math.log(row.value), Math.log(pick(row))]));
  const time = log(({ rate }) => 1 / rate);
  const work = log(({ weights, batch }) => weights * batch);
  return [
    `### Against ${title}`,
    `${of[0].toUpperCase()}${of.slice(1)}. From ${count(from)} on, the time of a step grows with the power ${time.toFixed(2)}, its work with the power ${work.toFixed(2)}.`,
    table([
      [title, ...rows.map(({ value }) => count(value))],
      ['steps/s', ...rows.map(({ rate }) => figure(rate))],
      ['samples/s', ...rows.map(({ rate, batch }) => figure(rate * batch))],
    ]),
  ].join('\n\n');
}
