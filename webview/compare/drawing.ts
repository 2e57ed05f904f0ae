/** Where the layers of both versions stand, and how the lines between them run. Pure. */
import type { Comparison, ComparedLayer } from '../../src/model/compare';
import type { CatalogueDescription } from '../../src/protocol/designer';
import type { NodeBox } from '../canvas/geometry';
import { graphOf, type Graph } from '../canvas/graph';
import { layoutOf, type Placed } from '../canvas/layout';
import { around } from '../canvas/paths';
import { lineText } from './words';

/** Changes told in a node at most; all of them are in the table. */
const MOST_LINES = 4;
/** What stayed the same makes room for what did not. */
const WIDTH = { same: 132, other: 188 } as const;
const HEAD = 42;
const MARK = 26;
const LINE = 16;
/** Lines meet all nodes at the same height, however much is told in them. */
const AXIS = 21;
const GAP = 30;

export interface Line {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly mark: Comparison['links'][number]['mark'];
  readonly path: string;
  /** Where its arrow ends. */
  readonly end: { readonly x: number; readonly y: number };
}
export interface Drawing {
  readonly graph: Graph;
  readonly nodes: ReadonlyMap<string, Placed>;
  /** In the order of drawing: what was removed lies below. */
  readonly lines: ReadonlyMap<string, Line>;
  readonly size: { readonly width: number; readonly height: number };
}

/** What a node tells of its changes: the last line counts what there is no room for. */
export function told({ changes }: Pick<ComparedLayer, 'changes'>): readonly string[] {
  const lines = changes.map(lineText);
  const kept = lines.length > MOST_LINES ? MOST_LINES - 1 : lines.length;
  return lines.length > kept ? [...lines.slice(0, kept), `and ${lines.length - kept} more`] : lines;
}

export function drawingOf({ joined, layers, links }: Comparison, catalogue: CatalogueDescription): Drawing {
  const drawn = graphOf(joined, catalogue);
  // A dropout stands by itself here: its line can be new or gone, and is to be seen.
  const nodes = drawn.nodes.map((n) => ({ ...n, docked: false }));
  const graph = { ...drawn, nodes, byId: new Map(nodes.map((n) => [n.id, n])) };
  const boxes = new Map(layers.map((l) => [l.id, boxOf(l)]));
  const layout = layoutOf(graph, boxes, GAP);
  const lines = links.map(({ from, to, mark }): Line => {
    const id = `${from}>${to}`;
    const a = layout.nodes.get(from)!;
    const b = layout.nodes.get(to)!;
    const detour = layout.byId.get(id)?.detour;
    const [x0, y0, x1, y1] = [a.x + a.width, a.y + AXIS, b.x, b.y + AXIS];
    const way =
      x1 < x0
        ? backward(x0, y0, x1, y1, Math.max(a.y + a.height, b.y + b.height))
        : detour !== undefined
          ? around(x0, y0, x1 - 6, y1, detour, GAP)
          : forward(x0, y0, x1 - 6, y1);
    return { id, from, to, mark, path: way, end: { x: x1, y: y1 } };
  });
  const ordered = [...lines.filter((l) => l.mark === 'removed'), ...lines.filter((l) => l.mark !== 'removed')];
  return { graph, nodes: layout.nodes, lines: new Map(ordered.map((l) => [l.id, l])), size: layout };
}

function boxOf(layer: ComparedLayer): NodeBox {
  const lines = told(layer).length;
  const height = HEAD + (layer.mark === 'same' ? 0 : MARK) + (lines > 0 ? lines * LINE + 8 : 0);
  const width = layer.mark === 'same' ? WIDTH.same : WIDTH.other;
  return { width, height, body: { type: 'gate' }, portLeft: 0, portRight: width, axis: AXIS };
}

function forward(x0: number, y0: number, x1: number, y1: number): string {
  const bend = Math.max(10, (x1 - x0) / 2);
  return `M${x0} ${y0}C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1} ${y1}`;
}

/** To a layer that now stands before the one it read: below both. */
function backward(x0: number, y0: number, x1: number, y1: number, bottom: number): string {
  const low = bottom + 28;
  return `M${x0} ${y0}C${x0 + 40} ${y0} ${x0 + 40} ${low} ${(x0 + x1) / 2} ${low}S${x1 - 40} ${y1} ${x1 - 6} ${y1}`;
}
