// Part "live", the training worker: its speed with pictures and lenses on, beside itself without any.
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { WorkerClient } from '../../src/host/workerClient';
import type { Ask, LensName, Question, Tick } from '../../src/protocol/training';
import { median } from '../lib/measure.mjs';
import { figure, spread, table } from '../lib/text.mjs';

const dense = (id: string, units: number, activation: string): object => ({ id, kind: 'dense', units, activation });
const drop = (id: string): object => ({ id, kind: 'dropout', rate: 0.5 });

interface Case {
  readonly title: string;
  /** Other masks that answer beside each picture: see `passesOf` of the page's store. */
  readonly others: number;
  readonly text: string;
  readonly inputs: number;
  readonly classes: boolean;
}

/** @param data with its split: an epoch, its evaluation with it, is short beside the time that speed is taken over */
function network(title: string, data: object, ends: readonly [number, number], hidden: number, batch: number): Case {
  const [inputs, outputs] = ends;
  const classes = outputs > 1;
  const layers = [
    { id: 'input', kind: 'input', shape: [inputs], ...(inputs === 64 && { image: [8, 8] }) },
    ...[dense('dense1', hidden, 'relu'), drop('drop1'), dense('dense2', hidden, 'relu'), drop('drop2')],
    dense('output', outputs, classes ? 'softmax' : 'linear'),
  ];
  const loss = classes ? 'crossentropy' : 'meanSquaredError';
  const training = { loss, optimizer: 'adam', batchSize: batch, epochs: 1_000_000, seed: 1 };
  const source = { split: { train: 0.8, validation: 0.2 }, ...data, seed: 1 };
  const multiplyAdds = hidden * (inputs + hidden + outputs);
  const others = Math.max(5, Math.min(50, Math.floor(20_000_000 / multiplyAdds)));
  return { title, others, text: JSON.stringify({ version: 1, data: source, layers, training }), inputs, classes };
}

const digits = {
  source: 'csv',
  path: inRoot('examples', 'data', 'digits.csv'),
  target: 'digit',
  scale: 'divide',
  divisor: 16,
};
const cases: readonly Case[] = [
  network('2-16-16-2, batch 16', { source: 'moons', samples: 1000, noise: 0.2 }, [2, 2], 16, 16),
  network('64-128-128-10, batch 32', digits, [64, 10], 128, 32),
  network(
    '64-1024-1024-10, batch 128',
    { ...digits, split: { train: 256, validation: 128, test: 1413 } },
    [64, 10],
    1024,
    128,
  ),
  network('1-64-64-1, batch 32', { source: 'sine', samples: 1000 }, [1, 1], 64, 32),
];

/** How a lens is asked by what is open in the page. */
interface Asked<K extends LensName> {
  /** What has to be open. Lenses of one panel are asked beside each other. */
  readonly panel: string;
  /** Milliseconds between an answer and the next question, or with each picture. */
  readonly every: number | 'picture';
  /** @param step of the picture, or the newest; @returns undefined where the network has nothing of the kind */
  readonly ask: (one: Case, step: number) => Ask<K> | undefined;
}

const part = 'validation';
const classes =
  <T>(ask: T) =>
  (one: Case): T | undefined =>
    one.classes ? ask : undefined;

