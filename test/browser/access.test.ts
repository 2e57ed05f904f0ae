import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { type Studio, THEMES, openStudio } from '../harness/designer';
import { violations } from './axe';
import { small, until, untilState } from './support';

describe('the designer is accessible', function () {
  this.timeout(180_000);
  let studio: Studio;
  let designer: FrameLocator;

  before(async () => {
    studio = await openStudio({ files: { 'small.netjson': small } });
    await studio.execute('workbench.action.closeSidebar');
    designer = await studio.openDesigner('small.netjson');
    await designer.locator('[data-testid="train"]').waitFor();
  });
  after(() => studio?.close());

  for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
    it(`axe finds nothing in either view, theme ${theme}`, async () => {
      await studio.setTheme(theme);
      const wanted =
        theme.startsWith('hc') || /contrast/i.test(theme)
          ? /high-contrast/
          : theme.includes('light')
            ? /vscode-light/
            : /vscode-dark/;
      await until('the theme', async () => wanted.test((await designer.locator('body').getAttribute('class')) ?? ''));
      await designer.locator('[data-testid="view"]').getByText('Design').click();
      assert.deepEqual(await violations(designer), []);
      await designer.locator('[data-testid="view"]').getByText('Train').click();
      assert.deepEqual(await violations(designer), []);
    });
  }

  for (const [width, what] of [
    [1000, 'medium'],
    [720, 'narrow, as at 200 % zoom'],
    [520, 'a list'],
  ] as const)
    it(`axe finds nothing, and nothing is cut off, where the place is ${what}`, async () => {
      await studio.setTheme('dark');
      // The workbench has some 50 pixels of its own at the left.
      await studio.page.setViewportSize({ width: width + 50, height: 800 });
      await until('the page to take in its size', async () =>
        designer.locator('body').evaluate((b, most) => b.clientWidth <= most, width + 10),
      );
      for (const view of ['Design', 'Train']) {
        await designer.locator('[data-testid="view"]').getByText(view).click();
        assert.deepEqual(await violations(designer), []);
        const wide = await designer
          .locator('body')
          .evaluate((b) => b.ownerDocument.documentElement.scrollWidth - b.clientWidth);
        assert.ok(wide <= 0, `${view} is ${wide} pixels wider than its place`);
      }
    });

  it('builds and trains by keyboard alone', async () => {
    await studio.page.setViewportSize({ width: 1440, height: 900 });
    await designer.locator('[data-testid="view"]').getByText('Design').click();
    await designer.locator('[data-node="hidden1"]').focus();
    await studio.page.keyboard.press('/');
    await studio.page.keyboard.type('dropout');
    await studio.page.keyboard.press('Enter');
    await until('the second dropout', async () => (await designer.locator('[data-kind="dropout"]').count()) === 2);
    await designer.locator('[data-node="hidden1"]').focus();
    await studio.page.keyboard.press('F5');
    await untilState(designer, 'training');
    await studio.page.keyboard.press('F5');
    await untilState(designer, 'paused');
    await studio.page.keyboard.press('F10');
    await studio.page.keyboard.press('Shift+F5');
    await untilState(designer, 'stopped');
  });
});
