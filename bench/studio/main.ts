// Parts "view" and "start", inside the real VS Code: bundled and started by bench/parts/studio.mjs.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { FrameLocator } from 'playwright-core';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { closeBrowser, openStudio, type Studio } from '../../test/harness/designer';
import { median } from '../lib/measure.mjs';
import { figure, spread, table } from '../lib/text.mjs';

interface Options {
  readonly rounds: number;
  readonly seconds: number;
}
interface Delay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
interface Speed {
  readonly stepsPerSecond: number;
  readonly delay: Delay;
}

const dense = (id: string, units: number, activation: string) => ({ id, kind: 'dense', units, activation });
const drop = (id: string, rate: number) => ({ id, kind: 'dropout', rate });
const moons = { source: 'moons', samples: 1000, noise: 0.2, seed: 1, split: { train: 0.8, validation: 0.2 } };
const digits = {
  source: 'csv',
  path: 'data/digits.csv',
  target: 'digit',
  scale: 'divide',
  divisor: 16,
  split: { train: 1400, validation: 397 },
  seed: 1,
};

/** A file of a network with two hidden layers that trains until it is stopped. */
function model(data: object, inputs: number, hidden: number, outputs: number, rate: number, batchSize: number): string {
  const layers = [
    { id: 'input', kind: 'input', shape: [inputs] },
    ...[dense('dense1', hidden, 'relu'), drop('drop1', rate)],
    ...[dense('dense2', hidden, 'relu'), drop('drop2', rate)],
    dense('output', outputs, 'softmax'),
  ];
  const training = { loss: 'crossentropy', optimizer: 'adam', batchSize, epochs: 1_000_000, seed: 1 };
  return JSON.stringify({ version: 1, data, layers, training }, undefined, 2);
}

const networks = [
  { file: 'small.netjson', title: '2-16-16-2, batch 16', text: model(moons, 2, 16, 2, 0.2, 16) },
  { file: 'digits.netjson', title: '64-128-128-10, batch 32', text: model(digits, 64, 128, 10, 0.5, 32) },
  { file: 'large.netjson', title: '64-1024-1024-10, batch 128', text: model(digits, 64, 1024, 10, 0.5, 128) },
];

const files = (): Record<string, string> => ({
  'notes.txt': 'Nothing to see here.\n',
  'data/digits.csv': readFileSync(inRoot('examples', 'data', 'digits.csv'), 'utf8'),
});

const open = (more: Record<string, string> = {}): Promise<Studio> =>
  openStudio({
    files: { ...files(), ...more },
    extensions: { 'dropout-studio.probe': inRoot('bench', 'studio', 'probe') },
  });

/** Milliseconds until it has settled that an editor was opened: what that costs is not what training with a view costs. */
const settling = 700;

/** Live view on against off, and how late the extension host is meanwhile. */
export async function viewPart({ rounds, seconds }: Options): Promise<string> {
  const window = 4 * seconds;
  const studio = await open(Object.fromEntries(networks.map(({ file, text }) => [file, text])));
  const rows: string[][] = [];
  let idle: Delay;
  try {
    // The window that has just opened is still busy with itself.
    await pause(4 * settling);
    idle = await studio.execute<Delay>('dropoutBench.delay', window);
    for (const { file, title } of networks) {
      console.log(`${title}...`);
      await studio.openDesigner(file);
      await studio.execute('dropoutStudio.train', studio.uri(file));
      const measure = () => studio.execute<Speed>('dropoutBench.training', studio.uri(file), window);
      const seen = async (): Promise<Speed> => {
        await studio.openDesigner(file);
        await pause(settling);
        return measure();
      };
      const hidden = async (): Promise<Speed> => {
        await studio.openText('notes.txt');
        await pause(settling);
        return measure();
      };
      await seen();
      const on: Speed[] = [];
      const off: Speed[] = [];
      for (let round = 0; round < rounds; round++) {
        // Who is first changes from round to round.
        if (round % 2) off.push(await hidden());
        on.push(await seen());
        if (round % 2 === 0) off.push(await hidden());
      }
      await studio.execute('dropoutStudio.stop', studio.uri(file));
      await studio.execute('workbench.action.closeAllEditors');
      const rate = (all: Speed[]) => figure(median(all.map((s) => s.stepsPerSecond)));
      const late = (all: Speed[]) =>
        `${milliseconds(median(all.map((s) => s.delay.p99)))} (${milliseconds(Math.max(...all.map((s) => s.delay.max)))})`;
      const ratios = on.map((s, i) => s.stepsPerSecond / off[i].stepsPerSecond);
      rows.push([title, rate(on), rate(off), spread(ratios), late(on), late(off)]);
    }
  } finally {
    await studio.close();
    await closeBrowser();
  }
  return [
    '## The live view',
    `Training in the real VS Code, its page in a browser on the same machine: steps a second, evaluations between epochs with them, while the designer is seen and while another editor hides it. ${rounds} rounds of ${window} s each, medians. Beside it how late the extension host's event loop is: its 99th percentile in milliseconds, median of rounds, and in brackets the longest delay of all. At rest it is ${milliseconds(idle.p99)} late (${milliseconds(idle.max)}). Wanted: on at least 0.97 of off, 99th percentile below 20 ms.`,
    table([['network', 'seen', 'hidden', 'seen / hidden', 'host late, seen', 'host late, hidden'], ...rows]),
  ].join('\n\n');
}