/** Every lens there is, as webview/look, webview/train and webview/canvas ask: one that is missing here does not compile. */
const asked: { readonly [K in LensName]: Asked<K> } = {
  batchValues: { panel: 'Masks', every: 'picture', ask: (_, step) => ({ step, layer: 'drop1' }) },
  dropCounts: { panel: 'Masks', every: 1000, ask: () => ({ layer: 'drop1' }) },
  // As of a picture that stands; one that follows the training brings fewer with it where the network is large.
  others: { panel: 'other masks', every: 'picture', ask: (_, step) => ({ step, sample: 0, passes: 50 }) },
  inside: { panel: 'Inside', every: 1000, ask: () => ({}) },
  overSteps: { panel: 'Inside', every: 2000, ask: () => ({}) },
  filters: {
    panel: 'weights as pictures',
    every: 1000,
    ask: ({ inputs }) => (inputs === 64 ? { layer: 'dense1', from: 0 } : undefined),
  },
  worst: { panel: 'Worst samples', every: 500, ask: () => ({ part, count: 24 }) },
  surface: {
    panel: 'Answers',
    every: 500,
    ask: ({ inputs }) => (inputs > 2 ? undefined : { side: inputs === 2 ? 28 : 200, passes: 20 }),
  },
  responses: {
    panel: 'neurons\u2019 responses',
    every: 500,
    ask: ({ inputs }) => (inputs === 2 ? { side: 20, mostUnits: 12 } : undefined),
  },
  // The page draws lines up to 12 neurons a layer: here up to 16, so that there is something to read.
  weights: {
    panel: 'lines of the weights',
    every: 500,
    ask: ({ inputs }) => (inputs === 2 ? { mostUnits: 16 } : undefined),
  },
  confusion: { panel: 'Confusion', every: 500, ask: classes({ part }) },
  ranking: { panel: 'ROC and calibration', every: 500, ask: classes({ part, positive: 1 }) },
  calibration: { panel: 'ROC and calibration', every: 500, ask: classes({ part, bins: 10, passes: 30 }) },
  residuals: {
    panel: 'Predicted and true',
    every: 500,
    ask: (one) => (one.classes ? undefined : { part, output: 0 }),
  },
  // In the page every 5 s, and for a failure only: so rarely that no round would hold one.
  health: { panel: 'health', every: 500, ask: () => ({}) },
  // The page asks these two when somebody chooses a step or a sample, and waits; here they go with the training.
  replay: { panel: 'a step of before', every: 500, ask: (_, step) => ({ step: Math.floor(step / 2), sample: 0 }) },
  sampleSight: { panel: 'a chosen sample', every: 500, ask: () => ({ part, position: 0, passes: 50 }) },
};

interface Panel {
  readonly title: string;
  readonly asks: readonly { readonly question: (step: number) => Question; readonly every: number }[];
  /** What is asked of each picture besides. */
  readonly ofPicture?: (step: number) => Question;
}

function panelsOf(one: Case): readonly Panel[] {
  const panels = new Map<string, Panel>();
  for (const [lens, { panel, every, ask }] of Object.entries(asked)) {
    if (ask(one, 0) === undefined) continue;
    const question = (step: number): Question => ({ lens, ask: ask(one, step) }) as Question;
    const known = panels.get(panel) ?? { title: panel, asks: [] };
    const more = every === 'picture' ? { ofPicture: question } : { asks: [...known.asks, { question, every }] };
    panels.set(panel, { ...known, ...more });
  }
  return [{ title: 'the picture alone', asks: [] }, ...panels.values()];
}

/** A tick: times in milliseconds. */
interface Moment {
  readonly step: number;
  readonly time: number;
  /** Of the whole process: the worker, and what its host does with ticks and answers. */
  readonly processor: number;
}
/** Steps a second, and steps a second of processor time, which other programs do not take away. */
interface Speed {
  readonly clock: number;
  readonly processor: number;
}

/** A run in the product's own worker. */
class Run {
  readonly #client: WorkerClient;
  #tick: ((tick: Tick) => void) | undefined;
  #problem: Error | undefined;
  #ofPicture: Panel['ofPicture'];
  #step = 0;
  ticks = 0;
  answers = 0;

  constructor() {
    const fail = (error: Error): void => void (this.#problem ??= error);
    const handlers = {
      tick: (tick: Tick): void => {
        this.ticks++;
        this.#step = tick.step;
        if (tick.sight && this.#ofPicture) this.#askOfPicture(this.#ofPicture(tick.sight.step));
        this.#tick?.(tick);
      },
      loading: (): void => {},
      kept: (): void => {},
    };
    this.#client = new WorkerClient(inRoot('dist', 'worker.js'), handlers, fail, fail);
  }

  async begin(text: string): Promise<void> {
    await this.#client.call.load({ run: 'bench', text, folder: tmpdir(), threads: 1 });
    await this.#client.call.watch({ visible: false, sample: 'auto', frozen: false });
    await this.#client.call.run();
  }

  end = (): Promise<void> => this.#client.terminate();

  #next(): Promise<Moment> {
    return new Promise((resolve) => {
      this.#tick = ({ step }) => {
        this.#tick = undefined;
        const { user, system } = process.cpuUsage();
        resolve({ step, time: performance.now(), processor: (user + system) / 1000 });
      };
    });
  }

