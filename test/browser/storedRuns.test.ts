import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FrameLocator } from 'playwright-core';
import { type Studio, openStudio } from '../harness/designer';
import { picture, small, until, untilState } from './support';

const cli = join(process.env.DROPOUT_STUDIO_ROOT ?? process.cwd(), 'dist', 'cli.js');
const EPOCHS = 200;
const model = small
  .replace('"epochs": 100000', `"epochs": ${EPOCHS}`)
  .replace('"samples": 2000', '"samples": 600')
  .replace('"train": 1000, "validation": 1000', '"train": 400, "validation": 200');

describe('a run on disk', function () {
  this.timeout(180_000);
  let studio: Studio;

  before(async () => {
    studio = await openStudio({ files: { 'm.netjson': model } });
    const args = [cli, 'train', 'm.netjson', '--run-dir', 'runs/m-1', '--json'];
    await promisify(execFile)(process.execPath, args, { cwd: studio.workspaceDir, maxBuffer: 2 ** 26 });
  });
  after(() => studio?.close());

  const says = (designer: FrameLocator, id: string, what: RegExp): Promise<unknown> =>
    until(String(what), async () => what.test(await designer.getByTestId(id).innerText()), 60);
  const runs = (): string[] => {
    const folder = studio.path('runs');
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.filter((name) => name.startsWith('m-') && existsSync(join(folder, name, 'run.json')));
  };

  it('is shown as it is on disk, with masks and answers, and gives its weights to a new one', async () => {
    const [run] = runs();
    await studio.execute('dropoutStudio.runs.open', studio.uri(`runs/${run}`));
    const designer = studio.designer;
    await untilState(designer, 'finished');
    await says(designer, 'stored', /shown with its last weights, of epoch 200/);
    const { dropped } = await until('a picture', async () => {
      const now = await picture(designer, 'hidden1');
      return now.dropped > 0 && now;
    });
    assert.ok(dropped < 32);
    await designer.locator('[data-testid="show-weights"]').click();
    await says(designer, 'stored', /shown with its best weights, of epoch \d+/);
    await designer.locator('[data-testid="restore-weights"]').click();
    await says(studio.designer, 'initial', new RegExp(`best weights of ${run}`));
    await untilState(studio.designer, 'paused');
    assert.equal(runs().length, 1);
    await studio.designer.locator('[data-testid="resume"]').click();
    await until('a run of its own', () => Promise.resolve(runs().length === 2), 30);
  });
});
