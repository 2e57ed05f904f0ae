// Takes the pictures of the README in the real VS Code: npm run screenshots. Looked at by people, not by tests.
import { existsSync } from 'node:fs';
import type { FrameLocator } from 'playwright-core';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { type Studio, type StudioOptions, closeBrowser, openStudio } from './designer';

const settings = { 'window.title': 'Dropout Studio', 'breadcrumbs.enabled': false };

/** Trains until an epoch is reached, then holds the picture at a step. */
async function trainTo(designer: FrameLocator, epoch: number): Promise<void> {
  await designer.locator('[data-testid="train"]').click();
  await reach(designer, epoch);
}

async function reach(designer: FrameLocator, epoch: number): Promise<void> {
  await designer
    .locator('[data-testid="loss-chart"]')
    .and(designer.locator(`[data-epochs]`))
    .waitFor({ timeout: 60_000 });
  for (;;) {
    const epochs = Number(await designer.locator('[data-testid="loss-chart"]').getAttribute('data-epochs'));
    if (epochs >= epoch) break;
    await new Promise((r) => setTimeout(r, 100));
  }
}

async function shoot(name: string, options: StudioOptions, prepare: (studio: Studio) => Promise<void>): Promise<void> {
  const studio = await openStudio({ scale: 1.5, ...options, settings: { ...settings, ...options.settings } });
  try {
    await studio.execute('workbench.action.closeSidebar');
    await prepare(studio);
    // Fonts and the last frame of an animation.
    await studio.page.waitForTimeout(600);
    const file = inRoot('docs', 'screenshots', `${name}.png`);
    await studio.screenshot(file);
    console.log(`${file}${studio.errors.length ? `: errors ${studio.errors.join('; ')}` : ''}`);
  } finally {
    await studio.close();
  }
}

/** The Python of `npm run test:peers` that has PyTorch: without one the picture that shows it stays as it is. */
const python = process.env.PEER_TORCH_PYTHON ?? inRoot('bench', '.peers', 'check-pytorch', 'bin', 'python');

async function digitsInPytorch(studio: Studio): Promise<void> {
  await studio.setSetting('dropoutStudio.pytorch.python', python);
  const designer = await studio.openDesigner('digits.netjson');
  await studio.execute('dropoutStudio.trainWithPytorch', studio.uri('digits.netjson'));
  await reach(designer, 30);
}

async function digits(studio: Studio): Promise<void> {
  const designer = await studio.openDesigner('digits.netjson');
  await trainTo(designer, 60);
}

const shots: Record<string, () => Promise<void>> = {
  'digits-training-dark': () => shoot('digits-training-dark', { theme: 'dark' }, digits),
  'digits-training-light': () => shoot('digits-training-light', { theme: 'light' }, digits),
  'digits-training-high-contrast': () => shoot('digits-training-high-contrast', { theme: 'hcDark' }, digits),
  'digits-design-dark': () =>
    shoot('digits-design-dark', { theme: 'dark' }, async (studio) => {
      const designer = await studio.openDesigner('digits.netjson');
      await designer.locator('[data-node="drop1"] .node-head').click();
    }),
  'digits-cnn-training-dark': () =>
    shoot('digits-cnn-training-dark', { theme: 'dark' }, async (studio) => {
      const designer = await studio.openDesigner('digits-cnn.netjson');
      await trainTo(designer, 6);
    }),
  'digits-pytorch-dark': async () => {
    if (existsSync(python)) await shoot('digits-pytorch-dark', { theme: 'dark', scale: 1 }, digitsInPytorch);
    else console.log(`digits-pytorch-dark was left out: there is no ${python}, see npm run test:peers.`);
  },
  'moons-training-light': () =>
    shoot('moons-training-light', { theme: 'light' }, async (studio) => {
      const designer = await studio.openDesigner('moons.netjson');
      await trainTo(designer, 60);
    }),
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in shots));
if (unknown) {
  console.error(`There is no picture "${unknown}". There are: ${Object.keys(shots).join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const [name, take] of Object.entries(shots)) if (wanted.length === 0 || wanted.includes(name)) await take();
  await closeBrowser();
}
