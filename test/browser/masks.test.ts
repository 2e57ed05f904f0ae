import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { dropoutMask } from '../../src/engine/rng/philox';
import * as words from '../../webview/words';
import { type Studio, openStudio } from '../harness/designer';
import { picture, small, until, untilState } from './support';

const file = 'small.netjson';
/** Of `small`. */
const seed = 3;

describe('the designer shows steps of before again', function () {
  this.timeout(120_000);
  let studio: Studio;
  let designer: FrameLocator;

  before(async () => {
    studio = await openStudio({ files: { [file]: small } });
    designer = await studio.openDesigner(file);
    await designer.locator('[data-testid="train"]').click();
    await untilState(designer, 'training');
    await until('some steps', async () => (await picture(designer, 'hidden1')).step > 20);
    await designer.locator('[data-testid="pause"]').click();
    await untilState(designer, 'paused');
  });
  after(() => studio?.close());

  const press = (id: string): Promise<void> => designer.locator(`[data-testid="${id}"]`).click();
  const at = (step: number) =>
    until(`step ${step}`, async () => {
      const now = await picture(designer, 'hidden1');
      return now.step === step && now;
    });
  /** The units that the engine's own counters drop in the picture that is shown. */
  function maskIn(label: string): Uint8Array {
    const [, sample, step] = /sample (\d+) of \d+, step ([\d,]+):/.exec(label)!;
    const key = { seed, layer: 'drop1', step: Number(step.replaceAll(',', '')) - 1, sample: Number(sample) - 1 };
    return dropoutMask({ ...key, rate: 0.5, units: 32 });
  }
  const recomputed = (label: string): number => maskIn(label).reduce((a, b) => a + b, 0);

  it('shows by a button and by a key what was shown live, to the unit, and as the counters have it', async () => {
    const { step } = await picture(designer, 'hidden1');
    await press('next-sample');
    await until('a sample that stays', async () => (await picture(designer, 'hidden1')).label.includes(`step`));
    await press('next-step');
    const made = await at(step + 1);
    assert.equal(made.dropped, recomputed(made.label));
    await press('next-step');
    await at(step + 2);
    await press('previous-step');
    const again = await at(step + 1);
    assert.equal(again.label, made.label);
    await designer.locator('[data-node="hidden1"]').focus();
    await studio.page.keyboard.press(',');
    const earlier = await at(step);
    assert.equal(earlier.dropped, recomputed(earlier.label));
    await studio.page.keyboard.press('.');
    assert.equal((await at(step + 1)).label, made.label);
  });

  it('goes to any step along the scrubber, and to its other samples', async () => {
    const scrubber = designer.locator('[data-testid="scrubber"]');
    await scrubber.focus();
    await studio.page.keyboard.press('Home');
    const first = await at(1);
    assert.equal(first.dropped, recomputed(first.label));
    assert.match((await scrubber.getAttribute('aria-valuetext')) ?? '', /^Step 1 of /);
    assert.equal(await designer.locator('[data-testid="replay-step"] input').inputValue(), '1');
    await press('next-sample');
    const other = await until('another sample of it', async () => {
      const now = await picture(designer, 'hidden1');
      return now.label !== first.label && now;
    });
    assert.equal(other.step, 1);
    assert.equal(other.dropped, recomputed(other.label));
  });

  it('goes to a step that is typed, and shows what was shown then', async () => {
    const scrubber = designer.locator('[data-testid="scrubber"]');
    await scrubber.focus();
    await studio.page.keyboard.press('End');
    const last = Number(await scrubber.getAttribute('aria-valuemax'));
    const then = await at(last);
    await studio.page.keyboard.press('Home');
    const { label } = await at(1);
    const field = designer.locator('[data-testid="replay-step"]');
    await field.locator('input').fill(last.toLocaleString('en'));
    await studio.page.keyboard.press('Enter');
    assert.equal((await at(last)).label, then.label);
    // A step that was not made is refused, and nothing moves.
    await field.locator('input').fill(String(last + 1));
    await studio.page.keyboard.press('Enter');
    await designer.getByText(`There is no step ${words.count(last + 1)}: `).waitFor();
    assert.equal((await picture(designer, 'hidden1')).step, last);
    await field.locator('input').fill('1');
    await studio.page.keyboard.press('Enter');
    assert.equal((await at(1)).label, label);
  });

  it('answers with 50 other masks beside this one and none', async () => {
    const answer = designer.locator('[data-testid="answer"]');
    const votes = await until('their votes', () => answer.getAttribute('data-votes'));
    assert.equal(
      votes.split(' ').reduce((a, b) => a + Number(b), 0),
      50,
    );
    assert.match((await answer.getAttribute('aria-label')) ?? '', /; \d+ of 50 masks say .+; without a mask /);
  });

  it('crosses out in red the very units that the counters drop', async () => {
    const { label } = await picture(designer, 'hidden1');
    const mask = maskIn(label);
    const canvas = designer.locator('[data-layer="hidden1"] canvas');
    // Cells stand in 16 rows; the middle of each is red where two strokes cross.
    const red = await canvas.evaluate((element: HTMLCanvasElement, units) => {
      const pen = element.getContext('2d')!;
      const columns = Math.ceil(units / 16);
      const { a: scale } = pen.getTransform();
      const pitch = (element.width / scale - 2 + 2) / columns;
      return Array.from({ length: units }, (_, i) => {
        const x = 1 + (i % columns) * pitch + (pitch - 2) / 2;
        const y = 1 + Math.floor(i / columns) * pitch + (pitch - 2) / 2;
        const [r, g, b, alpha] = pen.getImageData(Math.round(x * scale), Math.round(y * scale), 1, 1).data;
        return alpha > 128 && r > g + 60 && r > b + 60 ? 1 : 0;
      });
    }, 32);
    assert.deepEqual(red, [...mask]);
  });

  it('shows a sample part by part in slow motion, held and moved by keys', async () => {
    const beats = designer.locator('[data-testid="beats"]');
    await designer.locator('[data-testid="showing"] [data-value="slow"]').click();
    const units = designer.locator('[data-layer="hidden1"]');
    const seen = new Set<string | null>();
    await until('all five beats', async () => seen.add(await beats.getAttribute('data-beat')).size === 5);
    await press('hold-beat');
    for (let i = 0; i < 4; i++) await studio.page.keyboard.press(',');
    assert.equal(await beats.getAttribute('data-beat'), 'input');
    assert.equal(await units.getAttribute('data-active'), null);
    await studio.page.keyboard.press('.');
    await until('units without a mask', async () => {
      const [active, dropped] = [await units.getAttribute('data-active'), await units.getAttribute('data-dropped')];
      return active !== null && dropped === null;
    });
    await studio.page.keyboard.press('.');
    const { label, dropped } = await until('the mask', async () => {
      const now = await picture(designer, 'hidden1');
      return now.dropped > 0 && now;
    });
    assert.equal(dropped, recomputed(label));
    const caption = await designer.locator('[data-testid="beat-caption"]').innerText();
    assert.match(caption, new RegExp(`^3 of 5, mask.*${dropped} of 32 of hidden1`));
  });
});
