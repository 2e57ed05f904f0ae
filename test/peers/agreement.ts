// Holds training in PyTorch against training in the engine: a line of JSON a comparison. Run by scripts/test-peers.mjs with
// the Python that has PyTorch, a folder to work in, and a part of the names of the comparisons that are wanted.
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Dataset } from '../../src/engine/dataset';
import { compile } from '../../src/engine/network';
import type { EpochRecord } from '../../src/engine/records';
import { Trainer } from '../../src/engine/trainer';
import type { Model } from '../../src/model/model';
import type { TorchOptions } from '../../src/model/torchOptions';
import { TorchBackend } from '../../src/torchrun/backend';
import { takePart } from '../../src/torchrun/join';
import { checkTorch } from '../../src/torchrun/process';
import { modelOf } from '../unit/engine/support';
import { common, datasetOf, type Training, trainings } from './trainings';

const [python, folder, pattern = ''] = process.argv.slice(2);
// What an earlier run left there is in the way.
rmSync(folder, { recursive: true, force: true });
let made = 0;

/** The records of all epochs. @param torch absent: the engine makes the steps */
async function train(
  model: Model,
  dataset: Dataset,
  torch?: Partial<TorchOptions>,
  most?: number,
  began?: () => void,
): Promise<EpochRecord[]> {
  const trainer = new Trainer(compile(model), dataset, undefined, () => performance.now() / 1000);
  const records: EpochRecord[] = [];
  let backend: TorchBackend | undefined;
  if (torch) {
    const place = join(folder, String(made++));
    mkdirSync(place, { recursive: true });
    backend = await TorchBackend.create(trainer, place, { python, communication: 'gloo', ...torch });
    began?.();
  }
  try {
    while (!trainer.end) {
      while (backend && trainer.upcoming()) await backend.makeSteps({ most });
      const event = trainer.advance();
      if (event.type === 'epoch') records.push(event.record);
    }
  } finally {
    await backend?.close();
  }
  return records;
}

/** The largest difference of losses between two runs. */
function apart(a: readonly EpochRecord[], b: readonly EpochRecord[]): number {
  if (a.length !== b.length || a.some(({ step }, i) => step !== b[i].step)) return Infinity;
  const losses = ({ train, trainDropoutOff, validation }: EpochRecord): number[] => [
    train.loss,
    train.min,
    train.max,
    trainDropoutOff.loss,
    validation!.loss,
  ];
  return Math.max(...a.flatMap((record, i) => losses(record).map((loss, j) => Math.abs(loss - losses(b[i])[j]))));
}

const freePort = (): Promise<number> =>
  new Promise((settle) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => settle(port));
    });
  });

async function check(what: string, compare: () => Promise<string>): Promise<void> {
  const name = `PyTorch, training: ${what}`;
  if (!name.includes(pattern)) return;
  let problem: string;
  try {
    problem = await compare();
  } catch (error) {
    problem = (error as Error).message;
  }
  console.log(JSON.stringify({ name, problem }));
}

/** The release; where it cannot be used, a sentence that says so is all that is told. */
const release = await checkTorch(python).catch((error: Error) => {
  console.log(JSON.stringify({ name: 'PyTorch, training', problem: error.message }));
  process.exit();
});
// Before its release 2, PyTorch's NAdam multiplied its momenta by one too many: there is nothing to agree with.
const version = Number.parseInt(release, 10);
const comparable = trainings.filter(({ name }) => version >= 2 || !name.startsWith('NAdam'));
const modelFor = ({ layers, training }: Training): Model => modelOf(layers, { ...common, ...training });
const within = (bound: number, distance: number): string =>
  distance < bound ? '' : `curves differ by ${distance.toPrecision(3)}`;

for (const training of comparable) {
  const model = modelFor(training);
  const dataset = datasetOf(training);
  let one: EpochRecord[] | undefined;
  await check(`54 steps as the engine's, ${training.name}`, async () => {
    one = await train(model, dataset, {});
    return within(1e-4, apart(await train(model, dataset), one));
  });
  if (training.shared)
    await check(`two processes as one, ${training.name}`, async () =>
      within(1e-5, apart(one ?? [], await train(model, dataset, { processes: 2 }))),
    );
}

/** A network that drops, and its samples. */
const dropping = trainings.find(({ name }) => name === 'with dropout')!;
const droppingModel = modelFor(dropping);
const droppingData = datasetOf(dropping);

await check('two processes as one, with dropout', async () => {
  const one = await train(droppingModel, droppingData, {});
  return within(1e-5, apart(one, await train(droppingModel, droppingData, { processes: 2 })));
});

await check('a step at a time as an epoch at a time', async () => {
  const epochs = await train(droppingModel, droppingData, {});
  return within(1e-5, apart(epochs, await train(droppingModel, droppingData, {}, 1)));
});

await check('two machines, of one process each, as one', async () => {
  const one = await train(droppingModel, droppingData, {});
  const address = `127.0.0.1:${await freePort()}`;
  const options = { python, communication: 'gloo', hosts: { address, count: 2, rank: 0 } } as const;
  const end = new AbortController();
  let other: Promise<void> | undefined;
  try {
    const two = await train(droppingModel, droppingData, options, undefined, () => {
      // What the second machine has is the model alone.
      const part = { ...options, hosts: { ...options.hosts, rank: 1 } };
      other = takePart(droppingModel, part, { signal: end.signal });
    });
    await other;
    return within(1e-5, apart(one, two));
  } finally {
    end.abort();
  }
});

await check('a run that is gone on with in the other, from the middle of an epoch', async () => {
  const whole = await train(droppingModel, droppingData);
  const engine = new Trainer(compile(droppingModel), droppingData);
  for (let step = 0; step < 21;) if (engine.advance().type === 'step') step++;
  const theirs = new Trainer(compile(droppingModel), droppingData);
  theirs.restore(engine.state());
  const place = join(folder, String(made++));
  const backend = await TorchBackend.create(theirs, place, { python, communication: 'gloo' });
  const records: EpochRecord[] = [];
  try {
    while (records.length < 3) {
      while (theirs.upcoming()) await backend.makeSteps({ most: 4 });
      const event = theirs.advance();
      if (event.type === 'epoch') records.push(event.record);
    }
  } finally {
    await backend.close();
  }
  engine.restore(theirs.state());
  while (!engine.end) {
    const event = engine.advance();
    if (event.type === 'epoch') records.push(event.record);
  }
  return within(1e-4, apart(whole.slice(-records.length), records));
});

await check('dropout, over 8 seeds as the engine', async () => {
  const distances: number[] = [];
  for (let seed = 1; seed <= 8; seed++) {
    const model = modelOf(dropping.layers, { ...common, ...dropping.training, seed });
    distances.push(apart(await train(model, droppingData), await train(model, droppingData, {})));
  }
  return within(1e-4, Math.max(...distances));
});
