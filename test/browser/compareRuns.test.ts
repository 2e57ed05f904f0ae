import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { type Studio, THEMES, openStudio } from '../harness/designer';
import { violations } from './axe';
import { small, until } from './support';

const cli = join(process.env.DROPOUT_STUDIO_ROOT ?? process.cwd(), 'dist', 'cli.js');
const model = small
  .replace('"samples": 2000', '"samples": 300')
  .replace('"train": 1000, "validation": 1000', '"train": 200, "validation": 100')
  .replace('"epochs": 100000', '"epochs": 30');

describe('runs side by side', function () {
  this.timeout(180_000);
  let studio: Studio;
  let page: FrameLocator;

  before(async () => {
    studio = await openStudio({
      files: { 'm.netjson': model, 'low.netjson': model.replace('"rate": 0.5', '"rate": 0.1') },
    });
    const train = (file: string, name: string, seed: number): void =>
      void execFileSync(
        process.execPath,
        [cli, 'train', file, '--run-dir', `runs/${name}`, '--seed', String(seed), '--json'],
        { cwd: studio.workspaceDir },
      );
    for (const seed of [1, 2, 3]) train('m.netjson', `half-${seed}`, seed);
    train('low.netjson', 'low', 3);
    // Called as a person called them in the Runs view.
    for (const name of ['half-1', 'half-2', 'half-3', 'low'])
      studio.writeFile(`runs/${name}/notes.json`, JSON.stringify({ format: 1, name: name.replace('-', ' no. ') }));
    await studio.execute('workbench.action.closeSidebar');
    const runs = ['half-1', 'half-2', 'half-3', 'low'].map((name) => studio.path(`runs/${name}`));
    await studio.execute('dropoutStudio.compareRuns', runs);
    page = studio.designer;
    await page.getByTestId('validation-chart').waitFor();
  });
  after(() => studio?.close());

  const rows = (testId: string): Promise<string[][]> =>
    page
      .getByTestId(testId)
      .locator('tbody tr')
      .evaluateAll((all) => all.map((r) => [...r.children].map((c) => c.textContent?.trim() ?? '')));

  it('are a mean line with its spread where they are repeats, and single lines', async () => {
    assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), '4 runs compared');
    const names = (await rows('validation-chart-key')).map((r) => r[1]);
    assert.deepEqual(names, ['Mean of A, B, C, \u00b1 standard deviation', 'D  low']);
    await page.getByTestId('mode').getByText('Each run').click();
    await until('four lines', async () => (await rows('validation-chart-key')).length === 4);
    assert.deepEqual(
      (await rows('train-chart-key')).map((r) => r[1]),
      ['A  half no. 1', 'B  half no. 2', 'C  half no. 3', 'D  low'],
    );
  });

  it('show numbers, mean and spread, and what differs', async () => {
    const loss = (await rows('figures')).find(([title]) => title === 'Validation loss, best')!;
    assert.equal(loss.length, 6);
    assert.match(loss[5], /^0\.\d{4} \u00b1 0\.\d{4}$/);
    assert.equal(loss.filter((cell) => cell.endsWith(' the best')).length, 1);
    assert.deepEqual(await rows('differences'), [
      ['Seeds', 'training seed', '1', '2', '3', '3'],
      ['Network', 'drop1 rate', '0.5', '0.5', '0.5', '0.1'],
    ]);
  });

  it('are walked by keys: an epoch is pointed at in both charts, T gives the numbers', async () => {
    const cursor = page.getByTestId('validation-chart-cursor');
    await cursor.focus();
    for (let i = 0; i < 3; i++) await studio.page.keyboard.press('ArrowLeft');
    const head = (testId: string): Promise<string> => page.getByTestId(testId).locator('thead th').first().innerText();
    await until('epoch 27 in both charts', async () => (await head('train-chart-key')) === 'epoch 27');
    assert.equal(await head('validation-chart-key'), 'epoch 27');
    assert.match((await cursor.getAttribute('aria-valuetext'))!, /^Epoch 27: A 0\.\d+; B /);
    await studio.page.keyboard.press('t');
    const numbers = page.getByRole('region', { name: 'Validation loss, numbers' });
    assert.equal(await numbers.locator('tbody tr').count(), 30);
    await page.getByTestId('validation-chart-table').click();
    await page.getByTestId('validation-chart').waitFor();
  });

  it('draw another metric', async () => {
    await page.getByTestId('metric').click();
    await page.getByRole('option', { name: 'accuracy' }).click();
    await page.getByRole('heading', { name: 'Validation accuracy' }).waitFor();
    assert.match((await rows('validation-chart-key'))[0][3], /%$/);
  });

  it('come back with the window, as they were looked at', async () => {
    await studio.reloadWindow();
    page = studio.designer;
    await page.getByRole('heading', { name: 'Validation accuracy' }).waitFor();
    assert.equal((await rows('validation-chart-key')).length, 4, 'each run, as before');
    assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), '4 runs compared');
    // Asked for again, it is the same tab.
    await studio.execute(
      'dropoutStudio.compareRuns',
      ['half-1', 'half-2', 'half-3', 'low'].map((name) => studio.path(`runs/${name}`)),
    );
    assert.equal(await studio.page.locator('.tab', { hasText: '4 Runs Compared' }).count(), 1);
  });

  it('have no finding of axe, in any theme', async () => {
    for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
      await studio.setTheme(theme);
      assert.deepEqual(await violations(page), [], theme);
    }
    await studio.setTheme('dark');
    assert.deepEqual(studio.errors, []);
  });
});
