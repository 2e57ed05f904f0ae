import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import { type Studio, openStudio } from '../harness/designer';
import { violations } from './axe';
import { state, textOf, until, untilState } from './support';

const COLUMNS = 60;
const ROWS = 200_000;

const model = JSON.stringify({
  version: 1,
  data: { source: 'csv', path: 'big.csv', target: 'y', split: { train: 0.8, validation: 0.2 } },
  layers: [
    { id: 'input', kind: 'input', shape: [COLUMNS] },
    { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
  ],
  training: { loss: 'crossentropy', optimizer: 'adam', batchSize: 64, epochs: 1, seed: 1 },
});

/** About 96 MB, more than is read in a moment. */
function writeTable(file: string): void {
  rmSync(file, { force: true });
  appendFileSync(file, `${Array.from({ length: COLUMNS }, (_, c) => `x${c}`).join(',')},y\n`);
  const some = 2000;
  let text = '';
  for (let row = 0; row < some; row++) {
    for (let c = 0; c < COLUMNS; c++) text += `${(((row * 7919 + c * 104_729) % 99_991) / 1000).toFixed(4)},`;
    text += row % 2 ? 'odd\n' : 'even\n';
  }
  for (let i = 0; i < ROWS / some; i++) appendFileSync(file, text);
}

describe('data that takes long to read', function () {
  this.timeout(180_000);
  let studio: Studio;

  before(async () => {
    // It comes once the designer is open, so that opening reads nothing.
    studio = await openStudio({ files: { 'big.netjson': model, 'small.csv': 'a,y\n1,p\n' } });
    writeTable(studio.path('big.csv'));
  });
  after(() => studio?.close());

  it('says how far it is, in the page and to a screen reader, and is cancelled from the keyboard', async () => {
    const designer = await studio.openDesigner('big.netjson');
    const before = await textOf(studio, 'big.netjson');
    const files = readdirSync(studio.workspaceDir);
    const reading = designer.locator('[data-testid="reading"]');
    const cancel = designer.locator('[data-testid="cancel-load"]');
    const bar = reading.locator('[role="progressbar"]');
    // What opening reads.
    await reading.waitFor();
    await cancel.focus();
    await cancel.press('Enter');
    await reading.waitFor({ state: 'detached' });
    // What training reads.
    await designer.locator('[data-testid="train"]').click();
    await reading.waitFor();
    assert.match(await reading.innerText(), /Reading big\.csv: [\d.]+ MiB of 9\d\.\d MiB, [\d,]+ rows/);
    const share = Number(await bar.getAttribute('aria-valuenow'));
    assert.ok(share > 0 && share < 100, String(share));
    assert.equal(await bar.getAttribute('aria-label'), 'Reading big.csv');
    await cancel.focus();
    await cancel.press('Enter');
    await untilState(designer, 'idle');
    await reading.waitFor({ state: 'detached' });
    assert.equal(await textOf(studio, 'big.netjson'), before, 'the document is as it was');
    assert.deepEqual(readdirSync(studio.workspaceDir), files, 'no run was made');
    assert.equal(await designer.locator('[data-testid="message"]').count(), 0, 'cancelling is no failure');
  });

  it('is cancelled in the data view, and read again', async () => {
    const designer = studio.designer;
    await designer.locator('[data-value="design"]').click();
    await designer.locator('#design-panel-tab-data').click();
    await designer.locator('[data-testid="cancel-load"]').click();
    await designer.locator('[data-testid="data-cancelled"]').waitFor();
    await designer.locator('[data-testid="read-again"]').click();
    await designer.locator('[data-testid="data-view"]').waitFor({ timeout: 60_000 });
    assert.equal(await state(designer), 'idle');
    await until('the counts', async () =>
      (await designer.locator('[data-testid="data-split"]').innerText()).includes('160,000'),
    );
    assert.deepEqual(studio.errors, []);
  });

  it('is accessible while it is read', async () => {
    const { designer } = studio;
    await designer.locator('[data-testid="train"]').click();
    await designer.locator('[data-testid="reading"]').waitFor();
    assert.deepEqual(await violations(designer), []);
    // An epoch of so small a network is made in a moment.
    await untilState(designer, 'finished');
  });
});
