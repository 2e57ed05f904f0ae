import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FrameLocator } from 'playwright-core';
import { type Studio, openStudio } from '../harness/designer';
import { violations } from './axe';
import { picture, small, until, untilState } from './support';

const cli = join(process.env.DROPOUT_STUDIO_ROOT ?? process.cwd(), 'dist', 'cli.js');
const EPOCHS = 3000;
// Strict: the editor's Node and the command line's may have other kernels.
const model = small
  .replace('"epochs": 100000', `"epochs": ${EPOCHS}, "numerics": "strict"`)
  .replace('"samples": 2000', '"samples": 600')
  .replace('"train": 1000, "validation": 1000', '"train": 400, "validation": 200');

describe('a run that outlasts its window', function () {
  this.timeout(600_000);
  let studio: Studio;

  before(async () => {
    studio = await openStudio({
      files: { 'm.netjson': model },
      settings: { 'dropoutStudio.checkpoints.everySeconds': 0.2 },
    });
  });
  after(() => studio?.close());

  const says = (designer: FrameLocator, id: string, what: RegExp): Promise<unknown> =>
    until(String(what), async () => what.test(await designer.getByTestId(id).innerText()), 60);
  const runs = (): string[] => {
    const folder = studio.path('runs');
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.filter((name) => name.startsWith('m-') && existsSync(join(folder, name, 'run.json')));
  };
  const epochsOf = (run: string): string[] =>
    studio
      .readFile(`${run}/metrics.jsonl`)
      .split('\n')
      .filter((line) => line.startsWith('{"epoch"'));

  it('is offered when the window is loaded again, and ends with the numbers of a run that nothing interrupted', async () => {
    const designer = await studio.openDesigner('m.netjson');
    await designer.locator('[data-testid="train"]').click();
    await untilState(designer, 'training');
    await until(
      'some epochs on disk',
      () => Promise.resolve(runs().length === 1 && epochsOf(`runs/${runs()[0]}`).length > 5),
      60,
    );
    await studio.reload();
    assert.ok(epochsOf(`runs/${runs()[0]}`).length < EPOCHS, 'it ended before the window was loaded again');
    // Whether it still shows or not, the list of notifications has it.
    const offer = studio.page.locator('.notifications-center, .notifications-toasts').getByRole('button', {
      name: 'Resume',
      exact: true,
    });
    await until(
      'the offer to resume',
      async () => {
        if ((await offer.count()) > 0) return true;
        await studio.execute('notifications.showList');
        return false;
      },
      60,
    );
    await offer.first().click();
    await until('the end of the run', () => Promise.resolve(epochsOf(`runs/${runs()[0]}`).length === EPOCHS), 240);
    await untilState(studio.designer, 'finished');
    assert.equal(runs().length, 1);
    await promisify(execFile)(process.execPath, [cli, 'train', 'm.netjson', '--run-dir', 'whole', '--json'], {
      cwd: studio.workspaceDir,
      maxBuffer: 2 ** 28,
    });
    assert.deepEqual(epochsOf(`runs/${runs()[0]}`), epochsOf('whole'));
  });

  it('is shown as it is on disk, with masks and answers, and gives its weights to a new one', async () => {
    await studio.execute('workbench.action.closeAllEditors');
    const [run] = runs();
    await studio.execute('dropoutStudio.runs.open', studio.uri(`runs/${run}`));
    const designer = studio.designer;
    await untilState(designer, 'finished');
    await says(designer, 'stored', /shown with its last weights, of epoch 3,000/);
    const { dropped } = await until('a picture', async () => {
      const now = await picture(designer, 'hidden1');
      return now.dropped > 0 && now;
    });
    assert.ok(dropped < 32);
    await designer.locator('[data-testid="show-weights"]').click();
    await says(designer, 'stored', /shown with its best weights, of epoch \d+/);
    assert.deepEqual(await violations(designer), []);
    await designer.locator('[data-testid="restore-weights"]').click();
    await says(studio.designer, 'initial', new RegExp(`best weights of ${run}`));
    await untilState(studio.designer, 'paused');
    assert.equal(runs().length, 1);
    await studio.designer.locator('[data-testid="resume"]').click();
    await until('a run of its own', () => Promise.resolve(runs().length === 2), 30);
  });
});
