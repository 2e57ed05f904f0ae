// Part "designer": large networks in the real VS Code.
import { setTimeout as pause } from 'node:timers/promises';
import type { FrameLocator } from 'playwright-core';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { closeBrowser, openStudio, type Studio } from '../../test/harness/designer';
import { median } from '../lib/measure.mjs';
import { table } from '../lib/text.mjs';

interface Options {
  readonly rounds: number;
  readonly seconds: number;
}

/** A chain of dense layers, with a dropout behind every third. */
function chainOf(layers: number): string {
  const lines = ['    { "id": "input", "kind": "input", "shape": [16] }'];
  for (let i = 1; i < layers - 1; i++)
    lines.push(
      i % 3 === 0
        ? `    { "id": "drop${i}", "kind": "dropout", "rate": 0.2 }`
        : `    { "id": "dense${i}", "kind": "dense", "units": 16, "activation": "relu" }`,
    );
  lines.push('    { "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }');
  return `{\n  "version": 1,\n  "layers": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

/** Resolves to the moment, by the clock of the machine, when something in the page first matches. */
const seen = (designer: FrameLocator, selector: string): Promise<number> =>
  designer.locator('body').evaluate(
    (body, wanted) =>
      new Promise<number>((resolve, reject) => {
        const look = (): boolean => {
          if (!body.querySelector(wanted)) return false;
          // Drawn, not only put into the document.
          requestAnimationFrame(() => setTimeout(() => resolve(Date.now())));
          return true;
        };
        if (look()) return;
        const observer = new MutationObserver(() => {
          if (look()) observer.disconnect();
        });
        observer.observe(body, { subtree: true, childList: true, attributes: true });
        setTimeout(() => reject(new Error(`no ${wanted} within 30 s`)), 30_000);
      }),
    selector,
  );

/** Times from frame to frame, in milliseconds, while the picture is moved by the mouse. */
async function framesWhileMoved(studio: Studio, designer: FrameLocator, seconds: number): Promise<readonly number[]> {
  const box = (await designer.locator('.react-flow__pane').boundingBox())!;
  const place = { x: box.x + box.width / 2, y: box.y + box.height - 30 };
  const frames = designer.locator('body').evaluate(
    (_body, time) =>
      new Promise<number[]>((resolve) => {
        const all: number[] = [];
        let last = performance.now();
        const end = last + time;
        const frame = (now: number): void => {
          all.push(now - last);
          last = now;
          if (now < end) requestAnimationFrame(frame);
          else resolve(all.slice(2));
        };
        requestAnimationFrame(frame);
      }),
    seconds * 1000,
  );
  await studio.page.mouse.move(place.x, place.y);
  await studio.page.mouse.down();
  const end = Date.now() + seconds * 1000;
  for (let i = 0; Date.now() < end; i++) {
    await studio.page.mouse.move(place.x + 200 * Math.sin(i / 20), place.y - 10);
    await pause(8);
  }
  await studio.page.mouse.up();
  return frames;
}

const ms = (x: number): string => `${x < 10 ? x.toFixed(1) : x.toFixed(0)} ms`;

/** Opening, moving and following, for networks of 5, 200 and 500 layers: the smallest shows what VS Code itself takes. */
export async function designerPart({ rounds, seconds }: Options): Promise<string> {
  const rows: string[][] = [];
  try {
    for (const layers of [5, 200, 500]) {
      console.log(`${layers} layers...`);
      const text = chainOf(layers);
      const names = Array.from({ length: rounds }, (_, i) => `large${i}.netjson`);
      const studio = await openStudio({
        files: { 'first.netjson': chainOf(4), ...Object.fromEntries(names.map((name) => [name, text])) },
        extensions: { 'dropout-studio.probe': inRoot('bench', 'studio', 'probe') },
      });
      try {
        await studio.execute('workbench.action.closeSidebar');
        const first = await studio.openDesigner('first.netjson');
        await first.locator('[data-node="output"]').waitFor();
        const opened: number[] = [];
        const drawn: number[] = [];
        const written: number[] = [];
        const frames: number[] = [];
        for (const name of names) {
          const begin = Date.now();
          const designer = await studio.openDesigner(name);
          opened.push((await seen(designer, '[data-node="input"] .node-body')) - begin);
          const appears = seen(designer, '[data-node="fresh"]');
          const from = await studio.execute<number>('dropoutBench.replace', studio.uri(name), '"dense1"', '"fresh"');
          drawn.push((await appears) - from);
          await designer.locator('[data-node="fresh"]').focus();
          const pressed = Date.now();
          await studio.page.keyboard.press('Delete');
          while ((await studio.document(name)).text.includes('fresh')) await pause(1);
          written.push(Date.now() - pressed);
          frames.push(...(await framesWhileMoved(studio, designer, 2 * seconds)));
          await studio.execute('workbench.action.revertAndCloseActiveEditor');
        }
        const sorted = [...frames].sort((a, b) => a - b);
        rows.push([
          String(layers),
          ms(median(opened)),
          ms(median(drawn)),
          ms(median(written)),
          ms(median(frames)),
          ms(sorted[Math.floor(sorted.length * 0.95)]),
        ]);
      } finally {
        await studio.close();
      }
    }
  } finally {
    await closeBrowser();
  }
  return [
    '## The designer',
    `In the real VS Code, its page in a browser that draws without a graphics card. A chain of dense layers, every third a dropout; medians of ${rounds} files. Open: from the wish to open a file to its picture, a new page and the host's analysis with it. Drawn: from an edit of the text to the picture. Written: from a key in the picture to the text. Frame: from one picture to the next while the graph is moved by the mouse.`,
    table([['layers', 'open', 'drawn', 'written', 'frame, median', 'frame, 95 %'], ...rows]),
  ].join('\n\n');
}
