import assert from 'node:assert/strict';
import { type Studio, openStudio } from '../harness/designer';
import { small, until, untilState } from './support';

describe('the introduction', function () {
  this.timeout(120_000);
  let studio: Studio;

  before(async () => {
    studio = await openStudio({ files: { 'small.netjson': small } });
  });
  after(() => studio?.close());

  const open = () =>
    studio.execute('workbench.action.openWalkthrough', 'dropout-studio.dropout-studio#introduction', false);

  it('has six steps, each with a picture and an action', async () => {
    await studio.openDesigner('small.netjson');
    await open();
    const steps = studio.page.locator('.getting-started-step');
    await until('six steps', async () => (await steps.count()) === 6);
    for (let i = 0; i < 6; i++) {
      await steps.nth(i).click();
      await until('an action', async () => (await steps.nth(i).locator('.monaco-button').count()) > 0);
    }
  });

  it('trains the network that is open, and shows it', async () => {
    await studio.page.locator('.getting-started-step', { hasText: 'Press Train' }).click();
    await studio.page.locator('.getting-started-step .monaco-button', { hasText: /^Train$/ }).click();
    await untilState(studio.designer, 'training');
    await studio.execute('dropoutStudio.stop');
    await untilState(studio.designer, 'stopped');
  });

  it('ticks off the remedy when one was tried, and not before', async () => {
    await open();
    const step = studio.page.locator('.getting-started-step', { hasText: 'Try a remedy' });
    const ticked = (): Promise<boolean> =>
      step
        .locator('.codicon-getting-started-step-checked')
        .count()
        .then((n) => n > 0);
    await step.click();
    await studio.page.locator('.getting-started-step .monaco-button', { hasText: 'Show the Designer' }).click();
    await studio.designer.locator('[data-testid="train"]').waitFor();
    await open();
    assert.equal(await ticked(), false);
    // A run that was stopped before its first epoch is offered more of them.
    await studio.openDesigner('small.netjson');
    await studio.execute('dropoutStudio.step');
    await untilState(studio.designer, 'paused');
    await studio.execute('dropoutStudio.stop');
    await untilState(studio.designer, 'stopped');
    await studio.designer.locator('[data-testid="remedies"] button').first().click();
    await untilState(studio.designer, 'training');
    await studio.execute('dropoutStudio.stop');
    await untilState(studio.designer, 'stopped');
    await open();
    await until('the tick', ticked);
  });

  it('ticks off the step that was done', async () => {
    await open();
    const step = studio.page.locator('.getting-started-step', { hasText: 'Press Train' });
    await until('the tick', async () => (await step.locator('.codicon-getting-started-step-checked').count()) > 0);
    assert.deepEqual(studio.errors, []);
  });
});

describe('the introduction in a window where nothing is open, not even a folder', function () {
  this.timeout(240_000);
  let studio: Studio;
  before(async () => {
    studio = await openStudio({ folder: false });
  });
  after(() => studio?.close());
  afterEach(async () => {
    const tabs = studio.page.locator('.editor-group-container .tab');
    await until('nothing to be open', async () => {
      if ((await tabs.count()) === 0) return true;
      await studio.execute('workbench.action.revertAndCloseActiveEditor');
      return false;
    });
  });

  const steps: readonly (readonly [step: string, button: string, then: (studio: Studio) => Promise<unknown>])[] = [
    [
      'Create a network',
      'New Network: Two Moons',
      ({ designer }) => designer.locator('[data-node="hidden1"]').waitFor(),
    ],
    ['Press Train', 'Train', ({ designer }) => untilState(designer, 'training', 'finished')],
    ['See what is dropped', 'Pause', ({ designer }) => untilState(designer, 'paused')],
    ['Read the verdict', 'Go On Training', ({ designer }) => untilState(designer, 'finished')],
    ['Try a remedy', 'Show the Designer', ({ designer }) => designer.locator('[data-testid="train"]').waitFor()],
    ['Set the rates to 0', 'Open as Text', ({ page }) => page.locator('.monaco-editor .view-line').first().waitFor()],
    ['Set the rates to 0', 'Train Again', ({ designer }) => untilState(designer, 'training', 'finished')],
  ];
  for (const [step, button, then] of steps)
    it(`${button} works`, async () => {
      await studio.execute('workbench.action.openWalkthrough', 'dropout-studio.dropout-studio#introduction', false);
      await studio.page.locator('.getting-started-step', { hasText: step }).click();
      await studio.page.locator('.getting-started-step .monaco-button', { hasText: new RegExp(`^${button}$`) }).click();
      await then(studio);
      assert.deepEqual(studio.errors, []);
      assert.equal(await studio.page.locator('.notification-list-item .codicon-error').count(), 0);
    });
});
