import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { FrameLocator } from 'playwright-core';
import { layers } from '../../src/engine/layers/index';
import { compile } from '../../src/engine/network';
import { RunHistory } from '../../src/engine/replay/history';
import { dropoutMask } from '../../src/engine/rng/philox';
import { Trainer } from '../../src/engine/trainer';
import { twinOf } from '../../src/model/twin';
import { kernelsFor } from '../../src/threads/kernels';
import { open } from '../../src/worker/source';
import { largestOf, lineOf, WIDTHS } from '../../webview/canvas/weightLines';
import { besideTwin } from '../../webview/look/findings';
import { connectionWords } from '../../webview/train/connectionShares';
import { runWords } from '../../webview/train/strip';
import * as words from '../../webview/words';
import { type Studio, openStudio } from '../harness/designer';
import { seeing } from '../unit/engine/lenses/support';
import { violations } from './axe';
import { until, untilState } from './support';

const training = {
  loss: 'crossentropy',
  optimizer: 'adam',
  batchSize: 20,
  epochs: 12,
  // The same bits here as in the worker.
  numerics: 'strict',
  seed: 3,
};
const modelOf = (data: object, inputs: number, ...hidden: readonly object[]): string =>
  JSON.stringify({
    version: 1,
    data,
    layers: [
      { id: 'input', kind: 'input', shape: [inputs] },
      ...hidden,
      { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
    ],
    training,
  });
const moons = { source: 'moons', samples: 200, noise: 0.25, seed: 1 };
const dense = { id: 'hidden1', kind: 'dense', units: 12, activation: 'relu' };
const twins = modelOf(moons, 2, dense, { id: 'drop1', kind: 'dropout', rate: 0.4 });
const connections = modelOf(moons, 2, dense, { id: 'connect', kind: 'dropConnect', units: 6, rate: 0.3 });

/** Amounts in thousands and shares in hundredths: nothing of them is left in what the network reads. */
const rows = Array.from({ length: 120 }, (_, i) => ({
  amount: 1000 + 37 * ((i * 53) % 101),
  share: Number((0.01 + 0.0003 * ((i * 29) % 97)).toFixed(4)),
  good: (i * 53) % 101 > 50 ? 'yes' : 'no',
}));
const csv = ['amount,share,good', ...rows.map(({ amount, share, good }) => `${amount},${share},${good}`)].join('\n');
const table = modelOf({ source: 'csv', path: 'table.csv', target: 'good', scale: 'standardize', seed: 1 }, 2, dense, {
  id: 'drop1',
  kind: 'dropout',
  rate: 0.2,
});

/** The same run, made by the engine here. */
async function trained(text: string, twin = false) {
  const { model, dataset } = await open({ text, folder: tmpdir() });
  const trained = twin ? twinOf(model, layers) : model;
  const trainer = new Trainer(compile(trained, { kernels: kernelsFor(trained) }), dataset);
  const history = new RunHistory(trainer);
  while (!trainer.end) {
    history.keep();
    const event = trainer.advance();
    if (event.type === 'epoch') history.measured(event.record);
  }
  return { see: seeing(trainer, undefined, history), step: trainer.step };
}

describe('what the panels say of a run', function () {
  this.timeout(180_000);
  let studio: Studio;

  before(async () => {
    studio = await openStudio({
      files: {
        'twins.netjson': twins,
        'connections.netjson': connections,
        'table.netjson': table,
        'table.csv': csv,
      },
    });
    await studio.execute('workbench.action.closeSidebar');
  });
  after(() => studio?.close());

  async function finish(name: string, twin = false): Promise<FrameLocator> {
    const designer = await studio.openDesigner(name);
    await designer.locator('[data-testid="view"]').getByText('Train').click();
    if (twin) await designer.locator('[data-testid="twin"]').click();
    await designer.locator('[data-testid="train"]').click();
    await untilState(designer, 'finished');
    return designer;
  }
  const tab = (designer: FrameLocator, name: string): Promise<void> =>
    designer.getByRole('tab', { name, exact: true }).click();

  it('beside the twin are the numbers of both, and what dropout did to them', async () => {
    const [run, twin] = [await trained(twins), await trained(twins, true)];
    const designer = await finish('twins.netjson', true);
    await tab(designer, 'Inside');
    const beside = designer.locator('[data-testid="beside-twin"]');
    await until(
      'the twin of the last step',
      async () => (await beside.count()) > 0 && (await beside.getAttribute('data-step')) === String(twin.step),
    );
    const inside = designer.locator('[data-testid="inside"]');
    await until('the run of the last step', async () => (await inside.getAttribute('data-step')) === String(run.step));
    const [own, other] = [run.see('inside', {}).layers, twin.see('inside', {}).layers];
    assert.ok(own.length >= 2);
    for (const [i, layer] of own.entries()) {
      const both = designer.locator(`[data-beside="${layer.id}"] tr`);
      assert.equal(await both.count(), 2);
      for (const [which, { activations }] of [layer, other[i]].entries()) {
        const row = both.nth(which);
        assert.equal(Number(await row.getAttribute('data-zero')), activations.zero, `${layer.id} ${which}`);
        const { coadaptation } = activations;
        assert.equal(
          (await row.locator('[data-coadaptation]').getAttribute('data-coadaptation')) ?? '',
          String(coadaptation!.mean),
        );
        const said = await row.innerText();
        assert.ok(said.includes(`${words.percent(activations.zero)} zero`), said);
        assert.ok(said.includes(`mean |r| ${coadaptation!.mean.toFixed(3)}`), said);
      }
    }
    const pairs = own.slice(0, -1).map((layer, i) => ({ layer, other: other[i] }));
    assert.notEqual(pairs[0].layer.activations.zero, pairs[0].other.activations.zero, 'dropout did something');
    assert.deepEqual(await beside.locator('.findings li').allInnerTexts(), besideTwin(pairs));
  });

  it('lines between neurons are as wide as their weights, in the colour of the sign, and stop at dropped units', async () => {
    const { layers } = (await trained(twins)).see('weights', { mostUnits: 12 });
    const { designer } = studio;
    const units = designer.locator('[data-layer="hidden1"]');
    // The twin's lens and the run's are asked one after the other: the lines come when they come.
    await until('lines by weight', () => designer.locator('.fan.positive').count());
    const label = (await units.getAttribute('aria-label'))!;
    const [, sample, step] = /sample (\d+) of \d+, step ([\d,]+):/.exec(label)!;
    const mask = dropoutMask({
      seed: training.seed,
      layer: 'drop1',
      step: Number(step.replaceAll(',', '')) - 1,
      sample: Number(sample) - 1,
      rate: 0.4,
      units: 12,
    });
    const wanted: Record<string, number> = {};
    for (const { id, inputs, units: outputs, values } of layers)
      for (let i = 0; i < inputs; i++)
        for (let j = 0; j < outputs; j++) {
          const { sign, level } = lineOf(values[i * outputs + j], largestOf(values));
          const key = mask[id === 'hidden1' ? j : i] ? 'dead' : `${sign} ${WIDTHS[level]}`;
          wanted[key] = (wanted[key] ?? 0) + 1;
        }
    assert.ok(Object.keys(wanted).length > 4, JSON.stringify(wanted));
    await until('the lines of the last step', async () => {
      const found: Record<string, number> = {};
      const paths = await designer.locator('path.fan').evaluateAll((all) =>
        all.map((path) => ({
          sign: path.getAttribute('class')!.replace('fan', '').trim(),
          width: (path as SVGPathElement).style.strokeWidth,
          count: path.getAttribute('d')!.split('M').length - 1,
        })),
      );
      for (const { sign, width, count } of paths) {
        const key = `${sign} ${width}`.trim();
        found[key] = (found[key] ?? 0) + count;
      }
      return isDeepStrictEqual(found, wanted);
    });
  });

  it('samples of a table have the values of their rows, and the network\u2019s own beside them', async () => {
    const designer = await finish('table.netjson');
    await tab(designer, 'Worst samples');
    const card = designer.locator('[data-testid="samples-seen"] li').first();
    const row = Number(await card.getAttribute('data-row'));
    const { amount, share } = rows[row];
    const told = ['amount', words.axis(amount), 'share', words.axis(share)].join(' ');
    assert.equal((await card.locator('.sample-values').innerText()).replaceAll(/\s+/g, ' '), told);
    assert.match(
      (await card.locator('.sample-values span').first().getAttribute('title'))!,
      new RegExp(`^amount: ${words.axis(amount)}, read as \u2212?[0-3]\\.\\d\\d$`),
    );
    // The same sample in the graph.
    await card.locator('button').click();
    await designer.locator('[data-testid="chosen"]', { hasText: `row ${words.count(row + 1)}` }).waitFor();
    const values = designer.locator('[data-node="input"] .neuron-values');
    await until(
      'its values below the neurons',
      async () => (await values.innerText()).replaceAll(/\s+/g, ' ').trim() === told,
    );
  });

  it('of dropped connections the strip counts each unit\u2019s, and a picture each single one', async () => {
    const run = await trained(connections);
    const counts = run.see('dropCounts', { layer: 'connect' });
    assert.equal(counts.steps, run.step);
    const designer = await finish('connections.netjson');
    await tab(designer, 'Masks');
    const note = designer.locator('[data-testid="strip-note"]');
    await until('the count of each unit', async () => (await note.innerText()) === runWords(counts));
    const span = designer.locator('[data-testid="mask-span"]');
    await span.getByRole('radio', { name: 'Batch' }).focus();
    await studio.page.keyboard.press('ArrowRight');
    const picture = designer.locator('[data-testid="connections-run"]');
    const shares = counts.connections!;
    const say = (at?: { row: number; column: number }): string => connectionWords(counts, shares, 'hidden1', at);
    await until('the count of each connection', async () => (await note.innerText()) === say());
    assert.equal(Number(await picture.getAttribute('data-samples')), counts.samples);
    await picture.focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowDown']) await studio.page.keyboard.press(key);
    await until('one connection', async () => (await note.innerText()) === say({ row: 1, column: 1 }));
    await studio.page.keyboard.press('End');
    await until('the last unit', async () => (await note.innerText()) === say({ row: 1, column: 5 }));
    // Red as it was dropped often: the most often dropped of all is redder than the least.
    const order = [...shares.shares.keys()].sort((a, b) => shares.shares[a] - shares.shares[b]);
    const strength = await picture.locator('canvas').evaluate(
      (canvas: HTMLCanvasElement, { places, columns, rows: down }) => {
        const pen = canvas.getContext('2d')!;
        return places.map((at) => {
          const x = Math.floor((((at % columns) + 0.5) * canvas.width) / columns);
          const y = Math.floor(((Math.floor(at / columns) + 0.5) * canvas.height) / down);
          return pen.getImageData(x, y, 1, 1).data[3];
        });
      },
      { places: order, columns: shares.columns, rows: shares.rows },
    );
    assert.deepEqual(
      strength,
      [...strength].sort((a, b) => a - b),
    );
    assert.ok(strength[strength.length - 1] > strength[0] + 40, strength.join());
    assert.deepEqual(await violations(designer), []);
    await studio.page.keyboard.press('Escape');
    await until('all of them', async () => (await note.innerText()) === say());
    assert.deepEqual(studio.errors, []);
  });
});
