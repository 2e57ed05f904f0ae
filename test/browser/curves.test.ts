import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { FrameLocator } from 'playwright-core';
import { catalogue } from '../../src/catalogue';
import { loadDataset } from '../../src/data/load';
import { createKernels } from '../../src/engine/kernels/create';
import { layers } from '../../src/engine/layers/index';
import { compile } from '../../src/engine/network';
import type { EpochRecord } from '../../src/engine/records';
import { Trainer } from '../../src/engine/trainer';
import { analyze } from '../../src/model/analyze';
import type { Model } from '../../src/model/model';
import { twinOf } from '../../src/model/twin';
import { type Studio, THEMES, openStudio } from '../harness/designer';
import * as words from '../../webview/words';
import { violations } from './axe';
import { until, untilState, untilText } from './support';

const file = 'curves.netjson';
const EPOCHS = 40;
// Strict kernels: the same bits here as in the worker.
const text = `{
  "version": 1, "name": "curves",
  "data": { "source": "moons", "samples": 200, "noise": 0.3, "seed": 1, "split": { "train": 100, "validation": 100 } },
  "layers": [
    { "id": "input", "kind": "input", "shape": [2] },
    { "id": "hidden1", "kind": "dense", "units": 32, "activation": "relu" },
    { "id": "drop1", "kind": "dropout", "rate": 0.5 },
    { "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }
  ],
  "training": { "loss": "crossentropy", "optimizer": { "kind": "adam", "learningRate": 0.003 }, "batchSize": 20, "epochs": ${EPOCHS},
    "metrics": ["accuracy", "f1"], "numerics": "strict", "seed": 3 }
}
`;

async function train(model: Model): Promise<EpochRecord[]> {
  const dataset = await loadDataset(model, { readFile: () => Promise.reject(new Error('No file is read.')) } as never);
  const network = compile(model, { kernels: createKernels({ numerics: 'strict', maxThreads: 1 }) });
  return [...new Trainer(network, dataset).events()].flatMap((e) => (e.type === 'epoch' ? [e.record] : []));
}

