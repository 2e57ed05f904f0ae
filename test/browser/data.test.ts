import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { catalogue } from '../../src/catalogue';
import { dataViewOf } from '../../src/data/view';
import { analyze } from '../../src/model/analyze';
import type { DataView, NumberColumn } from '../../src/model/dataView';
import { fileIo } from '../../src/runs/files';
import { type Studio, openStudio, THEMES } from '../harness/designer';
import { violations } from './axe';
import { textOf, until, untilText } from './support';

describe('the data of a network', function () {
  this.timeout(120_000);
  let studio: Studio;

  before(async () => {
    studio = await openStudio();
    await studio.execute('workbench.action.closeSidebar');
  });
  after(() => studio?.close());

  async function open(file: string, aspect?: string): Promise<FrameLocator> {
    const designer = await studio.openDesigner(file);
    await designer.locator('#design-panel-tab-data').click();
    await designer.locator('[data-testid="data-view"]').waitFor();
    if (aspect) await show(designer, aspect);
    return designer;
  }
  const show = (designer: FrameLocator, aspect: string): Promise<void> =>
    designer.locator(`[data-testid="data-aspect"] [data-value="${aspect}"]`).click();
  /** What the engine itself says of the same file. */
  const viewOf = async (file: string): Promise<DataView> => {
    const { model } = analyze(await textOf(studio, file), catalogue);
    return dataViewOf(model!, fileIo(studio.workspaceDir));
  };
  /** The texts of a table's cells, row by row, as a screen reader reads them. */
  const cells = (designer: FrameLocator, table: string): Promise<string[][]> =>
    designer
      .locator(`[data-testid="${table}"] tbody tr`)
      .evaluateAll((rows) =>
        rows.map((row) => [...row.children].map((cell) => (cell as HTMLElement).innerText.trim())),
      );
  const number = (text: string): number => Number(text.replaceAll(',', '').replace('\u2212', '-'));

  it('is split and counted as the engine does it', async () => {
    const designer = await open('digits.netjson', 'overview');
    const { parts, rows, target, noise } = await viewOf('digits.netjson');
    const split = await cells(designer, 'data-split');
    assert.deepEqual(
      split.map(([name, count]) => [name, number(count)]),
      [
        ['Train', parts.train],
        ['Validation', parts.validation],
        ['Test', parts.test],
      ],
    );
    assert.equal(rows, 1797);
    assert.ok(target.type === 'classes');
    assert.deepEqual(
      (await cells(designer, 'data-target')).map(([name, ...counts]) => [name, ...counts.map(number)]),
      target.names.map((name, c) => [name, target.counts.train[c], target.counts.validation[c], target.counts.test[c]]),
    );
    const note = await designer.locator('[data-testid="data-noise"]').innerText();
    assert.ok(note.includes(`${noise!.drawn} of 300 training labels anew: ${noise!.wrong} of them`), note);
  });

  it('shows training pictures class by class, and those that were drawn anew in words', async () => {
    const designer = await open('digits.netjson', 'pictures');
    const { sheet } = await viewOf('digits.netjson');
    const groups = designer.locator('[data-testid="data-sheet"] .sheet-group');
    assert.equal(await groups.count(), 10);
    const three = sheet!.targets.filter((t) => t === 3).length;
    assert.equal(await groups.nth(3).locator('canvas').getAttribute('aria-label'), `${three} training pictures of 3`);
    const anew = [...sheet!.rows.keys()].filter((i) => sheet!.targets[i] === 3 && sheet!.given[i] !== 3);
    const told = anew.map((i) => `row ${(sheet!.rows[i] + 1).toLocaleString('en')}, was ${sheet!.given[i]}`);
    if (anew.length > 0) assert.ok((await groups.nth(3).innerText()).includes(told.join('; ')));
  });

  it('has statistics of each column, and rows with the part each is in', async () => {
    const designer = await open('wine.netjson', 'columns');
    const { tables } = await viewOf('wine.netjson');
    const shown = await cells(designer, 'data-columns');
    assert.equal(shown.length, tables!.given.columns.length);
    const [alcohol] = tables!.given.columns as [NumberColumn];
    const [name, , ...numbers] = shown[0];
    assert.equal(name, alcohol.name);
    const wanted = [
      alcohol.mean,
      alcohol.deviation,
      alcohol.min,
      ...alcohol.quartiles,
      alcohol.max,
      0,
      alcohol.distinct,
    ];
    numbers.forEach((text, i) =>
      assert.ok(Math.abs(number(text) - wanted[i]) <= 0.001 * Math.abs(wanted[i]), `${text} is not ${wanted[i]}`),
    );
    const spoken = await designer.locator('[data-column="alcohol"] svg').getAttribute('aria-label');
    assert.match(spoken!, /^Histogram of alcohol from 11\.03 to 14\.83: of 107 training rows most, \d+, from/);

    await show(designer, 'rows');
    const rows = await cells(designer, 'data-rows');
    const { first } = tables!.given;
    assert.deepEqual(rows[0].slice(0, 4), ['1', ['Train', 'Validation', 'Test'][first.parts[0]], 'class_0', '14.23']);
    assert.ok(rows.length < 100, 'rows out of sight are in the document');

    await designer.locator('[data-testid="data-stage"] [data-value="network"]').click();
    await until('scaled values', async () => {
      const [row] = await cells(designer, 'data-rows');
      return Math.abs(number(row[3]) - tables!.network.first.cells[0]) < 1e-6;
    });
    await designer.locator('[data-testid="data-stage"] [data-value="given"]').click();
  });

  it('a column is ignored, used again, categories or the target by one edit each, and undone by one', async () => {
    const before = await textOf(studio, 'wine.netjson');
    const designer = await open('wine.netjson', 'columns');
    const row = designer.locator('[data-column="hue"]');
    const use = async (what: string): Promise<void> => {
      if (!(await designer.locator(`[data-testid="use-${what}"]`).isVisible())) await row.locator('button').click();
      await designer.locator(`[data-testid="use-${what}"]`).click();
    };
    for (const [what, holds] of [
      ['ignored', '"ignore": ["hue"]'],
      ['category', '"categories": ["hue"]'],
      ['target', '"target": "hue"'],
    ] as const) {
      await use(what);
      await untilText(studio, 'wine.netjson', (t) => t.includes(holds), holds);
      await studio.execute('undo');
      await untilText(studio, 'wine.netjson', (t) => t === before, 'the former text');
      await until('the column', async () => (await row.locator('button').count()) === 1);
    }
    await use('ignored');
    await designer.locator('tr.ignored[data-column="hue"]').waitFor();
    await designer.locator('tr.ignored [data-testid="use-input"]').click();
    await untilText(studio, 'wine.netjson', (t) => !t.includes('"hue"'), 'no "hue"');
    await studio.execute('undo');
    await studio.execute('undo');
    await untilText(studio, 'wine.netjson', (t) => t === before, 'the former text');
  });

  it('plots two inputs, and any two columns by choice', async () => {
    const designer = await open('moons.netjson', 'plot');
    const label = await designer.locator('[data-testid="data-plot"] canvas').getAttribute('aria-label');
    const { parts, tables } = await viewOf('moons.netjson');
    const [x, y] = tables!.given.columns.map((c) => c.name);
    const rows = parts.train + parts.validation + parts.test;
    assert.ok(label!.startsWith(`${y} against ${x}, ${rows} rows, coloured by `), label!);
    const colours = await designer.locator('[data-testid="data-plot"] canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set<number>();
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3] === 255) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      return seen.size;
    });
    assert.ok(colours > 2, `${colours} colours`);
  });

  it('is led to by the input layer and by the form of the data', async () => {
    const designer = await studio.openDesigner('diabetes.netjson');
    await designer.locator('#design-panel-tab-analyzer').click();
    await designer.locator('[data-node="input"]').click();
    await designer.locator('[data-testid="show-data"]').click();
    await designer.locator('[data-testid="data-view"]').waitFor();
    assert.match(await designer.locator('[data-testid="data-target"]').innerText(), /progression/);
  });

  it('says why there is nothing to see', async () => {
    const before = await textOf(studio, 'wine.netjson');
    const designer = await open('wine.netjson', 'overview');
    await designer.locator('#inspector-tab-data').click();
    const path = designer.locator('[data-testid="field-path"]');
    // Not by Control+A: once it took away letters that were typed after it. Probably the workbench answers it late.
    await path.click({ clickCount: 3 });
    await studio.page.keyboard.type('nowhere.csv');
    await studio.page.keyboard.press('Enter');
    const problem = designer.locator('[data-testid="data-problem"]');
    await problem.waitFor();
    assert.match(await problem.innerText(), /nowhere\.csv/);
    await studio.execute('undo');
    await untilText(studio, 'wine.netjson', (t) => t === before, 'the former text');
    await designer.locator('[data-testid="data-view"]').waitFor();
  });

  it('is split in one of several ways, each with its own fields', async () => {
    const before = await textOf(studio, 'wine.netjson');
    const designer = await open('wine.netjson', 'overview');
    await designer.locator('#inspector-tab-data').click();
    const pick = async (field: string, option: string): Promise<void> => {
      const list = designer.locator(`[data-testid="field-${field}"]`);
      await list.click();
      await list.locator('vscode-option').filter({ hasText: option }).click();
    };
    const fields = (): Promise<(string | null)[]> =>
      designer
        .locator('[data-field="split"] [data-field]')
        .evaluateAll((all) => all.map((one) => one.getAttribute('data-field')));
    const sizes = ['train', 'validation', 'test', 'stratify', 'group'];
    assert.deepEqual(
      await fields(),
      ['way', ...sizes].map((key) => `split.${key}`),
    );
    await pick('split.way', 'In folds');
    await untilText(studio, 'wine.netjson', (t) => t.includes('"folds": 5') && !t.includes('"train"'), 'folds');
    await until('the fields of folds', async () => (await fields())[1] === 'split.folds');
    await studio.execute('undo');
    await untilText(studio, 'wine.netjson', (t) => t === before, 'the former text');
    await until('the sizes again', async () => (await fields()).length === 6);
    // Nothing is written before the column is known that tells the time.
    await pick('split.way', 'By time');
    await until('the time alone', async () => (await fields()).join() === 'split.way,split.time');
    assert.equal(await textOf(studio, 'wine.netjson'), before);
    await pick('split.time', 'hue');
    await untilText(
      studio,
      'wine.netjson',
      (t) => t.includes('"time": "hue"') && t.includes('"train": 0.6'),
      'a split by time',
    );
    await until('its sizes', async () => (await fields()).join().startsWith('split.way,split.time,split.train'));
    await studio.execute('undo');
    await untilText(studio, 'wine.netjson', (t) => t === before, 'the former text');
  });

  it('augments pictures by entries of a list, each with its own parameters', async () => {
    const before = await textOf(studio, 'digits.netjson');
    const designer = await open('digits.netjson', 'pictures');
    await designer.locator('#inspector-tab-data').click();
    await designer.locator('[data-testid="add-augment"]').click();
    await designer.locator('[data-testid="add-augment"] vscode-option').filter({ hasText: 'Shift' }).click();
    await untilText(
      studio,
      'digits.netjson',
      (t) => /"augment": \[\s*\{ "kind": "shift", "by": 2 \}\s*\]/.test(t),
      'a shift',
    );
    const draws = designer.locator('[data-testid="data-draw"] [role="radio"]');
    await until('augmented pictures', async () => (await draws.count()) === 5);
    const pixels = (): Promise<string> =>
      designer
        .locator('.sheet-group canvas')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const plain = await pixels();
    await draws.nth(1).click();
    await until('other pixels', async () => (await pixels()) !== plain);
    await designer.locator('[data-entry="0"] vscode-button[aria-label^="Remove"]').click();
    await untilText(studio, 'digits.netjson', (t) => !t.includes('augment'), 'nothing augmented');
    await studio.execute('undo');
    await studio.execute('undo');
    await untilText(studio, 'digits.netjson', (t) => t === before, 'the former text');
  });

  for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[])
    it(`axe finds nothing in it, theme ${theme}`, async () => {
      await studio.setTheme(theme);
      for (const [file, aspects] of [
        ['wine.netjson', ['overview', 'columns', 'rows', 'plot']],
        ['digits.netjson', ['pictures']],
      ] as const)
        for (const aspect of aspects)
          assert.deepEqual(await violations(await open(file, aspect)), [], `${file}, ${aspect}`);
    });

  it('makes no error', () => assert.deepEqual(studio.errors, []));
});
