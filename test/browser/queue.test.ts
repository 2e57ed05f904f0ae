import assert from 'node:assert/strict';
import { openStudio, type Studio } from '../harness/designer';
import { small, until } from './support';

/** With epochs that take their time: what is begun is still at it when the window is loaded anew. */
const long = (name: string): string =>
  small
    .replace('"small"', `"${name}"`)
    .replace('"samples": 2000', '"samples": 21000')
    .replace('"train": 1000', '"train": 20000');

describe('the queue in the Runs view', function () {
  this.timeout(180_000);
  let studio: Studio;
  before(async () => {
    const files = Object.fromEntries(
      ['one', 'gone', 'two', 'three', 'four'].map((name) => [`${name}.netjson`, long(name)]),
    );
    studio = await openStudio({ files });
  });
  after(() => studio.close());

  /** As a screen reader tells them. */
  const rows = (): Promise<string[]> =>
    studio.page
      .locator('.part.sidebar .monaco-list-row')
      .evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
  /** The models that wait, as the view shows them. */
  const waiting = async (): Promise<string[]> =>
    (await rows()).flatMap((row) => /^(\w+), \d of \d, seed 3/.exec(row)?.[1] ?? []);
  const untilWaiting = (...names: string[]): Promise<unknown> =>
    until(`${names.join(', ')} to wait`, async () => (await waiting()).join() === names.join(), 60);
  const untilRow = (pattern: RegExp): Promise<string> =>
    until(`a row ${pattern}`, async () => (await rows()).find((row) => pattern.test(row)), 60);

  it('shows what waits, and is put in order by keys', async () => {
    for (const name of ['one', 'gone', 'two', 'three', 'four'])
      await studio.execute('dropoutStudio.queueRun', studio.uri(`${name}.netjson`));
    await studio.execute('dropoutStudio.showQueue');
    await untilWaiting('gone', 'two', 'three', 'four');
    await untilRow(/^Queue, 4 waiting/);
    await untilRow(/epoch \d+ of 100000/);
    // On the queue's row, which is the selected one; its first run is the next one.
    await studio.page.keyboard.press('ArrowDown');
    await studio.page.keyboard.press('Delete');
    await untilWaiting('two', 'three', 'four');
    // The keys are on the run that came in its place.
    await studio.page.keyboard.press('Alt+ArrowDown');
    await untilWaiting('three', 'two', 'four');
    await studio.page.keyboard.press('Alt+ArrowDown');
    await untilWaiting('three', 'four', 'two');
    await studio.page.keyboard.press('ArrowUp');
    await studio.page.keyboard.press('Alt+ArrowUp');
    await untilWaiting('four', 'three', 'two');
    // One after the other before the view shows the first: each finds the run that the keys are on.
    await studio.page.keyboard.press('Alt+ArrowDown');
    await studio.page.keyboard.press('Alt+ArrowDown');
    await untilWaiting('three', 'two', 'four');
    await studio.page.keyboard.press('Alt+ArrowUp');
    await studio.page.keyboard.press('Alt+ArrowUp');
    await untilWaiting('four', 'three', 'two');
    await studio.runCommand('Dropout Studio: Pause Queue');
    await untilRow(/^Queue, paused, 3 waiting/);
    await studio.runCommand('Dropout Studio: Resume Queue');
    await untilRow(/^Queue, 3 waiting/);
    await studio.page.locator('.part.sidebar .monaco-list').press('End');
    await studio.page.keyboard.press('F2');
    const name = studio.page.locator('.quick-input-widget input');
    await until('the name of the run that the keys are on', async () => (await name.inputValue()).startsWith('one, '));
    await studio.page.keyboard.press('Escape');
    const status = studio.page.locator('.statusbar-item', { hasText: '3 queued' });
    await status.waitFor({ timeout: 30_000 });
    assert.deepEqual(studio.errors, []);
  });

  it('is there again after the window was loaded anew, and goes on with what was interrupted', async () => {
    await studio.reload();
    await studio.execute('dropoutStudio.runs.focus');
    // VS Code may have put the message away by now.
    await studio.page.locator('.statusbar-item', { hasText: '1 interrupted, 3 queued' }).click();
    const offer = studio.page.locator('.notification-list-item', {
      hasText: 'Training of one was interrupted when the window closed, and 3 runs wait in the queue.',
    });
    await offer.waitFor({ timeout: 60_000 });
    await untilRow(/^Queue, paused, 3 waiting/);
    await untilWaiting('four', 'three', 'two');
    await offer.getByRole('button', { name: 'Resume All' }).click();
    await untilRow(/^Queue, 3 waiting/);
    const run = await untilRow(/epoch \d+ of 100000/);
    assert.doesNotMatch(run, /interrupted|elsewhere/);
    // It is trained in a session of its own: the file's designer is not opened for it.
    assert.equal(await studio.page.locator('.tab', { hasText: 'one' }).count(), 0);
    await studio.setSetting('dropoutStudio.parallelRuns', 2);
    await untilWaiting('three', 'two');
  });
});
