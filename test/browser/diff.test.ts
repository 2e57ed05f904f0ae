import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { type Studio, THEMES, openStudio } from '../harness/designer';
import { violations } from './axe';
import { small, until } from './support';

/** The small network with one rate changed, one layer added, one removed, other data and another number of epochs. */
const other = small
  .replace('"rate": 0.5', '"rate": 0.3')
  .replace('"noise": 0.3', '"noise": 0.2')
  .replace('"epochs": 100000', '"epochs": 50')
  .replace('    { "id": "output"', '    { "id": "hidden2", "kind": "dense", "units": 8 },\n    { "id": "output"')
  .replace(/ {4}\{ "id": "extra".*\n/, '');
const first = small.replace(
  '    { "id": "output"',
  '    { "id": "extra", "kind": "gaussianNoise", "stddev": 0.1 },\n    { "id": "output"',
);

describe('two versions of a network side by side', function () {
  this.timeout(180_000);
  let studio: Studio;
  let page: FrameLocator;

  before(async () => {
    studio = await openStudio({
      files: {
        'first.netjson': first,
        'other.netjson': other,
        'broken.netjson': small.replace('"units": 32,', '"units": 32'),
      },
    });
    await studio.execute('workbench.action.closeSidebar');
    await studio.execute('dropoutStudio.compareWithFile', studio.uri('first.netjson'), studio.uri('other.netjson'));
    page = studio.designer;
    await page.locator('[data-node="output"]').waitFor();
  });
  after(() => studio?.close());

  const marks = (): Promise<string[]> =>
    page
      .locator('[data-node]')
      .evaluateAll((all) => all.map((n) => `${n.getAttribute('data-mark')} ${n.getAttribute('data-node')}`));
  const rows = (): Promise<string[]> =>
    page
      .locator('tbody tr')
      .evaluateAll((all) => all.map((r) => [...r.children].map((c) => c.textContent?.trim()).join(' | ')));
  const wait = (what: string, mark: string): Promise<unknown> =>
    until(what, async () => (await marks()).includes(mark));
  const focused = (): Promise<string | null> =>
    page.locator('body').evaluate((b) => b.ownerDocument.activeElement?.getAttribute('data-node') ?? null);

  it('are one graph, in which each layer is marked', async () => {
    assert.deepEqual((await marks()).sort(), [
      'added hidden2',
      'changed drop1',
      'changed output',
      'removed extra',
      'same hidden1',
      'same input',
    ]);
    const drop = page.locator('[data-node="drop1"]');
    assert.match(await drop.innerText(), /changed/);
    assert.match(await drop.innerText(), /rate 0\.5 \u2192 0\.3/);
    assert.match(await page.locator('[data-node="hidden2"]').innerText(), /added/);
    assert.match(await page.locator('[data-node="extra"]').innerText(), /removed/);
    assert.equal(await page.locator('[data-node="extra"] s').innerText(), 'extra');
  });

  it('are told apart by borders, not by colour alone', async () => {
    const border = (id: string): Promise<string> =>
      page.locator(`[data-node="${id}"]`).evaluate((n) => {
        const { borderLeftStyle: style, borderLeftWidth: left, borderTopWidth: top } = getComputedStyle(n);
        return `${style} ${left} ${top}`;
      });
    const all = await Promise.all(['hidden1', 'hidden2', 'extra', 'drop1'].map(border));
    assert.equal(new Set(all).size, 4, all.join('; '));
    assert.match(all[2], /^dashed/);
  });

  it('differ in what the table says, with data and training', async () => {
    assert.deepEqual(await rows(), [
      'drop1 | changed | rate | 0.5 | 0.3',
      'extra | removed | layer | gaussian noise, 32 units | no such layer',
      'hidden2 | added | layer | no such layer | dense, 8 units, 264 parameters',
      'output | changed | reads | extra | hidden2',
      'output | changed | parameters | 66 | 18 (\u221248)',
      'Data | changed | noise | 0.3 | 0.2',
      'Training | changed | epochs | 100000 | 50',
    ]);
    assert.match(await page.locator('h1').innerText(), /first\.netjson[^]*other\.netjson/);
    const counts = await page.locator('[data-testid="counts"]').innerText();
    assert.match(counts, /1 added[^]*1 removed[^]*2 changed[^]*2 same/);
  });

  it('are walked with the arrow keys, and from the picture to the table and back', async () => {
    await page.locator('[data-node="input"]').focus();
    await studio.page.keyboard.press('ArrowRight');
    await until('the second layer', async () => (await focused()) === 'hidden1');
    await studio.page.keyboard.press('ArrowRight');
    await until('the third layer', async () => (await focused()) === 'drop1');
    assert.match(
      (await page.locator('[data-node="drop1"]').getAttribute('aria-label')) ?? '',
      /^drop1, dropout, rate 0\.3, changed: rate 0\.5 to 0\.3, layer 3 of 6$/,
    );
    await studio.page.keyboard.press('Enter');
    const inTable = (): Promise<string | null> =>
      page.locator('body').evaluate((b) => b.ownerDocument.activeElement?.getAttribute('data-layer') ?? null);
    await until('the row of drop1', async () => (await inTable()) === 'drop1');
    await page.locator('[data-layer="output"]').first().focus();
    await studio.page.keyboard.press('Enter');
    await until('the layer of the row', async () => (await focused()) === 'output');
  });

  it('change places', async () => {
    await page.locator('[data-testid="swap"]').click();
    await wait('the mirror image', 'removed hidden2');
    assert.ok((await rows()).includes('drop1 | changed | rate | 0.3 | 0.5'));
    assert.match(await page.locator('h1').innerText(), /other\.netjson[^]*first\.netjson/);
    await page.locator('[data-testid="swap"]').click();
    await wait('the former picture', 'added hidden2');
  });

  it('are followed as they change, and stay in sight while one of them is not valid', async () => {
    studio.writeFile('other.netjson', other.replace('"rate": 0.3', '"rate": 0.5'));
    await wait('a layer that is the same again', 'same drop1');
    studio.writeFile('other.netjson', other.replace('"units": 32,', '"units": 32'));
    const problem = page.locator('[data-testid="problem"]');
    await problem.waitFor();
    assert.match(await problem.innerText(), /other\.netjson is not valid, line 7[^]*comma is missing/);
    assert.equal(await page.locator('[data-node]').count(), 6);
    studio.writeFile('other.netjson', other);
    await problem.waitFor({ state: 'detached' });
    await wait('the change', 'changed drop1');
  });

  for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
    it(`axe finds nothing, theme ${theme}`, async () => {
      const wanted = {
        dark: /vscode-dark/,
        light: /vscode-light/,
        hcDark: /vscode-high-contrast(?!-light)/,
        hcLight: /vscode-high-contrast-light/,
      }[theme];
      await studio.setTheme(theme);
      await until('the theme', async () => wanted.test((await page.locator('body').getAttribute('class')) ?? ''));
      assert.deepEqual(await violations(page), []);
    });
  }

  it('open as VS Code\u2019s own comparison of texts', async () => {
    await page.locator('[data-testid="text-diff"]').click();
    await studio.page.locator('.monaco-diff-editor:visible').first().waitFor();
    await studio.execute('workbench.action.closeActiveEditor');
    await page.locator('[data-node="output"]').waitFor();
  });

  it('say which text is not valid and where, and lead to the texts', async () => {
    await studio.execute('dropoutStudio.compareWithFile', studio.uri('first.netjson'), studio.uri('broken.netjson'));
    const problem = page.locator('[data-testid="problem"]');
    await problem.waitFor();
    assert.match(await problem.innerText(), /broken\.netjson is not valid, line 7[^]*comma is missing/);
    assert.equal(await page.locator('[data-node]').count(), 0);
    await problem.getByText('Text diff').click();
    await studio.page.locator('.monaco-diff-editor:visible').first().waitFor();
  });

  it('leave no error behind', () => assert.deepEqual(studio.errors, []));
});
