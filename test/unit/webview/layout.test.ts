import assert from 'node:assert/strict';
import { boxesOf, DENSITIES, gridOf, neuronsOf } from '../../../webview/canvas/geometry';
import { graphOf } from '../../../webview/canvas/graph';
import { layoutOf, type Layout, type Placed } from '../../../webview/canvas/layout';
import { catalogue, digits, modelOf } from './models';

const lay = (model: typeof digits, density = DENSITIES[0], room = 0): Layout => {
  const graph = graphOf(model, catalogue);
  return layoutOf(graph, boxesOf(graph, { density, train: true, classes: [] }), density.gap, room);
};
const overlap = (a: Placed, b: Placed): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
function assertApart(layout: Layout): void {
  const all = [...layout.nodes.values()];
  all.forEach((a, i) => all.slice(i + 1).forEach((b) => assert.ok(!overlap(a, b), `${a.id} lies on ${b.id}`)));
}

describe('sizes of units', () => {
  it('stands in sixteen rows, so that width says how big a layer is', () => {
    assert.deepEqual([gridOf(128, 17).columns, gridOf(128, 17).rows], [8, 16]);
    assert.deepEqual([gridOf(13, 17).columns, gridOf(13, 17).rows], [1, 13]);
    assert.equal(gridOf(256, 17).pitch, 17);
  });
  it('makes cells smaller, then joins them in blocks, as layers grow', () => {
    assert.ok(gridOf(257, 17).pitch < 10);
    assert.equal(gridOf(1024, 17).per, 1);
    const huge = gridOf(100_000, 17);
    assert.ok(huge.per > 1);
    assert.ok(huge.columns * huge.rows * huge.per >= 100_000);
    assert.ok(huge.width < 400);
  });
  it('keeps neurons apart', () => {
    for (let n = 1; n <= 12; n++) for (let t = 0; t < 4; t++) assert.ok(neuronsOf(n, t).pitch > neuronsOf(n, t).size);
  });
});

describe('layout', () => {
  it('lays a chain from left to right on one line, dropouts 9 px behind what they drop', () => {
    const layout = lay(digits);
    assertApart(layout);
    const middle = (p: Placed): number => p.y + p.height / 2;
    for (const p of layout.nodes.values()) assert.ok(Math.abs(middle(p)) <= 1, p.id);
    const dense = layout.nodes.get('dense1')!;
    assert.equal(layout.nodes.get('drop1')!.x, dense.x + dense.width + 9);
    assert.equal(layout.links.find((l) => l.target === 'drop1')!.docked, true);
    assert.equal(layout.links.length, 5);
  });

  it('hangs a dropout below its neurons, and runs lines from unit to unit', () => {
    const layout = lay(
      modelOf([
        ['input', 'input', 2],
        ['hidden', 'dense', 4],
        ['drop', 'dropout', 4],
        ['output', 'dense', 2],
      ]),
      DENSITIES[0],
      900,
    );
    assertApart(layout);
    const hidden = layout.nodes.get('hidden')!;
    const drop = layout.nodes.get('drop')!;
    assert.ok(drop.y >= hidden.y + hidden.height);
    const last = layout.links.find((l) => l.target === 'output')!;
    assert.deepEqual([last.source, last.through, last.fan], ['hidden', 'drop', true]);
  });

  it('leads a link that skips columns round what stands between', () => {
    const layout = lay(
      modelOf([
        ['input', 'input', 64],
        ['a', 'dense', 32],
        ['b', 'dense', 32],
        ['sum', 'add', 32, 'a', 'b'],
        ['out', 'dense', 2],
      ]),
    );
    assertApart(layout);
    const skip = layout.links.find((l) => l.id === 'a>sum')!;
    assert.ok(skip.detour !== undefined && skip.detour < layout.nodes.get('b')!.y);
    assert.ok(layout.top <= skip.detour);
  });

  it('keeps any directed acyclic graph apart, in the order of what is read', () => {
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 60; round++) {
      const lines: [string, string, number, ...string[]][] = [['l0', 'input', 8]];
      for (let i = 1; i < 3 + random(9); i++) {
        const inputs = [...new Set([`l${random(i)}`, `l${random(i)}`])];
        lines.push(
          random(3) === 0
            ? [`l${i}`, 'dropout', 8 + random(300), inputs[0]]
            : [`l${i}`, 'add', 1 + random(400), ...inputs],
        );
      }
      const model = modelOf(lines);
      const layout = lay(model, DENSITIES[random(4)], 1000);
      assert.equal(layout.nodes.size, lines.length);
      assertApart(layout);
      for (const link of layout.links) {
        if (link.docked) continue;
        assert.ok(layout.nodes.get(link.source)!.x < layout.nodes.get(link.target)!.x, link.id);
      }
    }
  });
});
