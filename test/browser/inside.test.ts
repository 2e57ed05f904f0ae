import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import type { FrameLocator } from 'playwright-core';
import { compile } from '../../src/engine/network';
import { Trainer } from '../../src/engine/trainer';
import { kernelsFor } from '../../src/threads/kernels';
import { open } from '../../src/worker/source';
import * as words from '../../webview/words';
import { type Studio, openStudio } from '../harness/designer';
import { seeing } from '../unit/engine/lenses/support';
import { violations } from './axe';
import { until, untilState } from './support';

const file = 'moons.netjson';
const text = JSON.stringify({
  version: 1,
  data: { source: 'moons', samples: 300, noise: 0.25, seed: 1, labelNoise: 0.1 },
  layers: [
    { id: 'input', kind: 'input', shape: [2] },
    { id: 'hidden1', kind: 'dense', units: 8, activation: 'relu' },
    { id: 'drop1', kind: 'dropout', rate: 0.2 },
    { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
  ],
  training: { loss: 'crossentropy', optimizer: 'adam', batchSize: 20, epochs: 12, seed: 3 },
});

/** The same run, made by the engine here. */
async function trained() {
  const { model, dataset, noisy } = await open({ text, folder: tmpdir() });
  const trainer = new Trainer(compile(model, { kernels: kernelsFor(model) }), dataset);
  while (!trainer.end) trainer.advance();
  return { see: seeing(trainer, noisy), step: trainer.step };
}

describe('the designer looks inside', function () {
  this.timeout(180_000);
  let studio: Studio;
  let designer: FrameLocator;
  let engine: Awaited<ReturnType<typeof trained>>;

  before(async () => {
    engine = await trained();
    studio = await openStudio({ files: { [file]: text } });
    await studio.execute('workbench.action.closeSidebar');
    designer = await studio.openDesigner(file);
    await designer.locator('[data-testid="train"]').click();
    await untilState(designer, 'finished');
  });
  after(() => studio?.close());

  const tab = (name: string): Promise<void> => designer.getByRole('tab', { name, exact: true }).click();
  const at = (id: string) => designer.locator(`[data-testid="${id}"]`);
  /** Waits until a panel shows the run as it ended. */
  const settled = (selector: string): Promise<unknown> =>
    until(
      `${selector} of the last step`,
      async () =>
        (await designer.locator(selector).count()) > 0 &&
        (await designer.locator(selector).first().getAttribute('data-step')) === String(engine.step),
    );
  const label = async (id: string): Promise<string> => (await at(id).getAttribute('aria-label')) ?? '';

  it('shows the answers over the plane beside the network, and how unsure they are', async () => {
    await until('the fine picture', async () => (await at('surfaces').getAttribute('data-side')) === '64');
    await settled('[data-testid="surfaces"]');
    const { off, monteCarlo, points } = engine.see('surface', { side: 64, passes: 20 });
    const first = off.filter((p, i) => i % 2 === 0 && p >= 0.5).length / 64 ** 2;
    const said = await label('surface');
    assert.ok(said.includes(`upper on ${words.percent(first)}, lower on ${words.percent(1 - first)}`), said);
    assert.ok(
      said.includes(
        words.plural(
          points.noisy.reduce((a, b) => a + b),
          'label',
        ),
      ),
      said,
    );
    const entropy = monteCarlo!.entropy!;
    const mean = entropy.reduce((a, b) => a + b) / entropy.length;
    assert.ok(
      (await label('surface-uncertainty')).includes(`on average ${words.axis(mean)}`),
      await label('surface-uncertainty'),
    );
    await designer.getByRole('button', { name: 'Table', exact: true }).click();
    const cell = await at('surface-table').locator('tbody tr').last().locator('td').first().innerText();
    assert.equal(cell, `${off[0] >= off[1] ? 'upper' : 'lower'} ${words.percent(Math.max(off[0], off[1]))}`);
    await designer.getByRole('button', { name: 'Table', exact: true }).click();
  });

  it('counts what is mistaken for what, by keyboard down to the samples', async () => {
    await tab('Confusion');
    await settled('.confusion[data-step]');
    const { counts } = engine.see('confusion', { part: 'validation' });
    const cell = (r: number, a: number) => at('confusion').locator(`[data-cell="${r} ${a}"]`);
    for (const [r, a] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ])
      assert.match((await cell(r, a).getAttribute('aria-label'))!, new RegExp(`: ${counts[r][a]} samples? of`));
    await cell(0, 0).focus();
    await studio.page.keyboard.press('ArrowRight');
    await studio.page.keyboard.press('Enter');
    await until('the samples of the cell', () => at('samples-seen').count());
    const { samples } = engine.see('confusion', { part: 'validation', cell: [0, 1] });
    assert.equal(await at('samples-seen').locator('li').count(), samples!.length);
    await studio.page.keyboard.press('Escape');
    await until('the pairs again', () => at('pairs').count());
  });

  it('shows the worst samples, says which labels are noise, and marks one in the plane', async () => {
    await tab('Worst samples');
    await at('part').getByRole('radio', { name: 'Training' }).click();
    const { samples } = engine.see('worst', { part: 'train', count: 24 });
    await until(
      'the worst of training',
      async () => (await at('samples-seen').locator('li').first().getAttribute('data-row')) === String(samples[0].row),
    );
    const rows = await at('samples-seen')
      .locator('li')
      .evaluateAll((all) => all.map((li) => Number((li as HTMLElement).dataset.row)));
    assert.deepEqual(
      rows,
      samples.map((s) => s.row),
    );
    const said = (await at('samples-seen').locator('li button').first().getAttribute('aria-description'))!;
    assert.ok(said.includes(`loss ${words.loss(samples[0].loss)}`), said);
    assert.equal(said.includes('label noise'), samples[0].noisy);
    await at('samples-seen').locator('li button').first().focus();
    await until('the mark on the card', async () => (await at('samples-seen').locator('li .pointed').count()) === 1);
    await at('part').getByRole('radio', { name: 'Validation' }).click();
  });

  it('shows a picked sample in the graph as the engine sees it, until it is let go', async () => {
    const { samples } = engine.see('worst', { part: 'validation', count: 24 });
    const card = at('samples-seen').locator(`li[data-row="${samples[2].row}"] button`);
    await card.click();
    const { sight } = engine.see('sampleSight', { part: 'validation', position: samples[2].position, passes: 50 });
    const { mask } = sight.layers.find((l) => l.id === 'drop1')!;
    const units = designer.locator('[data-layer="hidden1"]');
    const said = await until('the sample', async () => {
      const now = await units.getAttribute('aria-label');
      return now?.includes(`row ${samples[2].row + 1} of the data, step ${sight.step + 1}: `) && now;
    });
    assert.ok(said.includes(`: ${mask!.dropped} of 8 dropped, `), said);
    assert.equal(await card.getAttribute('aria-pressed'), 'true');
    const chip = `Validation sample, row ${words.count(samples[2].row + 1)}, as of step ${words.count(sight.step + 1)}`;
    assert.equal((await at('chosen').innerText()).trim(), chip);
    const votes = await at('answer').getAttribute('data-votes');
    assert.equal(votes, sight.others!.votes!.join(' '));
    await at('freeze').click();
    await until('the run again', async () => !(await units.getAttribute('aria-label'))!.includes('of the data'));
    assert.equal(await at('chosen').count(), 0);
  });

  it('says AUC and calibration error as the engine has them', async () => {
    await tab('ROC and calibration');
    await settled('[data-testid="quality"]');
    const { auc } = engine.see('ranking', { part: 'validation', positive: 1 });
    await until('the area', async () => (await at('auc').innerText()) === auc.toFixed(3));
    const { off, monteCarlo } = engine.see('calibration', { part: 'validation', bins: 10, passes: 30 });
    assert.equal(await at('ece-off').innerText(), words.percent(off.ece, 1));
    assert.equal(await at('ece-on').innerText(), words.percent(monteCarlo!.ece, 1));
  });

  it('shows each layer from inside', async () => {
    await tab('Inside');
    await settled('[data-testid="inside"]');
    const { layers, history } = engine.see('inside', {});
    assert.equal(history, undefined);
    for (const { id, activations, tensors } of layers) {
      const row = designer.locator(`[data-inside="${id}"]`);
      assert.equal(Number(await row.getAttribute('data-zero')), activations.zero);
      // Kernels in the Node of VS Code may be fused, those here not: the last bits differ.
      const gradient = Number(await row.locator('[data-gradient]').getAttribute('data-gradient'));
      assert.ok(Math.abs(gradient / tensors[0].gradientNorm - 1) < 1e-4, `${id}: ${gradient}`);
    }
    const went = (what: string) =>
      designer
        .locator(`[data-inside="hidden1"] .plot[aria-label^="${what} of hidden1 over "]`)
        .getAttribute('aria-label');
    assert.match((await went('Weights'))!, / over 12 epochs: nine tenths lay from/);
    for (const what of ['Gradients', 'Activations'])
      assert.match((await went(what))!, / over [\d,]+ steps: nine tenths lay from .* now from /);
  });

  for (const theme of ['dark', 'light', 'hcDark', 'hcLight'] as const)
    it(`has no accessibility violations in ${theme}`, async () => {
      await studio.setTheme(theme);
      for (const name of ['Inside', 'Confusion', 'Worst samples', 'ROC and calibration']) {
        await tab(name);
        await studio.page.waitForTimeout(400);
        assert.deepEqual(await violations(designer), [], name);
      }
      assert.deepEqual(studio.errors, []);
    });
});