describe('the curves of a run', function () {
  this.timeout(180_000);
  let studio: Studio;
  let designer: FrameLocator;

  before(async () => {
    studio = await openStudio({ files: { [file]: text } });
    await studio.execute('workbench.action.closeSidebar');
    designer = await studio.openDesigner(file);
  });
  after(() => studio?.close());

  const by = (id: string) => designer.locator(`[data-testid="${id}"]`);
  const label = async (): Promise<string> => (await by('loss-chart').getAttribute('aria-label')) ?? '';
  const span = async (): Promise<number[]> => [
    Number(await by('loss-chart').getAttribute('data-from')),
    Number(await by('loss-chart').getAttribute('data-to')),
  ];

  it('say the engine\u2019s own numbers, of the run and of its twin', async () => {
    const { model } = analyze(text, catalogue);
    const [run, twin] = [await train(model!), await train(twinOf(model!, layers))];
    await designer.locator('[data-testid="view"]').getByText('Train').click();
    await by('twin').click();
    await by('train').click();
    await untilState(designer, 'finished');
    const last = `Validation loss of the twin ${words.loss(twin[EPOCHS - 1].validation!.loss)} at epoch ${EPOCHS}`;
    const spoken = await until('the twin to end', async () => {
      const now = await label();
      return now.includes(last) && now;
    });
    for (const part of [
      `Validation loss ${words.loss(run[EPOCHS - 1].validation!.loss)} at epoch ${EPOCHS}`,
      `Training loss, dropout off, ${words.loss(run[EPOCHS - 1].trainDropoutOff.loss)} at epoch ${EPOCHS}`,
      `Training loss, dropout on, ${words.loss(run[EPOCHS - 1].train.loss)} at epoch ${EPOCHS}`,
    ])
      assert.ok(spoken.includes(part), `${part}\n${spoken}`);
    const best = words.bestIndex(
      twin.map((e) => e.validation!.loss),
      'lower',
    );
    assert.ok(spoken.includes(`best ${words.loss(twin[best].validation!.loss)} at epoch ${best + 1}`), spoken);
    // The keyboard's way to any epoch.
    await by('loss-chart-cursor').focus();
    await studio.page.keyboard.press('Home');
    for (let i = 0; i < 4; i++) await studio.page.keyboard.press('ArrowRight');
    const at = await until('the fifth epoch', async () => {
      const value = (await by('loss-chart-cursor').getAttribute('aria-valuetext')) ?? '';
      return value.startsWith('Epoch 5:') && value;
    });
    assert.ok(at.includes(`Validation loss ${words.loss(run[4].validation!.loss)}`), at);
    assert.ok(at.includes(`Validation loss of the twin ${words.loss(twin[4].validation!.loss)}`), at);
    // What is pointed at in one chart is marked in all.
    assert.match(await by('key').nth(1).innerText(), /epoch 5/);
  });

  it('zoom and move by the keyboard, and come back', async () => {
    await by('loss-chart-cursor').focus();
    assert.deepEqual(await span(), [1, EPOCHS]);
    await studio.page.keyboard.press('+');
    await until('a nearer span', async () => (await span())[1] - (await span())[0] < EPOCHS / 2 + 1);
    const [from, to] = await span();
    await studio.page.keyboard.press('Shift+ArrowRight');
    const moved = await until('another place', async () => {
      const now = await span();
      return now[0] !== from && now;
    });
    assert.ok(Math.abs(moved[1] - moved[0] - (to - from)) < 1e-9);
    await by('loss-chart-unzoom').click();
    await until('the whole run', async () => (await span()).join() === `1,${EPOCHS}`);
  });

  it('show any metric that is measured', async () => {
    const name = await by('metric').getAttribute('current-value');
    assert.equal(name, 'accuracy');
    await by('metric').click();
    await by('metric').locator('vscode-option', { hasText: 'f1' }).click();
    const f1 = await until('the other chart', async () => by('rmse-chart').getAttribute('aria-label'));
    assert.match(f1, /Validation f1 /);
  });

  it('are saved by the keyboard, as pictures and as numbers that are the engine\u2019s own', async () => {
    const { model } = analyze(text, catalogue);
    const run = await train(model!);
    /** Opens the menu, goes `down` in it, and says yes to the place that VS Code proposes. */
    const save = async (down: number, name: string, end: string): Promise<Buffer> => {
      await by('loss-chart-menu').focus();
      await studio.page.keyboard.press('Enter');
      await by('loss-chart-menu-png').waitFor();
      for (let i = 0; i < down; i++) await studio.page.keyboard.press('ArrowDown');
      await studio.page.keyboard.press('Enter');
      const input = studio.page.locator('.quick-input-widget input').first();
      await until('the proposed name', async () => (await input.inputValue()).endsWith(name));
      await input.press('Enter');
      return until(name, () => {
        const bytes = existsSync(studio.path(name)) ? readFileSync(studio.path(name)) : Buffer.alloc(0);
        return Promise.resolve(bytes.includes(end) && bytes);
      });
    };
    const name = (await by('kept').innerText()).trim().replace('Kept as ', '');
    assert.match(name, /^curves-\d{8}-\d{6}/);
    const [head, ...lines] = (await save(2, `${name} loss.csv`, `\r\n${EPOCHS},`)).toString().trimEnd().split('\r\n');
    assert.match(head, /^epoch,Validation loss,"Training loss, dropout off"/);
    assert.equal(lines.length, EPOCHS);
    lines.forEach((line, i) => {
      const [epoch, validation, off] = line.split(',').map(Number);
      assert.deepEqual([epoch, validation, off], [i + 1, run[i].validation!.loss, run[i].trainDropoutOff.loss]);
    });
    const svg = (await save(1, `${name} loss.svg`, '</svg>')).toString();
    assert.ok(svg.startsWith('<svg') && svg.includes('Validation loss of the twin'), svg.slice(0, 500));
    const png = await save(0, `${name} loss.png`, 'IEND');
    assert.equal(png.subarray(1, 4).toString('latin1'), 'PNG');
    // Twice as fine as the SVG.
    assert.equal(png.readUInt32BE(16), 2 * Number(/width="(\d+)"/.exec(svg)?.[1]));
  });

  for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[])
    it(`have nothing that axe finds, theme ${theme}`, async () => {
      await studio.setTheme(theme);
      assert.deepEqual(await violations(designer), []);
    });

  it('lose the twin at the next run without it, and the seed is one undoable edit', async () => {
    await by('twin').click();
    await until('no twin', async () => !(await label()).includes('twin'));
    await by('dice').click();
    await untilText(studio, file, (now) => !now.includes('"seed": 3 }'), 'another seed');
  });
});
