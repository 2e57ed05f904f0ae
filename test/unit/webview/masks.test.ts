import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { layers } from '../../../src/engine/layers/index';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import { Viewer } from '../../../src/engine/viewer';
import { isDropped, type Sight } from '../../../src/protocol/training';
import { open } from '../../../src/worker/source';
import { droppedBy, setTo, spokenDrops, unitText, placeOf } from '../../../webview/canvas/dropped';
import { boxesOf, DENSITIES, mapGridOf, matrixHeight } from '../../../webview/canvas/geometry';
import { graphOf, mapsOf, unitsShown, type Graph } from '../../../webview/canvas/graph';
import { originOf, unitAtMap } from '../../../webview/canvas/maps';
import { branchOf } from '../../../webview/canvas/graph';
import { blocksOf, channelsOf, mapsOfShape, wayOf } from '../../../webview/canvas/masks';
import { factorsOf, noiseAt, noiseRange } from '../../../webview/canvas/noise';
import type { CatalogueDescription } from '../../../src/protocol/designer';
import { catalogue } from './models';

const every: CatalogueDescription = {
  ...catalogue,
  layers: [...layers.values()].map(({ kind, title, help, parameters, example, group, inputs, drops }) => ({
    kind,
    title,
    help,
    parameters,
    example,
    group,
    inputs,
    drops,
  })),
};