const milliseconds = (x: number): string => (x < 10 ? x.toFixed(1) : x.toFixed(0));

/** From the press of Train to the first epoch in the chart, in milliseconds, by the page's own clock. */
const untilFirstPoint = (designer: FrameLocator): Promise<number> =>
  designer.locator('body').evaluate(
    (body) =>
      new Promise<number>((resolve, reject) => {
        const begin = performance.now();
        const epochs = (): number =>
          Number(body.querySelector<HTMLElement>('[data-testid="loss-chart"]')?.dataset.epochs ?? 0);
        // What an earlier run has left in the chart is no point of this one.
        const left = epochs();
        let fresh = left === 0;
        const look = (): void => {
          fresh ||= epochs() < left;
          if (!fresh || epochs() === 0) return;
          observer.disconnect();
          resolve(performance.now() - begin);
        };
        const observer = new MutationObserver(look);
        observer.observe(body, { subtree: true, childList: true, attributes: true });
        setTimeout(() => reject(new Error('no point on the curve within a minute')), 60_000);
        body.querySelector<HTMLElement>('[data-testid="train"]')!.click();
      }),
  );

/** Activation of the extension, and the way from Train to the first point: each in a VS Code of its own. */
export async function startPart({ rounds }: Options): Promise<string> {
  const activation: number[] = [];
  const points = new Map(networks.slice(0, 2).map(({ title }) => [title, [] as number[]]));
  const again = new Map(networks.slice(0, 2).map(({ title }) => [title, [] as number[]]));
  try {
    for (let round = 0; round < rounds; round++) {
      console.log(`round ${round + 1} of ${rounds}...`);
      // Without a network in the folder, so that nothing activates the extension before it is asked for.
      const studio = await open();
      try {
        activation.push(await studio.execute<number>('dropoutBench.activate'));
        for (const { file, title, text } of networks.slice(0, 2)) {
          studio.writeFile(file, text);
          const designer = await studio.openDesigner(file);
          await designer.locator('[data-testid="train"]').waitFor();
          points.get(title)!.push(await untilFirstPoint(designer));
          await studio.execute('dropoutStudio.stop', studio.uri(file));
          await designer.locator('[data-testid="train"]').waitFor();
          again.get(title)!.push(await untilFirstPoint(designer));
          await studio.execute('dropoutStudio.stop', studio.uri(file));
        }
      } finally {
        await studio.close();
      }
    }
  } finally {
    await closeBrowser();
  }
  const row = (title: string, all: number[]): string[] => [
    title,
    `${milliseconds(median(all))} ms`,
    `${milliseconds(Math.min(...all))} to ${milliseconds(Math.max(...all))} ms`,
  ];
  return [
    '## Start',
    `In the real VS Code, a new one for each of ${rounds} rounds. Activation: from the wish for the extension to its being there, its file read and run. First point: from the press of Train to the first epoch in the chart, a new worker, reading the data and the first epoch with it.`,
    table([
      ['', 'median', 'lowest to highest'],
      row('activation of the extension', activation),
      ...[...points].map(([title, all]) => row(`first point, ${title}`, all)),
      ...[...again].map(([title, all]) => row(`first point of a second run, ${title}`, all)),
    ]),
  ].join('\n\n');
}

export { designerPart } from './designer';
