// A network exported as a page, opened from the disk in a browser, beside what netjson answers to the same samples.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/lib/browser.mjs';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { temporaryFolder } from '../../scripts/lib/processes.mjs';
import { violations } from './axe';

const cli = join(process.env.DROPOUT_STUDIO_ROOT ?? process.cwd(), 'dist', 'cli.js');

describe('a network as a page', function () {
  this.timeout(120_000);
  let folder: { path: string; remove(): void };
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  const requests: string[] = [];

  const netjson = (...args: string[]): string =>
    execFileSync(process.execPath, [cli, ...args], {
      cwd: folder.path,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const exported = (model: string): string => {
    netjson('train', `${model}.netjson`, '--run-dir', model, '--epochs', '8', '--threads', '1', '--json');
    netjson('export', model, '--format', 'html', '--output', `${model}.html`);
    return pathToFileURL(join(folder.path, `${model}.html`)).href;
  };
  /** The answers that `netjson predict` gives to a table, by column. */
  const predict = (run: string, table: string, ...more: string[]): Map<string, string> => {
    writeFileSync(join(folder.path, 'samples.csv'), table);
    const [header, row] = netjson('predict', run, '--input', 'samples.csv', ...more)
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    return new Map(header.map((name, i) => [name, row[i]]));
  };
  const open = async (url: string): Promise<void> => {
    await page.goto(url);
    await settled();
  };
  const settled = async (): Promise<void> => {
    // What was just typed is answered in the next frame.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await page.locator('[data-state="done"]').waitFor();
  };
  /** Each answer, all its digits. */
  const answers = (): Promise<[string, number][]> =>
    page
      .locator('.answers tbody tr')
      .evaluateAll((rows) =>
        rows.map((row): [string, number] => [
          row.querySelector('th')!.textContent,
          Number(row.querySelector('data')!.value),
        ]),
      );
  const near = (found: number, wanted: string | undefined, where: string): void =>
    assert.ok(Math.abs(found - Number(wanted)) < 1e-6, `${where}: ${found}, and netjson says ${wanted}`);

  before(async () => {
    folder = temporaryFolder('page');
    cpSync(inRoot('examples'), folder.path, { recursive: true });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    folder?.remove();
  });
  beforeEach(async () => {
    errors.length = requests.length = 0;
    page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('request', (request) => requests.push(request.url()));
    page.on('dialog', (dialog) => errors.push(`a dialog: ${dialog.message()}`));
  });
  afterEach(async () => {
    await page.close();
    assert.deepEqual(errors, []);
    // The page itself, and nothing besides.
    assert.ok(requests.length <= 1, requests.join());
  });

  describe('of a table', () => {
    let url: string;
    const [header, ...rows] = readFileSync(inRoot('examples', 'data', 'breast-cancer.csv'), 'utf8')
      .trim()
      .split('\n');
    const columns = header.split(',');
    before(() => (url = exported('breast-cancer')));

    const type = async (row: string): Promise<void> => {
      const cells = row.split(',');
      for (const [i, name] of columns.entries())
        if (name !== 'class') await page.getByLabel(name, { exact: true }).fill(cells[i]);
      await settled();
    };

    it('answers what is typed as netjson predict does', async () => {
      await open(url);
      for (const row of [rows[3], rows[400]]) {
        await type(row);
        const wanted = predict('breast-cancer', `${header}\n${row}`);
        for (const [name, share] of await answers()) near(share, wanted.get(`class=${name}`), name);
        assert.equal(await page.locator('.big strong').innerText(), wanted.get('class'));
        assert.match(await page.locator('[aria-live]').innerText(), new RegExp(`^${wanted.get('class')}, \\d`));
      }
    });

    it('answers with dropout on by the very masks of netjson predict --mc, and shows them', async () => {
      await open(url);
      await type(rows[3]);
      await page.getByRole('switch', { name: 'Dropout on' }).check();
      await settled();
      const wanted = predict('breast-cancer', `${header}\n${rows[3]}`, '--mc', '50');
      for (const [name, share] of await answers()) near(share, wanted.get(`class=${name}`), name);
      assert.equal(await page.locator('.best .pass').count(), 50);
      const hidden = page.locator('[data-layer="hidden"]');
      const told = (): Promise<string> => hidden.locator('.told').innerText();
      assert.match(await told(), /^\d+ of 16 dropped, \d+ active, \d+ silent; survivors \u00d7 1\.43$/);
      const seen = new Set([await told()]);
      for (let i = 0; i < 6; i++) {
        await page.getByRole('button', { name: 'Next mask' }).click();
        seen.add(await told());
      }
      assert.ok(seen.size > 1, 'other masks drop others');
      await page.getByLabel('Rate of drop').fill('0');
      await settled();
      assert.match(await told(), /^0 of 16 dropped/);
      await page.getByRole('button', { name: 'set drop back' }).click();
      await settled();
      for (const [name, share] of await answers()) near(share, wanted.get(`class=${name}`), name);
    });

    it('takes a whole row that is pasted, and refuses what is no number in words', async () => {
      await open(url);
      const first = page.getByLabel(columns[0], { exact: true });
      await first.focus();
      await page.evaluate((text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text', text);
        document.activeElement!.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
        );
      }, rows[10].split(',').slice(0, 30).join('\t'));
      await settled();
      const wanted = predict('breast-cancer', `${header}\n${rows[10]}`);
      for (const [name, share] of await answers()) near(share, wanted.get(`class=${name}`), name);
      await first.fill('much');
      await page.locator('[data-state="wrong"]').waitFor();
      assert.equal(
        await page.getByRole('alert').innerText(),
        `Column "${columns[0]}" should be a number, found "much".`,
      );
      assert.equal(await first.getAttribute('aria-invalid'), 'true');
      await first.fill('14');
      await settled();
      assert.equal(await page.getByRole('alert').innerText(), '');
      assert.equal(await first.getAttribute('aria-invalid'), null);
    });

    for (const colorScheme of ['light', 'dark'] as const)
      it(`can be read and used by everyone: ${colorScheme}`, async () => {
        await page.emulateMedia({ colorScheme });
        await open(url);
        await page.getByRole('switch').check();
        await settled();
        for (const summary of await page.locator('summary').all()) await summary.click();
        assert.deepEqual(await violations(page), []);
      });

    it('fits a narrow window', async () => {
      await page.setViewportSize({ width: 360, height: 700 });
      await open(url);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    });
  });

  describe('of pictures', () => {
    let url: string;
    before(() => (url = exported('digits')));

    it('answers what is drawn on it, by the pixels that it shows', async () => {
      await open(url);
      const pad = page.locator('canvas.pad');
      const box = (await pad.boundingBox())!;
      const at = (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height];
      await page.mouse.move(...at(0.5, 0.2));
      await page.mouse.down();
      await page.mouse.move(...at(0.5, 0.8), { steps: 10 });
      await page.mouse.up();
      await settled();
      const pixels = await page.locator('#pixels').inputValue();
      const values = pixels.split(', ').map(Number);
      assert.equal(values.length, 64);
      assert.ok(Math.max(...values) > 10, 'ink is as bright as in the data');
      // A stroke from top to bottom: all rows have ink, the outer columns none.
      for (let row = 0; row < 8; row++) assert.ok(Math.max(...values.slice(8 * row, 8 * row + 8)) > 8, `row ${row}`);
      assert.ok(values.every((value, i) => value === 0 || (i % 8 > 0 && i % 8 < 7)));
      const names = readFileSync(inRoot('examples', 'data', 'digits.csv'), 'utf8').split('\n', 1)[0];
      const wanted = predict('digits', `${names.replace(/,digit$/, '')}\n${pixels.replaceAll(' ', '')}`);
      for (const [name, share] of await answers()) near(share, wanted.get(`digit=${name}`), name);
      await page.getByRole('button', { name: 'Clear' }).click();
      await settled();
      assert.ok((await page.locator('#pixels').inputValue()).split(', ').every((value) => Number(value) === 0));
    });

    it('is drawn on by the keyboard, and takes a picture from a file', async () => {
      await open(url);
      const pad = page.locator('canvas.pad');
      await pad.focus();
      for (const key of [' ', 'ArrowDown', ' ', 'ArrowDown', ' ']) await page.keyboard.press(key);
      await settled();
      const values = async (): Promise<number[]> =>
        (await page.locator('#pixels').inputValue()).split(', ').map(Number);
      assert.ok(Math.max(...(await values())) > 8);
      // Left half black, right half white, drawn by the browser itself.
      const picture = await page.evaluate(() => {
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 32;
        const context = canvas.getContext('2d')!;
        context.fillRect(0, 0, 16, 32);
        context.fillStyle = '#fff';
        context.fillRect(16, 0, 16, 32);
        return canvas.toDataURL('image/png').split(',')[1];
      });
      const file = { name: 'half.png', mimeType: 'image/png', buffer: Buffer.from(picture, 'base64') };
      await page.getByLabel('Or a picture').setInputFiles(file);
      await page.getByText('half.png is shown, brought to 8 by 8.').waitFor();
      await settled();
      (await values()).forEach((value, i) => {
        if (i % 8 < 3) assert.ok(value < 0.5, `pixel ${i}: ${value}`);
        if (i % 8 > 4) assert.ok(value > 15.5, `pixel ${i}: ${value}`);
      });
      await page
        .getByLabel('Or a picture')
        .setInputFiles({ name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('no') });
      await page.getByText('no.png is no picture that this browser can read.').waitFor();
    });
  });

  it('shows names that are meant to do harm as what they are', async () => {
    const name = '</script><img src=x onerror=alert(1)>';
    const table = [`"${name}",y`, ...Array.from({ length: 20 }, (_, i) => `${i},${i % 2 ? '<b>odd</b>' : 'even'}`)];
    writeFileSync(join(folder.path, 'data.csv'), table.join('\n'));
    writeFileSync(
      join(folder.path, 'hostile.netjson'),
      JSON.stringify({
        version: 1,
        name,
        data: { source: 'csv', path: 'data.csv', target: 'y', split: { train: 0.8, validation: 0.2 } },
        layers: [
          { id: 'input', kind: 'input', shape: [1] },
          { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
        ],
        training: { loss: 'crossentropy', optimizer: { kind: 'adam' }, batchSize: 8, epochs: 8 },
      }),
    );
    await open(exported('hostile'));
    assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), name);
    assert.equal(await page.getByLabel(name, { exact: true }).count(), 1);
    assert.equal(await page.locator('img, b:not(.off)').count(), 0);
    assert.deepEqual((await answers()).map(([one]) => one).sort(), ['<b>odd</b>', 'even']);
  });
});
