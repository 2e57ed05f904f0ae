import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { type Studio, openStudio } from '../harness/designer';
import { small, textOf, until, untilText } from './support';

const file = 'small.netjson';

describe('the training view in a tab of its own', function () {
  this.timeout(120_000);
  let studio: Studio;
  before(async () => {
    studio = await openStudio({ files: { [file]: small }, size: { width: 1900, height: 1000 } });
    await studio.execute('workbench.action.closeSidebar');
  });
  after(() => studio?.close());

  it('shows the run beside the design, and is brought back where it stands already', async () => {
    const design = await studio.openDesigner(file);
    await design.locator('[data-node="output"]').waitFor();
    await studio.runCommand('Dropout Studio: Open Training View to the Side');
    await until('two designers', async () => (await studio.designers()).length === 2);
    const [, training] = await studio.designers();
    const seen = (page: FrameLocator): Promise<string | null> =>
      page.locator('[data-testid="view"] [aria-checked="true"]').getAttribute('data-value', { timeout: 5000 });
    await until('the training view', async () => (await seen(training)) === 'train');
    assert.equal(await seen(design), 'design');
    await training.locator('[data-testid="view"] [data-value="design"]').click();
    await until('the design in both', async () => (await seen(training)) === 'design');
    await studio.execute('workbench.action.focusFirstEditorGroup');
    await studio.runCommand('Dropout Studio: Open Training View to the Side');
    await until('the training view again', async () => (await seen(training)) === 'train');
    assert.equal((await studio.designers()).length, 2);
    assert.deepEqual(studio.errors, []);
  });
});

describe('text and picture side by side', function () {
  this.timeout(120_000);
  let studio: Studio;
  let designer: FrameLocator;

  before(async () => {
    studio = await openStudio({ files: { [file]: small }, size: { width: 1900, height: 1000 } });
    await studio.execute('workbench.action.closeSidebar');
    designer = await studio.openDesigner(file);
    await designer.locator('[data-node="output"]').waitFor();
    await designer.locator('[data-node="hidden1"]').focus();
    await designer.getByTitle('Show in text').click();
    await studio.page.locator('.editor-instance .monaco-editor:visible').first().waitFor();
  });
  after(() => studio?.close());

  const selected = (): Promise<string | null> =>
    designer.locator('[data-node].selected').first().getAttribute('data-node', { timeout: 5000 });
  const line = (): Promise<string> =>
    studio.page.locator('.editor-instance .monaco-editor:visible .active-line-number').first().innerText();

  it('the text shows the layer that is selected in the picture', async () => {
    await designer.locator('[data-node="output"] .node-head').click();
    await until('line 9 in the text', async () => (await line()) === '9');
    await designer.locator('[data-node="drop1"]').focus();
    await until('line 8 in the text', async () => (await line()) === '8');
    assert.equal(await designer.locator('[data-node="drop1"]:focus').count(), 1, 'the focus stays in the picture');
  });

  it('the picture selects the layer that the cursor is in', async () => {
    await studio.page.locator('.view-line', { hasText: 'thirty-two' }).first().click();
    await until('hidden1', async () => (await selected()) === 'hidden1');
    await studio.page.keyboard.press('ArrowUp');
    await until('input', async () => (await selected()) === 'input');
    // Outside of all layers what was selected stays.
    await studio.page.keyboard.press('Control+Home');
    await studio.page.keyboard.press('ArrowDown');
    assert.equal(await selected(), 'input');
  });

  it('what is typed is drawn, and what is drawn is written', async () => {
    await studio.page.locator('.view-line', { hasText: 'thirty-two' }).first().click();
    await studio.page.keyboard.press('End');
    await studio.page.keyboard.press('Enter');
    await studio.page.keyboard.insertText('{ "id": "typed", "kind": "dense", "units": 6 },');
    await designer.locator('[data-node="typed"]').waitFor();
    await designer.locator('[data-node="typed"]').focus();
    await studio.page.keyboard.press('Delete');
    await untilText(studio, file, (t) => !t.includes('typed'), 'no such layer');
    await studio.page.locator('.view-line', { hasText: 'thirty-two' }).first().waitFor();
    assert.equal(await studio.page.locator('.view-line', { hasText: 'typed' }).count(), 0);
  });

  it('a mistake is mended from the banner, and from the list of problems', async () => {
    const before = await textOf(studio, file);
    const wrong = small.replace('"units": 32', '"unit": 32');
    studio.writeFile(file, wrong);
    // Now and then VS Code reverts to what it read before the file was written: it is asked until it has the new text.
    await until('the mistake to be read', async () => {
      await studio.execute('workbench.action.files.revert');
      return (await textOf(studio, file)) === wrong;
    });
    const banner = designer.locator('[data-testid="banner"]');
    await banner.waitFor();
    await banner.getByText('Change "unit" to "units"').click();
    await untilText(studio, file, (t) => t === small, 'units again');
    await banner.waitFor({ state: 'detached' });
    assert.notEqual(before, '');
    await designer.locator('[data-rate-of="drop1"]').first().focus();
    await studio.page.keyboard.type('0');
    await studio.page.keyboard.press('Enter');
    await designer.getByRole('tab', { name: /Problems/ }).click();
    await designer.getByRole('button', { name: 'Remove layer "drop1"' }).click();
    await untilText(studio, file, (t) => !t.includes('"drop1"'), 'no drop1');
  });

  it('leaves no error behind', () => assert.deepEqual(studio.errors, []));
});
