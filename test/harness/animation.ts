// Takes the moving picture of the README in the real VS Code: npm run animation. Looked at by people, not by tests.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeApng } from '../../scripts/lib/apng.mjs';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { readPng } from '../../src/formats/png';
import { closeBrowser, openStudio } from './designer';

/** Of the window, in CSS pixels: as wide as its widest layout needs. The picture has 900 across, for which a readme has room. */
const SIZE = { width: 1290, height: 800 };
const SCALE = 900 / SIZE.width;
/** Milliseconds that it plays; the last frame stays longer. */
const PLAYS = 12_000;
const STAYS = 2_500;
/** Milliseconds between two frames. */
const EVERY = 240;
const MOST_BYTES = 1_500_000;

const file = inRoot('docs', 'screenshots', 'training.png');

// The example with a thirtieth of its learning rate and thirty times its epochs: the same curves, for as long as one likes to look.
const example = readFileSync(inRoot('examples', 'digits.netjson'), 'utf8')
  .replace('"learningRate": 0.001', '"learningRate": 0.000033')
  .replace('"epochs": 150', '"epochs": 4500')
  .replace('data/digits.csv', 'digits.csv');

const studio = await openStudio({
  files: { 'digits.netjson': example, 'digits.csv': readFileSync(inRoot('examples', 'data', 'digits.csv'), 'utf8') },
  theme: 'dark',
  size: SIZE,
  scale: SCALE,
  settings: {
    'window.title': 'Dropout Studio',
    'breadcrumbs.enabled': false,
    'workbench.activityBar.location': 'hidden',
    'workbench.editor.showTabs': 'single',
    'window.menuBarVisibility': 'hidden',
  },
});
try {
  await studio.execute('workbench.action.closeSidebar');
  const designer = await studio.openDesigner('digits.netjson');
  await designer.locator('[data-testid="train"]').click();
  const chart = designer.locator('[data-testid="loss-chart"]');
  await chart.and(designer.locator('[data-epochs]')).waitFor({ timeout: 60_000 });
  const shots: { readonly png: Buffer; readonly time: number }[] = [];
  // To its end: how long it takes is the machine's, how long it plays is the picture's.
  for (let over = 0; over < 3;) {
    const time = performance.now();
    shots.push({ png: await studio.page.screenshot({ animations: 'disabled' }), time });
    const ended = await designer.locator('[data-testid="train"]').count();
    over += ended > 0 ? 1 : 0;
    await studio.page.waitForTimeout(Math.max(0, EVERY - (performance.now() - time)));
  }
  const whole = shots[shots.length - 1].time - shots[0].time;
  const most = Math.floor(PLAYS / EVERY);
  // As many as fit, evenly chosen.
  const chosen = shots.filter(
    (_, i) =>
      shots.length <= most || Math.floor((i * most) / shots.length) !== Math.floor(((i - 1) * most) / shots.length),
  );
  const frames = chosen.map(({ png }, i) => {
    const { width, height, channels, values } = readPng(new Uint8Array(png));
    if (channels !== 3) throw new Error(`A picture of the window has ${channels} channels.`);
    return { width, height, rgb: values, milliseconds: i === chosen.length - 1 ? STAYS : PLAYS / chosen.length };
  });
  const bytes = encodeApng(frames);
  if (bytes.length > MOST_BYTES) throw new Error(`It has ${bytes.length} bytes, more than ${MOST_BYTES}.`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  const folder = process.env.ANIMATION_FRAMES;
  if (folder) chosen.forEach(({ png }, i) => writeFileSync(join(folder, `${String(i).padStart(3, '0')}.png`), png));
  console.log(
    `${file}: ${frames.length} frames of ${frames[0].width} x ${frames[0].height}, ${Math.round(bytes.length / 1000)} KB; ` +
      `${(whole / 1000).toFixed(1)} s of training play in ${PLAYS / 1000} s` +
      (studio.errors.length ? `: errors ${studio.errors.join('; ')}` : ''),
  );
} finally {
  await studio.close();
  await closeBrowser();
}