  /** A picture that is gone meanwhile is not asked of any more: refused, as in the page. */
  #askOfPicture(question: Question): void {
    void this.#client.call.examine(question, 'strip', 'follow').then(
      () => void this.answers++,
      () => undefined,
    );
  }

  /** Steps a second for so long. @param panel undefined: nobody looks */
  async speed(seconds: number, panel: Panel | undefined, others = 50): Promise<Speed> {
    // As the page watches: with what other masks answer beside each picture.
    await this.#client.call.watch({ visible: panel !== undefined, sample: 'auto', frozen: false, others });
    this.#ofPicture = panel?.ofPicture;
    let open = true;
    // The first answer is waited for in the page, and comes at the cost of training: it is no part of what follows.
    for (const [i, { question }] of (panel?.asks ?? []).entries())
      await this.#client.call.examine(question(this.#step), `panel${i}`, 'soon');
    const asked = (panel?.asks ?? []).map(async ({ question, every }, i) => {
      while (open) {
        await pause(every);
        if (!open) return;
        await this.#client.call.examine(question(this.#step), `panel${i}`, 'follow').then(
          () => void this.answers++,
          // Whoever closes a panel leaves its question.
          (error: unknown) => {
            if (open) throw error;
          },
        );
      }
    });
    // Until what the change itself costs is over.
    await pause(200);
    const from = await this.#next();
    await pause(1000 * seconds);
    const to = await this.#next();
    open = false;
    this.#ofPicture = undefined;
    for (const asker of [...(panel?.asks ?? []).map((_, i) => `panel${i}`), 'strip'])
      await this.#client.call.leave(asker);
    await Promise.all(asked);
    if (this.#problem) throw this.#problem;
    const steps = 1000 * (to.step - from.step);
    return { clock: steps / (to.time - from.time), processor: steps / (to.processor - from.processor) };
  }
}

/** Steps a second with the picture and with each panel, as a share of those without anybody looking. */
export async function speedTable(rounds: number, seconds: number): Promise<string> {
  const rows: string[][] = [];
  for (const one of cases) {
    console.log(`${one.title}...`);
    const run = new Run();
    try {
      await run.begin(one.text);
      // Compilers and caches are cold at first.
      const panels = panelsOf(one);
      for (const panel of [undefined, ...panels]) await run.speed(seconds / 2, panel, one.others);
      for (const panel of panels) {
        const [clock, processor, alone]: [number[], number[], number[]] = [[], [], []];
        const [ticks, begun] = [run.ticks, performance.now()];
        const answers = run.answers;
        for (let round = 0; round < rounds; round++) {
          // A panel between two times alone: what the machine does meanwhile hits both alike.
          const before = await run.speed(seconds / 2, undefined);
          const open = await run.speed(seconds, panel, one.others);
          const after = await run.speed(seconds / 2, undefined);
          alone.push(before.clock, after.clock);
          clock.push((2 * open.clock) / (before.clock + after.clock));
          processor.push((2 * open.processor) / (before.processor + after.processor));
        }
        const perSecond = (run.ticks - ticks) / ((performance.now() - begun) / 1000);
        rows.push([
          one.title,
          panel.title,
          figure(median(alone)),
          spread(clock),
          spread(processor),
          figure(perSecond),
          panel.asks.length === 0 && !panel.ofPicture ? '-' : String(run.answers - answers),
        ]);
        console.log(`  ${panel.title}: ${spread(clock)}, ${spread(processor)}`);
      }
    } finally {
      await run.end();
    }
  }
  return table([
    ['network', 'open', 'alone, steps/s', 'open / alone', 'by processor time', 'ticks/s', 'answers'],
    ...rows,
  ]);
}

export const digitsText = (): string => readFileSync(digits.path, 'utf8');
