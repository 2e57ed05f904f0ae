import assert from 'node:assert/strict';
import type { FrameLocator, Locator } from 'playwright-core';
import { type Studio, openStudio } from '../harness/designer';
import { small, textOf, until, untilText } from './support';

const file = 'small.netjson';

/** A shortcut around hidden1. */
const residual = `{
  "version": 1,
  "layers": [
    { "id": "input", "kind": "input", "shape": [8] },
    { "id": "hidden1", "kind": "dense", "units": 8, "activation": "relu" }, // around this one
    { "id": "sum", "kind": "add", "inputs": ["hidden1", "input"] },
    { "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }
  ]
}
`;

const long = JSON.stringify({
  version: 1,
  layers: [
    { id: 'input', kind: 'input', shape: [8] },
    ...Array.from({ length: 99 }, (_, i) => ({ id: `dense${i + 1}`, kind: 'dense', units: 20 })),
  ],
});

describe('gestures on the graph', function () {
  this.timeout(120_000);
  let studio: Studio;
  let designer: FrameLocator;

  before(async () => {
    studio = await openStudio({ files: { [file]: small, 'residual.netjson': residual, 'long.netjson': long } });
    await studio.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await studio.execute('workbench.action.closeSidebar');
    designer = await studio.openDesigner(file);
    await designer.locator('[data-node="output"]').waitFor();
  });
  after(() => studio?.close());

  const node = (id: string): Locator => designer.locator(`[data-node="${id}"]`);
  const press = (keys: string): Promise<void> => studio.page.keyboard.press(keys);
  const selection = (): Promise<string[]> =>
    designer.locator('[data-node].selected').evaluateAll((all) => all.map((n) => n.getAttribute('data-node')!).sort());
  const undone = async (name: string, text: string): Promise<void> => {
    await studio.execute('undo');
    await untilText(studio, name, (t) => t === text, 'the former text');
  };
  const centre = async (place: Locator): Promise<{ x: number; y: number }> => {
    const box = (await place.boundingBox())!;
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const drag = async (from: Locator, to: Locator): Promise<void> => {
    const [a, b] = [await centre(from), await centre(to)];
    await studio.page.mouse.move(a.x, a.y);
    await studio.page.mouse.down();
    for (let i = 1; i <= 8; i++) await studio.page.mouse.move(a.x + ((b.x - a.x) * i) / 8, a.y + ((b.y - a.y) * i) / 8);
    await studio.page.mouse.up();
  };

  it('several layers are selected by mouse, duplicated and removed together', async () => {
    await node('hidden1').locator('.node-head').click();
    await node('drop1')
      .locator('.node-head')
      .click({ modifiers: ['Control'] });
    assert.deepEqual(await selection(), ['drop1', 'hidden1']);
    await designer.getByText('2 layers selected').waitFor();
    await press('Control+d');
    const text = await untilText(studio, file, (t) => t.includes('"drop2"'), 'a copy of both');
    assert.match(text, /"drop1".*\n.*"id": "hidden2", "kind": "dense", "units": 32.*\n.*"id": "drop2".*\n.*"output"/);
    await until('the copies to be selected', async () => (await selection()).join() === 'drop2,hidden2');
    await node('hidden2').focus();
    await press('Delete');
    await untilText(studio, file, (t) => t === small, 'the former text');
  });

  it('Shift and an arrow take the next layer with it, Ctrl+A takes all, Esc none', async () => {
    await node('hidden1').focus();
    await press('Shift+ArrowRight');
    assert.deepEqual(await selection(), ['drop1', 'hidden1']);
    await press('Control+a');
    assert.equal((await selection()).length, 4);
    await press('Escape');
    assert.deepEqual(await selection(), []);
  });

  it('layers go over the clipboard, as text, into another network', async () => {
    await node('hidden1').focus();
    await press('Shift+ArrowRight');
    await press('Control+c');
    const copied = await until('the clipboard', async () => {
      const text = await studio.page.evaluate(() => navigator.clipboard.readText());
      return text.includes('"hidden1"') && text;
    });
    assert.deepEqual(
      (JSON.parse(copied) as { layers: { id: string }[] }).layers.map((l) => l.id),
      ['hidden1', 'drop1'],
    );
    designer = await studio.openDesigner('residual.netjson');
    await node('hidden1').focus();
    await press('Control+v');
    const text = await untilText(studio, 'residual.netjson', (t) => t.includes('"drop1"'), 'the layers');
    assert.match(text, /"hidden2", "kind": "dense", "units": 32/);
    await undone('residual.netjson', residual);
    designer = await studio.openDesigner(file);
    await node('drop1').focus();
    await press('Control+x');
    await untilText(studio, file, (t) => !t.includes('"drop1"'), 'no drop1');
    await undone(file, small);
  });

  it('a layer is connected with another by dragging from its side', async () => {
    designer = await studio.openDesigner('residual.netjson');
    await node('output').hover();
    await node('input').hover();
    await drag(
      node('input').locator('.react-flow__handle.source'),
      node('output').locator('.react-flow__handle.target'),
    );
    const text = await untilText(studio, 'residual.netjson', (t) => t !== residual, 'another connection');
    assert.equal(text, residual.replace('"activation": "softmax" }', '"activation": "softmax", "inputs": ["input"] }'));
    await undone('residual.netjson', residual);
  });

  it('what would be a circle is not connected', async () => {
    await node('hidden1').hover();
    await node('output').hover();
    await drag(
      node('output').locator('.react-flow__handle.source'),
      node('hidden1').locator('.react-flow__handle.target'),
    );
    assert.equal(await textOf(studio, 'residual.netjson'), residual);
    assert.equal(await designer.locator('[data-testid="message"]').count(), 0);
  });

  it('a kind dragged onto a line goes between the two layers that it joins, and those alone', async () => {
    await designer.locator('[data-add="dropout"]').dragTo(designer.getByTitle('Add a layer between input and sum'));
    const text = await untilText(studio, 'residual.netjson', (t) => t !== residual, 'a dropout');
    assert.match(text, /"id": "sum", "kind": "add", "inputs": \["hidden1", "drop\d"\]/);
    await node('drop1').waitFor();
    await undone('residual.netjson', residual);
    await node('drop1').waitFor({ state: 'detached' });
  });

  it('what a layer reads is changed in its form, by keyboard', async () => {
    await node('output').focus();
    await designer.locator('[data-testid="field-inputs"]').focus();
    await press('Enter');
    await press('ArrowUp');
    await press('Enter');
    await untilText(studio, 'residual.netjson', (t) => /"output".*"inputs": \["/.test(t), 'other inputs');
    await undone('residual.netjson', residual);
  });

  it('a layer that joins others is added with one that fits, so that the picture stays', async () => {
    await node('sum').focus();
    await press('/');
    await studio.page.keyboard.type('add');
    await press('Enter');
    const text = await untilText(studio, 'residual.netjson', (t) => t.includes('"add1"'), 'add1');
    assert.match(text, /"add1", "kind": "add", "inputs": \["sum", "(hidden1|input)"\]/);
    await node('add1').waitFor();
    await undone('residual.netjson', residual);
  });

  it('a network too long to be read as a whole is walked through by keyboard, and has a map', async () => {
    designer = await studio.openDesigner('long.netjson');
    await node('input').focus();
    await designer.getByLabel('The whole network in small').waitFor();
    for (let i = 1; i <= 30; i++) await press('ArrowRight');
    await designer.locator('[data-node="dense30"]:focus').waitFor();
    const [box, frame] = [(await node('dense30').boundingBox())!, (await designer.locator('.canvas').boundingBox())!];
    assert.ok(box.x >= frame.x && box.x + box.width <= frame.x + frame.width, 'dense30 is in sight');
    await designer.locator('[data-testid="analyzer"] .row-name', { hasText: 'dense30' }).focus();
    for (let i = 1; i <= 40; i++) await press('ArrowDown');
    await designer.locator('[data-testid="analyzer"] .row-name:focus', { hasText: 'dense70' }).waitFor();
    await node('dense70').waitFor();
    assert.deepEqual(await selection(), ['dense70']);
  });

  it('two windows on one file show the same', async () => {
    designer = await studio.openDesigner(file);
    await studio.execute('workbench.action.splitEditorRight');
    await until('two designers', async () => (await studio.designers()).length === 2);
    const [one, two] = await studio.designers();
    for (const each of [one, two]) await each.locator('[data-node="drop1"]').waitFor();
    await one.locator('[data-rate-of="drop1"]').first().focus();
    await studio.page.keyboard.type('0.25');
    await press('Enter');
    for (const each of [one, two])
      await until('the rate in both', async () =>
        (await each.locator('[data-node="drop1"] .gate-rate').innerText()).includes('0.25'),
      );
    await undone(file, small);
    // As git does it when another branch is checked out: only for a text without changes of its own.
    await studio.execute('workbench.action.files.save');
    studio.writeFile(file, small.replace('"drop1"', '"other"'));
    for (const each of [one, two]) await each.locator('[data-node="other"]').waitFor();
  });

  it('leaves no error behind', () => assert.deepEqual(studio.errors, []));
});
