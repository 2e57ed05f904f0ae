// Part "live", the page: how long it draws a picture of 8 layers of 1,024 units.
import { build } from 'esbuild';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { launchBrowser } from '../../scripts/lib/browser.mjs';
import { inRoot, root } from '../../scripts/lib/paths.mjs';
import { median } from '../lib/measure.mjs';
import { table } from '../lib/text.mjs';
import { digitsText } from './speed';

/** Milliseconds after which a picture is drawn: the page lets ticks gather a little. */
const DRAWN = 250;
/** Pictures for each row of the table. */
const PICTURES = 60;

const layers = [
  '{ "id": "input", "kind": "input", "shape": [64], "image": [8, 8] }',
  ...Array.from({ length: 8 }, (_, i) => [
    `{ "id": "dense${i + 1}", "kind": "dense", "units": 1024, "activation": "relu" }`,
    `{ "id": "drop${i + 1}", "kind": "dropout", "rate": 0.5 }`,
  ]).flat(),
  '{ "id": "output", "kind": "dense", "units": 10, "activation": "softmax" }',
];
const model = `{
  "version": 1,
  "data": { "source": "csv", "path": "digits.csv", "target": "digit", "scale": "divide", "divisor": 16, "split": { "train": 0.8, "validation": 0.2 }, "seed": 1 },
  "layers": [${layers.join(',\n    ')}],
  "training": { "loss": "crossentropy", "optimizer": "adam", "batchSize": 16, "epochs": 10, "seed": 1 }
}`;

/** The tokens that the page draws with, as VS Code's Dark Modern has them. */
const theme: Readonly<Record<string, string>> = {
  foreground: '#cccccc',
  descriptionForeground: '#9d9d9d',
  'editor-background': '#1f1f1f',
  'sideBar-background': '#181818',
  'panel-border': '#2b2b2b',
  focusBorder: '#0078d4',
  'charts-red': '#f14c4c',
  'charts-blue': '#3794ff',
  'charts-yellow': '#cca700',
  'charts-purple': '#b180d7',
  'charts-green': '#89d185',
  'charts-foreground': '#cccccc',
  'charts-lines': '#cccccc80',
  'button-background': '#0078d4',
  'button-foreground': '#ffffff',
  'font-family': 'sans-serif',
};

async function hostOf(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['bench/studio/pageHost.ts'],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    mainFields: ['module', 'main'],
    loader: { '.wasm': 'binary' },
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

const quoted = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

async function serve(): Promise<{ readonly url: string; close(): void }> {
  const tokens = Object.entries(theme).map(([name, value]) => `--vscode-${name}: ${value};`);
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="stylesheet" href="main.css">
<style>:root { ${tokens.join(' ')} }</style></head><body class="vscode-dark" data-vscode-theme-id="dark"><div id="root"></div>
<script>window.benchFiles = ${quoted({ model, digits: digitsText() })};</script>
<script src="host.js"></script><script type="module" src="main.js"></script></body></html>`;
  const host = await hostOf();
  const types: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };
  const server = createServer((request, response) => {
    const name = basename(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.setHeader('content-type', types[name.split('.').at(-1)!] ?? 'text/html');
    if (name === '') response.end(html);
    else if (name === 'host.js') response.end(host);
    else
      createReadStream(inRoot('dist', 'webview', name))
        .on('error', () => response.writeHead(404).end())
        .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close() };
}

const ms = (x: number): string => `${x < 10 ? x.toFixed(1) : x.toFixed(0)} ms`;
const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(sorted.length * share)];

/** Time that the page's main thread works for one picture, and how far frames lie apart while each shows another one. */
export async function drawingTable(): Promise<string> {
  const server = await serve();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 2560, height: 1000 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(server.url);
    await page.locator('[data-node="dense8"] canvas').first().waitFor({ timeout: 120_000 });
    const tools = await page.context().newCDPSession(page);
    // Processor time: what else the machine does is not the page's.
    await tools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busy = async (): Promise<number> => {
      const { metrics } = await tools.send('Performance.getMetrics');
      return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
    };
    /** Milliseconds of the main thread in so long a time, each time. */
    const measure = async (what: () => Promise<void>): Promise<number[]> => {
      const all: number[] = [];
      for (let i = 0; i < PICTURES; i++) {
        const before = await busy();
        await what();
        await page.waitForTimeout(DRAWN);
        all.push((await busy()) - before);
      }
      return all.sort((a, b) => a - b);
    };
    const next = (): Promise<void> => page.evaluate(() => window.showNext());
    const told = page.locator('[data-node="dense8"] .node-foot');
    const seen = new Set<string>();
    // Compilers are cold at first.
    for (let i = 0; i < 24; i++) {
      await next();
      await page.waitForTimeout(DRAWN);
      seen.add(await told.innerText());
    }
    if (seen.size < 6) throw new Error(`The page drew ${seen.size} of 12 pictures: nothing was measured.`);
    const idle = median(await measure(() => page.evaluate(() => Promise.resolve())));
    const drawn = (await measure(next)).map((x) => Math.max(0, x - idle));
    const frames = await page.evaluate(
      (count) =>
        new Promise<number[]>((resolve) => {
          const all: number[] = [];
          let last = performance.now();
          let sent = last;
          const frame = (now: number): void => {
            all.push(now - last);
            last = now;
            if (all.length > count) return resolve(all.slice(1).sort((a, b) => a - b));
            if (now - sent >= 500) {
              sent = now;
              void window.showNext();
            }
            requestAnimationFrame(frame);
          };
          requestAnimationFrame(frame);
        }),
      4 * PICTURES,
    );
    if (errors.length > 0) throw new Error(errors.join('\n'));
    const row = (title: string, all: readonly number[]): string[] => [title, ms(at(all, 0.5)), ms(at(all, 0.95))];
    return table([
      ['8 x 1,024 units', 'median', '95 %'],
      row('a picture: work of the page\u2019s main thread', drawn),
      row('from frame to frame, two pictures a second', frames),
    ]);
  } finally {
    await browser.close();
    server.close();
  }
}
