import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import type { FrameLocator } from 'playwright-core';
import type { LayerDefinition } from '../../src/engine/define';
import { layers } from '../../src/engine/layers/index';
import { compile } from '../../src/engine/network';
import { Trainer } from '../../src/engine/trainer';
import { Viewer } from '../../src/engine/viewer';
import { layerOf, type Model } from '../../src/model/model';
import { isDropped, type LayerSight, type Sight } from '../../src/protocol/training';
import { kernelsFor } from '../../src/threads/kernels';
import { open } from '../../src/worker/source';
import { boxesOf, DENSITIES, gapOf, unitsBodyOf, type Body } from '../../webview/canvas/geometry';
import { graphOf } from '../../webview/canvas/graph';
import { originOf } from '../../webview/canvas/maps';
import { FREQUENCY, stripSize } from '../../webview/train/strip';
import { type Studio, openStudio } from '../harness/designer';
import { until, untilState } from './support';

/** Every kind that drops something, or adds noise in its place. One that is added to the registry is tested here too. */
const family = [...layers.values()].filter(({ group }) => group === 'Dropout');
const seed = 3;
const BATCH = 20;

/** A network with one layer of the kind behind what it reads: maps where it wants some, else a list of units. */
function textOf({ kind, example, exampleInputs }: LayerDefinition): string {
  const maps = (exampleInputs?.[0].length ?? 1) > 1;
  const layer = { id: 'it', kind, ...example };
  return JSON.stringify({
    version: 1,
    data: { source: 'moons', samples: 400, noise: 0.25, seed: 1 },
    layers: [
      { id: 'input', kind: 'input', shape: [2] },
      ...(maps
        ? [
            { id: 'wide', kind: 'dense', units: 64 },
            { id: 'square', kind: 'reshape', shape: [8, 8, 1] },
            { id: 'before', kind: 'conv2d', filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' },
          ]
        : [{ id: 'before', kind: 'dense', units: 32, activation: 'relu' }]),
      layer,
      ...(maps ? [{ id: 'flat', kind: 'flatten' }] : []),
      { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
    ],
    training: { loss: 'crossentropy', optimizer: 'adam', batchSize: BATCH, epochs: 1000, seed },
  });
}

/** The first step of the same run, made by the engine here. */
async function engineOf(text: string): Promise<{ model: Model; look: (sample: number) => Sight }> {
  const { model, dataset } = await open({ text, folder: tmpdir() });
  const viewer = new Viewer(new Trainer(compile(model, { kernels: kernelsFor(model) }), dataset));
  viewer.capture();
  return { model, look: (sample) => viewer.look(sample) };
}

const layerIn = (sight: Sight, id: string): LayerSight => sight.layers.find((l) => l.id === id)!;
const plain = (n: number): string => n.toLocaleString('en-US');
const some = (n: number, all: number): string => `${plain(n)} of ${plain(all)}`;

/** What of a sample is said to be dropped, by the engine's masks; a pattern where the number is one of noise. */
function dropsOf(sight: Sight, { params }: { readonly params: Model['layers'][number]['params'] }): RegExp {
  const { mask, connections, values } = layerIn(sight, 'it');
  if (connections)
    return new RegExp(`^${some(connections.dropped, connections.features * connections.units)} connections dropped, `);
  if (!mask) return /^(values multiplied by|noise of) \S+ to \S+( added)?, nothing dropped, /;
  const bits = Array.from(values, (_, i) => isDropped(mask.bits, i));
  const dropped = bits.filter(Boolean).length;
  const channels = 4;
  switch (mask.pieces?.name) {
    case undefined:
      // Alpha dropout says what it sets them to.
      return new RegExp(`^${some(dropped, bits.length)} dropped( to \\S+)?, `);
    case 'channel':
      return new RegExp(`^${some(bits.slice(0, channels).filter(Boolean).length, channels)} channels dropped, `);
    case 'block': {
      const size = Number(params['blockSize']);
      const blocks = mask.pieces.dropped;
      return new RegExp(
        `^${plain(blocks)} blocks? of ${size} × ${size} dropped, ${some(dropped, bits.length)} values, `,
      );
    }
    case 'sample':
      return dropped > 0 ? /^all of the branch dropped, / : /^the branch kept, /;
    default:
      return assert.fail(`nobody says what is dropped in pieces of the kind "${mask.pieces?.name}"`);
  }
}

/**
 * Which places of a canvas are red: `points` in CSS pixels.
 * @param over how much more red than green and blue there is, at least: 0 where red is laid over the blue of an activation
 */
const redAt = (designer: FrameLocator, canvas: string, points: readonly (readonly [number, number])[], over = 60) =>
  designer.locator(canvas).evaluate(
    (element: HTMLCanvasElement, [all, least]) => {
      const pen = element.getContext('2d')!;
      const { a: scale } = pen.getTransform();
      return all.map(([x, y]) => {
        const [r, g, b, alpha] = pen.getImageData(Math.round(x * scale), Math.round(y * scale), 1, 1).data;
        return alpha > 20 && r > g + least && r > b + least;
      });
    },
    [points, over] as const,
  );

describe('every kind of the dropout family is seen as it is', function () {
  this.timeout(240_000);
  let studio: Studio;

  before(async () => {
    studio = await openStudio({
      files: Object.fromEntries(family.map((definition) => [`${definition.kind}.netjson`, textOf(definition)])),
    });
    await studio.execute('workbench.action.closeSidebar');
  });
  after(() => studio?.close());

  it('knows the whole family', () => assert.ok(family.length >= 8, String(family.length)));

  for (const definition of family)
    it(`${definition.kind}: red where it drops, and said in its own pieces`, async () => {
      const text = textOf(definition);
      const { model, look } = await engineOf(text);
      const layer = layerOf(model, 'it');
      const designer = await studio.openDesigner(`${definition.kind}.netjson`);
      await designer.locator('[data-testid="step"]').click();
      await untilState(designer, 'paused');
      const first = layerIn(look(0), 'it');
      // Where the mask is drawn: on the units that are dropped; noise and connections on the layer itself.
      const seen = first.mask ? 'before' : 'it';

      for (const sample of [0, 1, 2]) {
        const sight = look(sample);
        const label = await until(`sample ${sample + 1}`, async () => {
          const said = await designer.locator(`[data-layer="${seen}"]`).getAttribute('aria-label');
          return said?.includes(`sample ${sample + 1} of ${BATCH}, step 1: `) && said;
        });
        const [, told] = /step 1: (.*)$/.exec(label)!;
        assert.match(told, dropsOf(sight, layer));
        const { mask } = layerIn(sight, 'it');
        const { values } = layerIn(sight, seen);
        const shown = values.filter((_, i) => !mask || !isDropped(mask.bits, i));
        if (definition.kind !== 'gaussianDropout') {
          const active = shown.filter((v) => Math.abs(v) > 1e-6).length;
          assert.ok(told.endsWith(`, ${plain(active)} active, ${plain(shown.length - active)} silent`), told);
        }

        const body = await bodyOf(designer, model, seen);
        const canvas = `[data-layer="${seen}"] canvas`;
        const red = await redAt(designer, canvas, placesOf(body));
        const wanted = Array.from(values, (_, i) => mask !== undefined && isDropped(mask.bits, i));
        // What goes all at once is struck out by one cross over the whole.
        if (mask?.pieces?.name === 'sample') assert.equal(red.some(Boolean), mask.dropped > 0);
        else assert.deepEqual(red, wanted, `sample ${sample + 1}`);
        await designer.locator('[data-testid="next-sample"]').click();
      }

      if (!first.mask && !first.connections) {
        // Nothing is dropped, and that is said.
        assert.equal(await designer.locator('[data-testid="masks"]').count(), 0);
        assert.match(await designer.locator('.panel-body .hint').innerText(), /^it adds noise and drops nothing/);
        return;
      }
      await strip(designer, definition, model, look);
    });

  /** The strip of the batch, row by row and cell by cell. */
  async function strip(
    designer: FrameLocator,
    definition: LayerDefinition,
    model: Model,
    look: (sample: number) => Sight,
  ): Promise<void> {
    const { id, params, shape } = layerOf(model, 'it');
    const grid = designer.locator('[data-testid="masks"]');
    const rows = await grid.locator('[role="row"]').evaluateAll((all) =>
      all.map((row) => ({
        dropped: Number((row as HTMLElement).dataset.rowDropped),
        said: row.querySelector('[role="rowheader"]')!.getAttribute('aria-label')!,
      })),
    );
    assert.equal(rows.length, BATCH);
    const sights = rows.map((_, r) => layerIn(look(r), 'it'));
    for (const [r, { mask, connections }] of sights.entries()) {
      const dropped = mask ? (mask.pieces?.dropped ?? mask.dropped) : connections!.dropped;
      assert.equal(rows[r].dropped, dropped, `row ${r + 1}`);
      const number = mask?.pieces?.name === 'sample' ? '(all|nothing)' : plain(dropped);
      assert.match(rows[r].said, new RegExp(`^Sample ${r + 1}: ${number}\\b.* dropped$`));
    }
    const pieces = sights[0].mask?.pieces?.count ?? sights[0].mask?.units ?? sights[0].connections!.units;
    assert.equal(Number(await grid.getAttribute('aria-colcount')), pieces + 1);

    const room = await designer
      .locator('.strip-frame')
      .evaluate((frame) => ({ width: frame.clientWidth, height: frame.clientHeight }));
    const size = stripSize(pieces, BATCH, room.width, room.height);
    assert.equal(size.per, 1, 'each piece has a column');
    const drawer = definition.masks?.({ id, params, shape }, seed);
    for (const r of [0, 7, 19]) {
      const bits = new Uint8Array(pieces);
      drawer?.pieces.draw(bits, 0, { rate: Number(params['rate']) }, 0, r);
      // Strokes cross a cell from corner to corner, or stand in its middle; shares fill it from below.
      const y = FREQUENCY + r * size.row + (drawer ? size.row / 2 - 0.5 : size.row - 2);
      const points = Array.from({ length: pieces }, (_, c): [number, number] => [
        Math.round(size.left + c * size.cell) + Math.max(0, (size.cell - 1) / 2 - 0.5),
        y,
      ]);
      const around = points.flatMap(([x, at]) => [-1, 0, 1].map((dx): [number, number] => [x + dx, at]));
      const red = await redAt(designer, '.strip-inside canvas', size.cell < 4 ? points : around, drawer ? 60 : 0);
      const each = size.cell < 4 ? 1 : 3;
      const found = bits.map((_, c) => (red.slice(c * each, (c + 1) * each).some(Boolean) ? 1 : 0));
      const wanted = drawer ? bits : sights[r].connections!.perUnit.map((n) => (n > 0 ? 1 : 0));
      assert.deepEqual([...found], [...wanted], `row ${r + 1}`);
    }
  }

  /** How a layer's units are laid out: the density that the canvas chose is the one whose picture has its size. */
  async function bodyOf(designer: FrameLocator, model: Model, id: string): Promise<Body> {
    const width = await designer
      .locator(`[data-layer="${id}"] canvas`)
      .evaluate((canvas: HTMLCanvasElement) => parseFloat(canvas.style.width));
    const catalogue = { layers: [...layers.values()] } as unknown as Parameters<typeof graphOf>[1];
    const graph = graphOf(model, catalogue);
    for (const density of DENSITIES) {
      const node = graph.byId.get(id)!;
      // A dropout that shows units itself has little room for them.
      const { body } =
        node.role === 'gate'
          ? { body: unitsBodyOf(node, Math.min(13, density.pitch)) }
          : boxesOf(graph, { density, train: true, classes: ['upper', 'lower'] }).get(id)!;
      if ('width' in body && Math.abs(body.width + 2 - width) < 0.01) return body;
    }
    throw new Error(`No density draws ${id} ${width} pixels wide.`);
  }
});

/** The middle of each value on its canvas, in CSS pixels. */
function placesOf(body: Body): (readonly [number, number])[] {
  if (body.type === 'cells')
    return Array.from({ length: body.count }, (_, i) => {
      const middle = (body.pitch - gapOf(body.pitch)) / 2;
      const [column, row] = [i % body.columns, Math.floor(i / body.columns)];
      return [1 + column * body.pitch + middle, 1 + row * body.pitch + middle];
    });
  if (body.type === 'maps')
    return Array.from({ length: body.count }, (_, i) => {
      const [x, y] = originOf(body, i % body.channels);
      const position = Math.floor(i / body.channels);
      const [column, row] = [position % body.across, Math.floor(position / body.across)];
      return [1 + x + (column + 0.5) * body.pixelWidth, 1 + y + (row + 0.5) * body.pixelHeight];
    });
  throw new Error(`Units are drawn as "${body.type}".`);
}
