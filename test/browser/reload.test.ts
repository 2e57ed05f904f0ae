import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { openStudio, type Studio } from '../harness/designer';
import { small, until, untilState } from './support';

const cli = join(process.env.DROPOUT_STUDIO_ROOT ?? process.cwd(), 'dist', 'cli.js');
const EPOCHS = 150;
/** Trained long enough that a window is loaded anew meanwhile; to the same numbers in any process. */
const model = (name: string): string =>
  small
    .replace('"small"', `"${name}"`)
    .replace('"epochs": 100000', `"epochs": ${EPOCHS}, "numerics": "strict"`)
    .replace('"samples": 2000', '"samples": 13000')
    .replace('"train": 1000', '"train": 12000');

describe('a window that is loaded anew while it trains', function () {
  this.timeout(300_000);
  let studio: Studio;
  const whole = 'whole/run';
  before(async () => {
    studio = await openStudio({ files: { 'one.netjson': model('one'), 'two.netjson': model('two') } });
    // What training comes to that nobody interrupts: the two models differ by their names alone.
    const args = [cli, 'train', 'one.netjson', '--run-dir', whole, '--json'];
    await promisify(execFile)(process.execPath, args, { cwd: studio.workspaceDir, maxBuffer: 2 ** 26 });
  });
  after(() => studio?.close());

  const runOf = (name: string): string => {
    const runs = readdirSync(studio.path('runs')).filter((run) => run.startsWith(`${name}-`));
    assert.equal(runs.length, 1, `${name} is gone on with, and no run besides`);
    return `runs/${runs[0]}`;
  };
  /** The lines of its epochs, as they are. */
  const epochs = (run: string): string[] => {
    const log = studio.path(join(run, 'metrics.jsonl'));
    return existsSync(log)
      ? readFileSync(log, 'utf8')
          .split('\n')
          .filter((line) => line.startsWith('{"epoch":'))
      : [];
  };
  const info = (run: string): { reason?: string; resumed?: string[] } =>
    JSON.parse(readFileSync(studio.path(join(run, 'run.json')), 'utf8')) as { reason?: string; resumed?: string[] };

  /** Trains, and loads the window anew in the midst of it, or in a pause. @returns its run */
  const interrupt = async (name: string, inPause: boolean): Promise<string> => {
    const designer = await studio.openDesigner(`${name}.netjson`);
    await designer.locator('[data-testid="train"]').click();
    await untilState(designer, 'training');
    await until('two epochs', () => Promise.resolve(existsSync(studio.path('runs')) && epochs(runOf(name)).length > 1));
    if (inPause) {
      await designer.locator('[data-testid="pause"]').click();
      await untilState(designer, 'paused');
    }
    await studio.reload();
    return runOf(name);
  };
  /** What is asked in the new window. */
  const offerOf = async (name: string): Promise<Locator> => {
    // VS Code may have put the message away by now.
    await studio.page.locator('.statusbar-item', { hasText: '1 interrupted' }).click({ timeout: 90_000 });
    const text = `Training of ${name} was interrupted when the window closed.`;
    const offer = studio.page.locator('.notifications-center .notification-list-item', { hasText: text });
    await offer.waitFor({ timeout: 30_000 });
    assert.equal(info(runOf(name)).reason, undefined);
    return offer;
  };
  const isAsUninterrupted = async (run: string): Promise<void> => {
    await until('the end', () => Promise.resolve(info(run).reason), 120);
    const { reason, resumed } = info(run);
    assert.equal(reason, 'finished');
    assert.equal(resumed?.length, 1);
    const expected = epochs(whole);
    assert.equal(expected.length, EPOCHS);
    assert.equal(epochs(run).length, EPOCHS);
    // One after the other: what differs first is what matters.
    epochs(run).forEach((line, i) => assert.equal(line, expected[i]));
  };

  it('offers to go on, and comes to the very numbers of a run that nobody interrupted', async () => {
    const run = await interrupt('one', false);
    const offer = await offerOf('one');
    await offer.getByRole('button', { name: 'Resume', exact: true }).click();
    await untilState(studio.designer, 'training', 'finished');
    await isAsUninterrupted(run);
    await untilState(studio.designer, 'finished');
  });

  it('leaves it to a press of Resume in the designer, where the offer is not taken', async () => {
    const run = await interrupt('two', true);
    await (await offerOf('two')).getByRole('button', { name: 'Not Now' }).click();
    await studio.page.locator('.statusbar-item', { hasText: 'interrupted' }).waitFor({ state: 'detached' });
    await studio.execute('workbench.action.closeAllEditors');
    await studio.execute('dropoutStudio.runs.open', studio.uri(run));
    const stored = studio.designer;
    await untilState(stored, 'stopped');
    await stored.locator('[data-testid="resume-run"]').click();
    await studio.page.locator('.tab.active', { hasText: /^\s*two\.netjson/ }).waitFor();
    await isAsUninterrupted(run);
    // Asked once: the next window has nothing to go on with.
    await studio.reload();
    await studio.execute('dropoutStudio.runs.focus');
    await studio.page.locator('.part.sidebar .monaco-list-row', { hasText: 'two' }).first().waitFor();
    assert.equal(await studio.page.locator('.statusbar-item', { hasText: 'interrupted' }).count(), 0);
  });
});
