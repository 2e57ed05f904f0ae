import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { type Studio, type Theme, THEMES, openStudio } from '../harness/designer';
import { violations } from './axe';
import { textOf, until, untilState, untilText } from './support';

const file = 'over.netjson';
/**
 * Forty samples for a network of sixty thousand parameters, with labels that are wrong: it cannot but learn them by heart. And so large that its
 * epochs come no faster than a page of a busy machine judges them.
 */
const over = `{
  // Kept: a comment.
  "version": 1, "name": "over",
  "data": { "source": "moons", "samples": 240, "noise": 0.3, "labelNoise": 0.2, "seed": 1, "split": { "train": 40, "validation": 100, "test": 100 } },
  "layers": [
    { "id": "input", "kind": "input", "shape": [2] },
    { "id": "hidden1", "kind": "dense", "units": 256, "activation": "relu" },
    { "id": "drop1",   "kind": "dropout", "rate": 0.1 },
    { "id": "hidden2", "kind": "dense", "units": 256, "activation": "relu" },
    { "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }
  ],
  "training": { "loss": "crossentropy", "optimizer": { "kind": "adam", "learningRate": 0.01 }, "batchSize": 20, "epochs": 1000000, "seed": 3 }
}
`;

describe('the verdict, and what to do about it', function () {
  this.timeout(120_000);
  let studio: Studio;
  let designer: FrameLocator;

  before(async () => {
    studio = await openStudio({ files: { [file]: over } });
    designer = await studio.openDesigner(file);
  });
  after(() => studio?.close());

  const byId = (id: string) => designer.locator(`[data-testid="${id}"]`);
  const untilVerdict = (...kinds: string[]) =>
    until(`the verdict ${kinds.join(' or ')}`, async () => {
      const kind = await byId('run-card').getAttribute('data-verdict');
      return kind !== null && kinds.includes(kind) && kind;
    });

  it('says overfitting, since when, on a scale that can be read, and with its evidence', async () => {
    await byId('train').click();
    await untilVerdict('overfitting');
    const card = byId('run-card');
    assert.equal(await card.locator('h2').innerText(), 'Overfitting');
    assert.match(await card.innerText(), /since epoch [\d,]+/);
    assert.ok(Number(await byId('scale').getAttribute('data-place')) > 1 / 3);
    assert.match(
      await byId('scale').locator('title').innerHTML(),
      /^Scale from under to over: over, (0\.\d\d) from −1 to 1; it may as well be −?0\.\d\d to 0\.\d\d$/,
    );
    const evidence = await byId('evidence').innerText();
    for (const row of [/Validation loss/, /Gap to training, dropout off/, /change an epoch/])
      assert.match(evidence, row);
  });

  it('tells it to who cannot see it, politely', async () => {
    await until('the spoken verdict', async () =>
      /Overfitting since epoch \d+(, close to right fit)?: validation costs/.test(
        (await byId('live').textContent()) ?? '',
      ),
    );
  });

  it('explains the idea in a box that Escape closes, with the focus back where it was', async () => {
    await byId('explain-overfitting').click();
    const box = designer.getByRole('dialog', { name: 'Overfitting' });
    await box.waitFor();
    assert.match(await box.innerText(), /by heart/);
    assert.match(
      (await box.getByRole('img').getAttribute('aria-label')) ?? '',
      /validation loss falls, turns, and rises/,
    );
    await studio.page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
    assert.equal(await byId('explain-overfitting').evaluate((e) => e === e.ownerDocument.activeElement), true);
  });

  it('puts the weights of the best epoch back at the press of the first remedy', async () => {
    const first = byId('remedies').getByRole('button').first();
    const epoch = /keep the weights of epoch ([\d,]+)/.exec(await first.innerText())![1];
    await byId('remedy-stopAtBest').click();
    await untilState(designer, 'stopped');
    const card = byId('run-card');
    await until('the kept epoch', async () => (await card.innerText()).includes(`weights of epoch ${epoch} kept`));
    assert.match(await byId('test-metrics').innerText(), /loss\s+\d.*accuracy/);
  });

  it('is whole in a narrow window too', async () => {
    const size = studio.page.viewportSize()!;
    try {
      for (const width of [1200, 900, 700]) {
        await studio.page.setViewportSize({ ...size, width });
        const cut = await until(`the card at ${width} pixels`, () =>
          byId('run-card').evaluate((card) => {
            const { right, width } = card.getBoundingClientRect();
            if (width === 0 || right > card.ownerDocument.documentElement.clientWidth + 1) return undefined;
            return [...card.querySelectorAll<HTMLElement>('.run-title, .run-state, .failure-where, table, table *')]
              .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
              .concat(
                [...card.querySelectorAll<HTMLElement>('*')].filter((e) => e.getBoundingClientRect().right > right + 1),
              )
              .map((e) => `${e.tagName} ${e.textContent}`);
          }),
        );
        assert.deepEqual(cut, [], `at ${width} pixels`);
      }
    } finally {
      await studio.page.setViewportSize(size);
    }
  });

  it('makes one edit of a remedy, trains anew with it, and undo takes it back', async () => {
    // By hand into overfitting once more, so that edits are offered.
    await byId('train').click();
    await untilState(designer, 'training');
    await untilVerdict('overfitting');
    const kept = (): Promise<string> => byId('kept').innerText();
    const before = await until('the run on disk', async () => /Kept as \S+/.exec(await kept())?.[0]);
    const remedy = byId('remedy-raiseRate');
    assert.match(await remedy.innerText(), /Rate 0\.4 after hidden1, new run\s+now 0\.1/);
    await remedy.click();
    const text = await untilText(studio, file, (t) => t.includes('"rate": 0.4'), 'the new rate');
    assert.ok(text.includes('// Kept: a comment.'));
    await until('a new run', async () => {
      const now = /Kept as \S+/.exec(await kept().catch(() => ''))?.[0];
      return now !== undefined && now !== before;
    });
    await untilState(designer, 'training');
    await byId('stop').click();
    await untilState(designer, 'stopped');
    await studio.execute('undo');
    await untilText(studio, file, (t) => t === over, 'what it was before');
    assert.equal(await textOf(studio, file), over);
  });

  it('stands in the header of Design, as a way back to it', async () => {
    await byId('view').getByText('Design').click();
    const last = byId('last-verdict');
    await last.waitFor();
    assert.ok((await last.innerText()).length > 3);
    await last.click();
    await byId('run-card').waitFor();
  });

  it('is accessible with a menu, the changes, the log and an explanation open', async () => {
    await byId('train').click();
    await untilState(designer, 'training');
    await byId('pause').click();
    await untilState(designer, 'paused');
    const log = designer.getByRole('tab', { name: 'Log', exact: true });
    await log.click();
    await byId('log').waitFor();
    await byId('changes').locator('summary').click();
    assert.deepEqual(await violations(designer), []);
    for (const menu of ['loss-chart-menu', 'accuracy-chart-menu']) {
      await byId(menu).click();
      await designer.getByRole('menu').waitFor();
      assert.deepEqual(await violations(designer), []);
      await studio.page.keyboard.press('Escape');
      await designer.getByRole('menu').waitFor({ state: 'detached' });
    }
    await designer.locator('[data-testid^="explain-"]').first().click();
    await designer.getByRole('dialog').waitFor();
    assert.deepEqual(await violations(designer), []);
    await studio.page.keyboard.press('Escape');
    await byId('stop').click();
    await untilState(designer, 'stopped');
  });

  for (const theme of Object.keys(THEMES) as Theme[]) {
    it(`is accessible in ${THEMES[theme]}`, async () => {
      await studio.setTheme(theme);
      assert.deepEqual(await violations(designer), []);
    });
  }

  it('made no error in the page', () => assert.deepEqual(studio.errors, []));
});
