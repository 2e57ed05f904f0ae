import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { dropoutMask } from '../../src/engine/rng/philox';
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
  /** How many units the engine's own counters drop in the picture that is shown. */
  function recomputed(label: string): number {
    const [, sample, step] = /sample (\d+) of \d+, step ([\d,]+):/.exec(label)!;
    const key = { seed, layer: 'drop1', step: Number(step.replaceAll(',', '')) - 1, sample: Number(sample) - 1 };
    return dropoutMask({ ...key, rate: 0.5, units: 32 }).reduce((a, b) => a + b, 0);
  }

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
    assert.match(await designer.locator('[data-testid="step-shown"]').innerText(), /Step 1, training is at /);
    await press('next-sample');
    const other = await until('another sample of it', async () => {
      const now = await picture(designer, 'hidden1');
      return now.label !== first.label && now;
    });
    assert.equal(other.step, 1);
    assert.equal(other.dropped, recomputed(other.label));
  });
});
