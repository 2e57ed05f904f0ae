import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { type Studio, openStudio } from '../harness/designer';
import { picture, small, until, untilState, untilText } from './support';

const file = 'small.netjson';

describe('the designer shows training', function () {
  this.timeout(120_000);
  let studio: Studio;
  let designer: FrameLocator;

  before(async () => {
    studio = await openStudio({ files: { [file]: small } });
    designer = await studio.openDesigner(file);
  });
  after(() => studio?.close());

  const press = (id: string): Promise<void> => designer.locator(`[data-testid="${id}"]`).click();
  /** The numbers under a chart: name, now, best. */
  const key = (): Promise<string[]> => designer.locator('[data-testid="key"]').first().locator('tr').allInnerTexts();

  it('begins at the press of Train and shows dropped units of one sample after the other', async () => {
    await press('train');
    await untilState(designer, 'training');
    const seen = new Set<string>();
    await until('several pictures', async () => {
      const { dropped, label } = await picture(designer, 'hidden1');
      if (dropped > 0) seen.add(label);
      return seen.size >= 3;
    });
    for (const label of seen) {
      const [, dropped, units, active, silent] = /: (\d+) of (\d+) dropped, (\d+) active, (\d+) silent/
        .exec(label)!
        .map(Number);
      assert.equal(units, 32);
      assert.equal(dropped + active + silent, 32, label);
    }
  });

  it('draws three curves with their numbers', async () => {
    const rows = await until('numbers for three curves', async () => {
      const all = (await key()).filter((r) => /\d\.\d/.test(r));
      return all.length >= 3 && all;
    });
    const all = rows.join('\n');
    for (const name of [/validation/i, /dropout off/i, /dropout on/i]) assert.match(all, name);
    const chart = designer.locator('[data-testid="loss-chart"]');
    assert.match((await chart.getAttribute('aria-label')) ?? '', /validation loss/i);
    assert.ok((await chart.locator('canvas').count()) > 0);
  });

  it('pauses; each step is one step; each sample has a mask of its own', async () => {
    await press('pause');
    await untilState(designer, 'paused');
    const before = await picture(designer, 'hidden1');
    await press('step');
    const after = await until('the next step', async () => {
      const now = await picture(designer, 'hidden1');
      return now.step === before.step + 1 && now;
    });
    const labels = new Set([after.label]);
    for (let i = 0; i < 4; i++) {
      const { label } = await picture(designer, 'hidden1');
      await designer.getByRole('button', { name: /next sample/i }).click();
      await until('the next sample', async () => (await picture(designer, 'hidden1')).label !== label);
      const now = await picture(designer, 'hidden1');
      assert.equal(now.step, after.step);
      labels.add(now.label);
    }
    assert.equal(labels.size, 5);
  });

  it('shows the masks of the whole batch', async () => {
    const rows = await designer
      .locator('[data-testid="masks"] [role="row"], [data-testid="masks"] [aria-label^="Sample"]')
      .count();
    assert.ok(rows >= 1, 'no row of masks');
  });

  it('takes a rate changed in the designer from the next step on, and marks it in the chart', async () => {
    const slider = designer.locator('[data-rate-of="drop1"]').first();
    await slider.focus();
    await studio.page.keyboard.type('0.9');
    await studio.page.keyboard.press('Enter');
    await untilText(studio, file, (t) => t.includes('"rate": 0.9 }'), 'the rate 0.9');
    await press('step');
    const many = await until('more units to be dropped', async () => {
      const now = await picture(designer, 'hidden1');
      return now.dropped >= 22 && now;
    });
    assert.ok(many.dropped <= 32);
    await studio.execute('undo');
    await untilText(studio, file, (t) => t === small, 'the former text');
    await press('step');
    await until('fewer units to be dropped', async () => (await picture(designer, 'hidden1')).dropped <= 26);
  });

  it('goes on while its tab is closed, and shows all of the curves when it is opened again', async () => {
    await press('resume');
    await untilState(designer, 'training');
    await studio.execute('workbench.action.closeAllEditors');
    await studio.page.locator('#dropoutStudio\\.run, [id*="dropoutStudio.run"]').first().waitFor();
    designer = await studio.openDesigner(file);
    await untilState(designer, 'training');
    await until('the curves', async () => (await key()).filter((r) => /\d\.\d/.test(r)).length >= 3);
    await until('a live picture', async () => (await picture(designer, 'hidden1')).dropped > 0);
  });

  it('stops, and keeps what was learned in sight', async () => {
    await press('stop');
    await untilState(designer, 'stopped');
    assert.ok((await key()).filter((r) => /\d\.\d/.test(r)).length >= 3);
    await designer.locator('[data-testid="train"]').waitFor();
  });

  it('runs from the command palette', async () => {
    await studio.runCommand('Dropout Studio: Train');
    await untilState(designer, 'training');
    await studio.runCommand('Dropout Studio: Stop');
    await untilState(designer, 'stopped');
  });

  it('leaves no error behind', () => assert.deepEqual(studio.errors, []));
});
