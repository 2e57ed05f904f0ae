// Part "live", the training worker: its speed with pictures and lenses on, beside itself without any.
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { WorkerClient } from '../../src/host/workerClient';
import type { Question, Tick } from '../../src/protocol/training';
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

/** What a panel asks, as it does, and how long it waits between an answer and the next question. */
interface Panel {
  readonly title: string;
  readonly asks: readonly { readonly question: Question; readonly every: number }[];
  /** What is asked of each picture besides. */
  readonly ofPicture?: (step: number) => Question;
}

/** As webview/look and webview/train ask. */
function panelsOf({ inputs, classes }: Case): readonly Panel[] {
  const one = (title: string, question: Question, every = 500): Panel => ({ title, asks: [{ question, every }] });
  const part = 'validation';
  if (!classes)
    return [
      one('Answers', { lens: 'surface', ask: { side: 200, passes: 20 } }),
      one('Predicted and true', { lens: 'residuals', ask: { part, output: 0 } }),
    ];
  return [
    { title: 'the picture alone', asks: [] },
    {
      ...one('Masks', { lens: 'dropCounts', ask: { layer: 'drop1' } }, 1000),
      ofPicture: (step) => ({ lens: 'batchValues', ask: { step, layer: 'drop1' } }),
    },
    one('Inside', { lens: 'inside', ask: {} }, 1000),
    ...(inputs === 64
      ? [one('weights as pictures', { lens: 'filters', ask: { layer: 'dense1', from: 0 } }, 1000)]
      : []),
    one('Worst samples', { lens: 'worst', ask: { part, count: 24 } }),
    ...(inputs === 2
      ? [
          one('Answers', { lens: 'surface', ask: { side: 28, passes: 20 } }),
          one('neurons\u2019 responses', { lens: 'responses', ask: { side: 20, mostUnits: 12 } }),
        ]
      : []),
    one('Confusion', { lens: 'confusion', ask: { part } }),
    {
      title: 'ROC and calibration',
      asks: [
        { question: { lens: 'ranking', ask: { part, positive: 1 } }, every: 500 },
        { question: { lens: 'calibration', ask: { part, bins: 10, passes: 30 } }, every: 500 },
      ],
    },
  ];
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
  ticks = 0;
  answers = 0;

  constructor() {
    const fail = (error: Error): void => void (this.#problem ??= error);
    const handlers = {
      tick: (tick: Tick): void => {
        this.ticks++;
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
      await this.#client.call.examine(question, `panel${i}`, 'soon');
    const asked = (panel?.asks ?? []).map(async ({ question, every }, i) => {
      while (open) {
        await pause(every);
        if (!open) return;
        await this.#client.call.examine(question, `panel${i}`, 'follow').then(
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
          panel.asks.length === 0 ? '-' : String(run.answers - answers),
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
