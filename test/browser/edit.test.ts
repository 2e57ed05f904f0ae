import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { type Studio, openStudio } from '../harness/designer';
import { small, textOf, until, untilText } from './support';

const file = 'small.netjson';

describe('the designer edits the text', function () {
  this.timeout(120_000);
  let studio: Studio;
  let designer: FrameLocator;

  before(async () => {
    studio = await openStudio({ files: { [file]: small, 'empty.netjson': '', 'broken.netjson': small } });
    // Wide enough for the palette to stand open.
    await studio.execute('workbench.action.closeSidebar');
    designer = await studio.openDesigner(file);
    await designer.locator('[data-node="output"]').waitFor();
  });
  after(() => studio?.close());

  const undo = (): Promise<unknown> => studio.execute('undo');
  /** Every gesture is one undo step: after one undo the text is the very one it was. */
  async function undone(): Promise<void> {
    await undo();
    await untilText(studio, file, (t) => t === small, 'the former text');
  }
  const nodes = (): Promise<string[]> =>
    designer.locator('[data-node]').evaluateAll((all) => all.map((n) => n.getAttribute('data-node')!));

  it('draws every layer of the file, without an error', async () => {
    assert.deepEqual((await nodes()).sort(), ['drop1', 'hidden1', 'input', 'output']);
    assert.deepEqual(studio.errors, []);
  });

  it('a rate dragged with the mouse is one edit of one number', async () => {
    const slider = designer.locator('[data-rate-of="drop1"]').first();
    const box = (await slider.boundingBox())!;
    await studio.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await studio.page.mouse.down();
    for (let i = 1; i <= 10; i++)
      await studio.page.mouse.move(box.x + box.width * (0.5 - 0.03 * i), box.y + box.height / 2);
    assert.equal(await textOf(studio, file), small, 'the text changed before the mouse was released');
    await studio.page.mouse.up();
    const text = await untilText(studio, file, (t) => t !== small, 'another rate');
    const rate = /"rate": ([\d.]+)/.exec(text)![1];
    assert.equal(text, small.replace('"rate": 0.5', `"rate": ${rate}`));
    assert.ok(Number(rate) > 0.1 && Number(rate) < 0.3, rate);
    await undone();
  });

  it('a rate moved by arrow keys, and one that is typed', async () => {
    const slider = designer.locator('[data-rate-of="drop1"]').first();
    await slider.focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'PageUp']) await studio.page.keyboard.press(key);
    await studio.page.keyboard.press('Enter');
    await untilText(studio, file, (t) => t.includes('"rate": 0.62 }'), 'the rate 0.62');
    await undone();
    await slider.focus();
    await studio.page.keyboard.type('0.25');
    await studio.page.keyboard.press('Enter');
    await untilText(studio, file, (t) => t.includes('"rate": 0.25 }'), 'the rate 0.25');
    await undone();
    await slider.focus();
    await studio.page.keyboard.press('ArrowLeft');
    await studio.page.keyboard.press('Escape');
    await new Promise((r) => setTimeout(r, 900));
    assert.equal(await textOf(studio, file), small);
  });

  it('adds a layer behind the selected one, by mouse', async () => {
    await designer.locator('[data-node="hidden1"] .node-head').click();
    await designer.locator('[data-add="dense"]').click();
    await designer.locator('[data-node="dense1"]').waitFor();
    assert.match(await textOf(studio, file), /"hidden1".*\/\/ thirty-two\n {4}\{ "id": "dense1", "kind": "dense"/);
    await undone();
    await designer.locator('[data-node="dense1"]').waitFor({ state: 'detached' });
  });

  it('adds a layer by keyboard: / then a name, then Enter', async () => {
    await designer.locator('[data-node="drop1"]').focus();
    await studio.page.keyboard.press('/');
    await studio.page.keyboard.type('activ');
    await studio.page.keyboard.press('Enter');
    await designer.locator('[data-kind="activation"]').waitFor();
    await undone();
  });

  it('moves a layer, and removes one and joins its neighbours', async () => {
    await designer.locator('[data-node="drop1"]').focus();
    await studio.page.keyboard.press('Alt+ArrowLeft');
    await untilText(studio, file, (t) => t.indexOf('"drop1"') < t.indexOf('"hidden1"'), 'drop1 before hidden1');
    await undone();
    await designer.locator('[data-node="drop1"]').focus();
    await studio.page.keyboard.press('Delete');
    await designer.locator('[data-node="drop1"]').waitFor({ state: 'detached' });
    assert.equal(await textOf(studio, file), small.replace(/ {4}\{ "id": "drop1".*\n/, ''));
    await undone();
    await designer.locator('[data-node="drop1"]').waitFor();
  });

  it('keeps the last good picture of text that does not parse, says where, and leads there', async () => {
    const broken = await studio.openDesigner('broken.netjson');
    await broken.locator('[data-node="drop1"]').waitFor();
    studio.writeFile('broken.netjson', small.replace('"units": 32,', '"units": 32'));
    const banner = broken.locator('[data-testid="banner"]');
    await banner.waitFor();
    assert.match(await banner.innerText(), /line 7/i);
    assert.match(await banner.innerText(), /comma is missing after/);
    assert.equal(await broken.locator('[data-node]').count(), 4);
    assert.equal(
      await broken.locator('[data-testid="train"]').evaluate((b) => b.matches('[disabled], [aria-disabled=true]')),
      true,
    );
    await banner.getByText('Show in text').click();
    await studio.page.locator('.editor-instance .monaco-editor .cursor').first().waitFor();
    studio.writeFile('broken.netjson', small);
    await banner.waitFor({ state: 'detached' });
    await studio.execute('workbench.action.closeAllEditors');
  });

  it('offers templates for an empty file, and fills it as one undo step', async () => {
    const empty = await studio.openDesigner('empty.netjson');
    await empty.locator('[data-testid="templates"]').waitFor();
    await empty.getByRole('button', { name: /^Circles/ }).click();
    await empty.locator('[data-node="hidden1"]').waitFor();
    assert.match(await textOf(studio, 'empty.netjson'), /"source": "circles"/);
    await undo();
    await until('the templates again', async () => (await empty.locator('[data-testid="templates"]').count()) === 1);
    assert.equal(await textOf(studio, 'empty.netjson'), '');
  });

  it('brings the data of a template along, beside the file', async () => {
    const empty = await studio.openDesigner('empty.netjson');
    await empty.getByRole('button', { name: /^Tabular classifier/ }).click();
    await empty.locator('[data-node="hidden"]').waitFor();
    assert.match(await textOf(studio, 'empty.netjson'), /"path": "wine\.csv"/);
    assert.match(studio.readFile('wine.csv'), /^alcohol,/);
    await undo();
    await until('the templates again', async () => (await empty.locator('[data-testid="templates"]').count()) === 1);
  });

  it('fills an empty file with a network for a table of one’s own, as one undo step', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${(i * 7) % 13},${(i * 11) % 17},${i % 2 ? 'yes' : 'no'}`);
    studio.writeFile('tables/mine.csv', `a,answer,label\n${rows.join('\n')}\n`);
    const empty = await studio.openDesigner('empty.netjson');
    const row = (label: string) =>
      studio.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
    const button = empty.locator('[data-testid="new-from-csv"]:not([disabled])');
    await button.click();
    await row('tables/mine.csv').waitFor();
    await studio.page.keyboard.press('Escape');
    await button.click();
    await row('tables/mine.csv').click();
    await row('label').click();
    await empty.locator('[data-node="hidden1"]').waitFor();
    const text = await textOf(studio, 'empty.netjson');
    assert.match(text, /"path": "tables\/mine\.csv"/);
    assert.match(text, /"target": "label"/);
    await undo();
    await until('the templates again', async () => (await empty.locator('[data-testid="templates"]').count()) === 1);
    assert.equal(await textOf(studio, 'empty.netjson'), '');
  });

  it('leaves no error behind', () => assert.deepEqual(studio.errors, []));
});
