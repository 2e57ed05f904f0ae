import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { type Studio, openStudio } from '../harness/designer';
import { small, until } from './support';

const cli = join(process.env.DROPOUT_STUDIO_ROOT ?? process.cwd(), 'dist', 'cli.js');
const model = small
  .replace('"samples": 2000', '"samples": 60')
  .replace('"train": 1000, "validation": 1000', '"train": 40, "validation": 20')
  .replace('"epochs": 100000', '"epochs": 3');

describe('the Runs view by keys alone', function () {
  this.timeout(120_000);
  let studio: Studio;
  let rows: Locator;

  before(async () => {
    studio = await openStudio({ files: { 'm.netjson': model } });
    for (const name of ['a', 'b', 'c']) {
      const args = [cli, 'train', 'm.netjson', '--run-dir', `runs/${name}`, '--json'];
      await promisify(execFile)(process.execPath, args, { cwd: studio.workspaceDir });
      studio.writeFile(`runs/${name}/notes.json`, JSON.stringify({ format: 1, name: `run ${name}` }));
    }
    await studio.execute('dropoutStudio.runs.focus');
    rows = studio.page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row');
    await until('three runs', async () => (await rows.filter({ hasText: /run [abc]/ }).count()) === 3);
    // A click gives the view the keys, and selects.
    await rows.filter({ hasText: 'run c' }).click();
    await until('it to be selected', async () => (await labelled('.selected')) === 'run c');
    await studio.execute('workbench.action.closeAllEditors');
    await studio.execute('dropoutStudio.runs.focus');
  });
  after(() => studio?.close());

  const labelled = async (mark: '.selected' | '.focused'): Promise<string | undefined> => {
    const row = studio.page.locator(`.tree-explorer-viewlet-tree-view .monaco-list-row${mark} .label-name`);
    return (await row.count()) === 1 ? row.innerText() : undefined;
  };
  /** By the arrow keys to a run; what is selected stays. */
  async function goTo(name: string): Promise<void> {
    const index = Number(await rows.filter({ hasText: name }).getAttribute('data-index'));
    await studio.page.keyboard.press('Home');
    for (let i = 0; i < index; i++) await studio.page.keyboard.press('ArrowDown');
    await until(`the keys to be on ${name}`, async () => (await labelled('.focused')) === name);
  }

  it('renames the run that the arrow keys went to, and not the one that was clicked', async () => {
    await goTo('run a');
    await studio.page.keyboard.press('F2');
    const input = studio.page.locator('.quick-input-widget input').first();
    await until('the old name', async () => (await input.isVisible()) && (await input.inputValue()) === 'run a');
    await input.fill('the first');
    await studio.page.keyboard.press('Enter');
    await until('the new name', async () => (await rows.filter({ hasText: 'the first' }).count()) === 1);
    assert.equal((JSON.parse(studio.readFile('runs/a/notes.json')) as { name: string }).name, 'the first');
  });

  it('deletes the run that they went to', async () => {
    await goTo('run b');
    await studio.page.keyboard.press('Delete');
    await until('it to be gone', async () => (await rows.filter({ hasText: 'run b' }).count()) === 0);
    assert.ok(!existsSync(studio.path('runs/b')));
    assert.ok(existsSync(studio.path('runs/a')) && existsSync(studio.path('runs/c')), 'and no other');
  });

  it('shows the keys in its menu', async () => {
    await goTo('run c');
    await studio.page.keyboard.press('Shift+F10');
    const menu = studio.page.locator('.monaco-menu');
    await menu.getByText('Rename...').waitFor();
    const hints = await menu.locator('.keybinding').allInnerTexts();
    // Shown as this system writes them.
    assert.ok(hints.includes('F2') && hints.some((hint) => hint.startsWith('Del')), hints.join());
    await studio.page.keyboard.press('Escape');
  });
});
