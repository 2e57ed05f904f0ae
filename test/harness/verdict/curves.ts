// Trains the cases and keeps their curves: node scripts/verdict-cases.mjs --train.
import { inspectModel } from '../../../src/data/inspect';
import { catalogue } from '../../../src/catalogue';
import { baselineLoss } from '../../../src/engine/baseline';
import { neighbourLoss } from '../../../src/engine/neighbours';
import { compile } from '../../../src/engine/network';
import type { EpochRecord } from '../../../src/engine/records';
import { Trainer } from '../../../src/engine/trainer';
import { fileIo } from '../../../src/runs/files';
import { noiseFloor } from '../../../src/verdict/measure';
import { kernelsFor } from '../../../src/threads/kernels';
import { type Family, firstFamily, modelText, type Set, type Task, type Way } from './cases';
import { heldOut } from './heldOut';
import { otherNetworks } from './otherNetworks';
import { type Ran, type Truth, truthAt } from './truth';

/** The labelled curves of one run, as the fixture holds them. */
export interface Curve {
  readonly task: string;
  readonly way: string;
  readonly set: Set;
  /** The model text is made from the case again, with this seed. */
  readonly seed: number;
  /** Epochs asked for. */
  readonly epochs: number;
  readonly train: number;
  readonly validation: number;
  readonly classes: number;
  readonly baseline: number;
  readonly neighbours: number;
  /** Values that a sample has. */
  readonly inputs: number;
  readonly labelNoise: number;
  readonly loss: string;
  readonly parameters: number;
  /** Of each epoch told: the loss in training with dropout on, with dropout off, in validation. */
  readonly rows: readonly (readonly number[])[];
  readonly failed?: true;
  /** Epochs, from 1, of which the truth is known. */
  readonly truths: Readonly<Record<string, Truth>>;
}

interface Made extends Ran {
  readonly task: Task;
  readonly way: Way;
  readonly seed: number;
  readonly told: number;
  readonly facts: Pick<
    Curve,
    'train' | 'validation' | 'classes' | 'neighbours' | 'inputs' | 'labelNoise' | 'loss' | 'parameters'
  >;
  readonly failed: boolean;
}

async function run(task: Task, way: Way, seed: number, examples: string): Promise<Made> {
  const told = Math.max(6, Math.round(task.epochs * (way.share ?? 1)));
  const longer = way.share === undefined ? 2 : 6;
  const text = modelText(task, way, told * longer, seed);
  const { model, data, diagnostics } = await inspectModel(text, catalogue, fileIo(examples));
  if (!model || !data) throw new Error(`${task.name}: ${diagnostics.map((d) => d.message).join(' ')}`);
  const network = compile(model, { kernels: kernelsFor(model, { threads: 1 }) });
  const { dataset } = data;
  const trainer = new Trainer(network, dataset, model.training);
  const baseline = baselineLoss(network, dataset)!;
  const history: EpochRecord[] = [];
  const fresh: number[] = [];
  for (const event of trainer.events()) {
    if (event.type !== 'epoch') continue;
    history.push(event.record);
    fresh.push(trainer.evaluate('test').loss);
  }
  const classes = dataset.target.type === 'classes' ? dataset.target.names.length : 0;
  const labelNoise = (task.data.labelNoise as number | undefined) ?? 0;
  const wrong = classes > 0 ? labelNoise * (1 - 1 / classes) : 0;
  const floor = noiseFloor(labelNoise, classes);
  const doubt = -Math.log(1 - wrong);
  const parameters = model.layers.reduce((sum, l) => sum + l.parameters, 0);
  const facts = {
    train: dataset.train.count,
    validation: dataset.validation.count,
    classes,
    neighbours: short(neighbourLoss(network, dataset)!),
    inputs: network.inputSize,
    labelNoise,
    loss: model.training!.loss.kind,
    parameters,
  };
  return {
    task,
    way,
    seed,
    told,
    facts,
    history,
    fresh,
    baseline,
    floor,
    doubt,
    failed: trainer.end?.reason === 'nan',
  };
}

const families: readonly Family[] = [firstFamily, otherNetworks, heldOut];

const short = (x: number): number => Number(x.toPrecision(3));

/** Where in a run the verdict is asked for, in shares of it. */
const MOMENTS = [0.12, 0.25, 0.4, 0.6, 0.8, 1];

export async function trainAll(examples: string, say: (line: string) => void): Promise<Curve[]> {
  const curves: Curve[] = [];
  const asked = families.flatMap((family) => family.tasks.map((task) => ({ family, task })));
  for (const { family, task } of asked) {
    const made: Made[] = [];
    for (const [i, way] of family.ways(task).entries()) made.push(await run(task, way, family.seed + i, examples));
    const best = Math.min(...made.flatMap((m) => m.fresh.filter(Number.isFinite)));
    say(`${task.name}: baseline ${short(made[0].baseline)}, best on fresh samples ${short(best)}`);
    for (const ran of made) {
      if (ran.way.reference) continue;
      const told = Math.min(ran.told, ran.history.length);
      const failed = ran.failed && ran.history.length < ran.told;
      const truths: Record<string, Truth> = {};
      for (const moment of failed ? [] : MOMENTS) {
        const epoch = Math.max(5, Math.round(told * moment));
        const truth = epoch <= told ? truthAt(ran, best, epoch - 1) : undefined;
        if (truth) truths[epoch] = truth;
      }
      say(`  ${ran.way.name}: ${JSON.stringify(truths)}`);
      const { facts, task, way, seed, baseline } = ran;
      curves.push({
        task: task.name,
        way: way.name,
        set: family.set,
        seed,
        epochs: ran.told,
        ...facts,
        baseline: short(baseline),
        rows: ran.history
          .slice(0, told)
          .map((e) => [e.train.loss, e.trainDropoutOff.loss, e.validation!.loss].map(short)),
        ...(failed && { failed: true as const }),
        truths,
      });
    }
  }
  return curves;
}