/** One sample of a network's first step, by the engine, with the graph that the canvas makes of it. */
async function seen(
  inner: readonly object[],
  shape: readonly number[] = [64],
): Promise<{ graph: Graph; sight: Sight }> {
  const text = JSON.stringify({
    version: 1,
    data: { source: 'csv', path: 'data/digits.csv', target: 'digit', scale: 'divide', divisor: 16, seed: 1 },
    layers: [
      { id: 'input', kind: 'input', shape: [64] },
      ...(shape.length > 1 ? [{ id: 'maps', kind: 'reshape', shape }] : []),
      ...inner,
      ...(shape.length > 1 ? [{ id: 'flat', kind: 'flatten' }] : []),
      { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
    ],
    training: { loss: 'crossentropy', optimizer: 'adam', batchSize: 20, epochs: 2, seed: 3 },
  });
  const { model, dataset } = await open({ text, folder: resolve('examples') });
  const trainer = new Trainer(compile(model, {}), dataset);
  const viewer = new Viewer(trainer);
  viewer.capture();
  return { graph: graphOf(model, every), sight: viewer.look(6) };
}

/** Which values of a layer's sample are dropped, from the engine's mask itself. */
const maskOf = (sight: Sight, gate: string): boolean[] => {
  const { mask, values } = sight.layers.find((l) => l.id === gate)!;
  return Array.from(values, (_, i) => isDropped(mask!.bits, i));
};
const valuesAt = (sight: Sight, id: string): Float32Array => sight.layers.find((l) => l.id === id)!.values;
const conv = { id: 'conv', kind: 'conv2d', filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' };

describe('what each kind of the family takes away, on the canvas', () => {
  it('knows in what pieces each kind drops', () => {
    const way = (kind: string, params = {}) => wayOf(kind, params, [8, 8, 6]);
    assert.deepEqual(
      ['dropout', 'alphaDropout', 'spatialDropout', 'dropBlock', 'stochasticDepth', 'gaussianDropout'].map((k) =>
        way(k),
      ),
      ['units', 'units', 'channels', 'blocks', 'branch', 'noise'],
    );
    assert.equal(way('dropout', { noiseShape: [1, 1, 6] }), 'channels');
    assert.equal(way('dropout', { noiseShape: [8, 8, 1] }), 'units');
  });

  it('takes shapes with positions for maps, a sequence for maps one pixel high', () => {
    assert.deepEqual(mapsOfShape([8, 6, 4]), { down: 8, across: 6, channels: 4 });
    assert.deepEqual(mapsOfShape([16, 4]), { down: 1, across: 16, channels: 4 });
    for (const shape of [[64], [1, 1, 8], [1, 8], [2, 2, 2, 2]]) assert.equal(mapsOfShape(shape), undefined);
  });

  it('counts channels that are dropped whole, as the engine dropped them', async () => {
    const { graph, sight } = await seen([conv, { id: 'gate', kind: 'spatialDropout', rate: 0.5 }], [8, 8, 1]);
    const node = graph.byId.get('conv')!;
    const shown = unitsShown(node, sight, graph)!;
    const mask = maskOf(sight, 'gate');
    const whole = Array.from({ length: 6 }, (_, c) => mask[c]);
    assert.deepEqual(channelsOf(shown, 6).whole, whole);
    const dropped = whole.filter(Boolean).length;
    assert.ok(dropped > 0 && dropped < 6, 'the sample shows both');
    assert.equal(droppedBy(shown.mask!), `${dropped} of 6 channels`);
    assert.equal(spokenDrops(node, graph, shown, sight), `${dropped} of 6 channels dropped`);
    const unit = mask.indexOf(true);
    assert.match(
      unitText(node, graph, shown, sight, unit, { place: placeOf(node, unit), value: '0.5' }),
      /^Channel \d, row 1, column 1: dropped, /,
    );
  });

  it('covers with squares what dropBlock dropped: all of it, and nothing else', async () => {
    const { graph, sight } = await seen([conv, { id: 'gate', kind: 'dropBlock', rate: 0.3, blockSize: 3 }], [8, 8, 1]);
    const node = graph.byId.get('conv')!;
    const shown = unitsShown(node, sight, graph)!;
    assert.equal(shown.block, 3);
    const covered = new Array<boolean>(8 * 8 * 6).fill(false);
    for (let c = 0; c < 6; c++)
      for (const [top, left, rows, columns] of blocksOf(shown, mapsOf(node)!, c)) {
        assert.deepEqual([rows, columns], [3, 3]);
        for (let r = top; r < top + rows; r++)
          for (let x = left; x < left + columns; x++) covered[(r * 8 + x) * 6 + c] = true;
      }
    const mask = maskOf(sight, 'gate');
    assert.ok(mask.includes(true));
    assert.deepEqual(covered, mask);
    const { name, count, dropped } = sight.layers.find((l) => l.id === 'gate')!.mask!.pieces!;
    // Blocks begin at 6 x 6 places of each channel; where they overlap, fewer squares cover them.
    assert.deepEqual([name, count], ['block', 6 * 6 * 6]);
    const values = mask.filter(Boolean).length;
    assert.ok(dropped >= values / 9);
    assert.equal(droppedBy(shown.mask!), `${dropped} blocks`);
    assert.equal(spokenDrops(node, graph, shown, sight), `${dropped} blocks of 3 × 3 dropped, ${values} of 384 values`);
  });

  it('says that a branch is dropped or kept, and which layers that makes idle', async () => {
    const told = new Set<string>();
    for (const rate of [0.001, 0.98]) {
      const { graph, sight } = await seen(
        [
          conv,
          { ...conv, id: 'inner' },
          { id: 'gate', kind: 'stochasticDepth', rate },
          { id: 'sum', kind: 'add', inputs: ['conv', 'gate'] },
        ],
        [8, 8, 1],
      );
      assert.deepEqual(branchOf(graph, 'gate'), ['inner']);
      const node = graph.byId.get('inner')!;
      const shown = unitsShown(node, sight, graph)!;
      const all = maskOf(sight, 'gate').every(Boolean);
      assert.equal(shown.dropped, all ? 384 : 0);
      assert.equal(droppedBy(shown.mask!), all ? 'all' : 'nothing');
      told.add(spokenDrops(node, graph, shown, sight)!);
    }
    assert.deepEqual([...told].sort(), ['all of the branch dropped', 'the branch kept']);
  });

  it('says what alpha dropout sets a unit to, as the next layer reads it', async () => {
    const { graph, sight } = await seen([
      { id: 'inner', kind: 'dense', units: 32, activation: 'selu' },
      { id: 'gate', kind: 'alphaDropout', rate: 0.3 },
    ]);
    const to = setTo(graph.byId.get('gate')!, sight)!;
    const values = valuesAt(sight, 'gate');
    maskOf(sight, 'gate').forEach((dropped, i) => dropped && assert.equal(values[i], to));
    // Klambauer et al. (2017): a(-1.7581) + b.
    const low = -1.7580993408473766;
    const a = 1 / Math.sqrt(0.7 * (1 + 0.3 * low ** 2));
    assert.ok(Math.abs(to - (a * low - a * 0.3 * low)) < 1e-6);
    const node = graph.byId.get('inner')!;
    assert.match(spokenDrops(node, graph, unitsShown(node, sight, graph)!, sight)!, / of 32 dropped to −1\.\d+$/);
  });

  it('shows by what Gaussian dropout multiplies and what Gaussian noise adds, and drops nothing', async () => {
    const { graph, sight } = await seen([
      { id: 'inner', kind: 'dense', units: 32, activation: 'relu' },
      { id: 'gate', kind: 'gaussianDropout', rate: 0.3 },
      { id: 'noise', kind: 'gaussianNoise', stddev: 0.2 },
    ]);
    const [before, gate, noise] = ['inner', 'gate', 'noise'].map((id) => valuesAt(sight, id));
    const factors = factorsOf(graph.byId.get('gate')!.layer, sight)!;
    before.forEach((v, i) => assert.ok(v === 0 ? factors[i] === 0 : Math.abs(v * (1 + factors[i]) - gate[i]) < 1e-5));
    const live = [...before.keys()].filter((i) => before[i] > 1e-6);
    assert.deepEqual(noiseRange(graph.byId.get('gate')!.layer, sight), [
      Math.min(...live.map((i) => gate[i] / before[i])),
      Math.max(...live.map((i) => gate[i] / before[i])),
    ]);
    assert.match(noiseAt(graph.byId.get('noise')!.layer, sight, 0)!, /\+ .* = /);
    assert.deepEqual(
      noiseRange(graph.byId.get('noise')!.layer, sight)![0],
      Math.min(...noise.map((v, i) => v - gate[i])),
    );
    for (const id of ['gate', 'noise']) {
      const node = graph.byId.get(id)!;
      const shown = unitsShown(node, sight, graph)!;
      assert.equal(shown.dropped, 0);
      assert.match(spokenDrops(node, graph, shown, sight)!, /nothing dropped$/);
    }
    // Its factors stand on its own node, for they are no unit's before it.
    assert.equal(graph.byId.get('gate')!.ownMask, true);
  });

  for (const units of [24, 1200])
    it(`counts dropped connections to ${units} units, in a matrix that the sight carries`, async () => {
      const { graph, sight } = await seen([{ id: 'inner', kind: 'dropConnect', units, rate: 0.4, activation: 'relu' }]);
      const mask = sight.layers.find((l) => l.id === 'inner')!.connections!;
      const node = graph.byId.get('inner')!;
      const shown = unitsShown(node, sight, graph)!;
      assert.ok(matrixHeight(node) > 0);
      assert.equal(
        mask.perUnit.reduce((a, b) => a + b, 0),
        mask.dropped,
      );
      assert.match(spokenDrops(node, graph, shown, sight)!, /^[\d,]+ of [\d,]+ connections dropped$/);
      if (units === 24) {
        assert.equal(mask.blocks, undefined);
        for (let u = 0; u < units; u++) {
          let lost = 0;
          for (let f = 0; f < 64; f++) if (isDropped(mask.bits!, f * units + u)) lost++;
          assert.equal(mask.perUnit[u], lost);
        }
      } else {
        const { rows, columns, shares } = mask.blocks!;
        assert.deepEqual([mask.bits, rows, columns], [undefined, 64, 128]);
        // Columns of blocks are 9 or 10 units wide: their shares, times what they are of, are all that is dropped.
        const wide = Array.from({ length: columns }, () => 0);
        for (let u = 0; u < units; u++) wide[Math.floor((u * columns) / units)]++;
        const sum = shares.reduce((total, share, i) => total + share * wide[i % columns], 0);
        assert.ok(Math.abs(sum - mask.dropped) < 0.5, `${sum} against ${mask.dropped}`);
      }
    });

  it('draws the mask of a map that others read too on the dropout, as maps', async () => {
    const { graph, sight } = await seen(
      [conv, { id: 'gate', kind: 'spatialDropout', rate: 0.5 }, { id: 'sum', kind: 'add', inputs: ['conv', 'gate'] }],
      [8, 8, 1],
    );
    assert.equal(unitsShown(graph.byId.get('conv')!, sight, graph)!.mask, undefined);
    const shown = unitsShown(graph.byId.get('gate')!, sight, graph)!;
    assert.equal(shown.way, 'channels');
    assert.deepEqual(mapsOf(graph.byId.get('gate')!), { down: 8, across: 8, channels: 6 });
    for (const density of DENSITIES) {
      const boxes = boxesOf(graph, { density, train: true, classes: [] });
      assert.ok(boxes.get('gate')!.height > boxes.get('conv')!.height / 2);
    }
  });
});

describe('sizes of maps', () => {
  it('stay within the height of other layers, and never come out empty', () => {
    for (const { pitch } of DENSITIES)
      for (const maps of [
        { down: 8, across: 8, channels: 12 },
        { down: 28, across: 28, channels: 32 },
        { down: 4, across: 4, channels: 512 },
        { down: 224, across: 224, channels: 64 },
        { down: 7, across: 7, channels: 4096 },
        { down: 1, across: 1000, channels: 3 },
        { down: 1, across: 16, channels: 256 },
        { down: 2, across: 2, channels: 1 },
      ]) {
        const body = mapGridOf(maps, pitch);
        const name = `${JSON.stringify(maps)} at ${pitch}`;
        assert.ok(body.height <= 16 * pitch && body.width <= 16 * pitch, `${name}: ${body.width} x ${body.height}`);
        assert.ok(body.shown >= 1 && body.shown <= maps.channels, name);
        assert.ok(body.mapWidth >= 1 && body.mapHeight >= 1, name);
        assert.ok(
          body.shown <= body.columns * Math.round((body.height + body.gap) / (body.mapHeight + body.gap)),
          name,
        );
      }
  });

  it('finds the value that is pointed at, and none in between', () => {
    const body = mapGridOf({ down: 8, across: 8, channels: 12 }, 17);
    for (const [channel, position] of [
      [0, 0],
      [5, 63],
      [11, 20],
    ]) {
      const [x, y] = originOf(body, channel);
      const px = x + ((position % 8) + 0.5) * body.pixelWidth;
      const py = y + (Math.floor(position / 8) + 0.5) * body.pixelHeight;
      assert.equal(unitAtMap(body, px, py), position * 12 + channel);
    }
    assert.equal(unitAtMap(body, body.mapWidth + 1, 3), undefined);
    assert.equal(unitAtMap(body, -1, 3), undefined);
  });
});
