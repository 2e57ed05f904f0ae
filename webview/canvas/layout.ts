/** Where every node stands: columns by the longest path from an input, a dropout docked to what it drops. Pure. */
import type { Graph, GraphNode } from './graph';
import type { NodeBox } from './geometry';

export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Link {
  readonly id: string;
  /** The layer that is read, which may be a dropout below the node that the link begins at. */
  readonly from: string;
  /** The node that the link begins at. */
  readonly source: string;
  readonly target: string;
  /** From a layer to the dropout docked to it: a short line without an arrow. */
  readonly docked: boolean;
  /** From unit to unit, through a dropout that hangs below. */
  readonly fan: boolean;
  /** Height to go round at, for a link that skips columns. */
  readonly detour?: number;
  /** The dropout whose mask silences the source's units on this link. */
  readonly through?: string;
}
export interface Layout {
  readonly nodes: ReadonlyMap<string, Placed>;
  readonly links: readonly Link[];
  readonly byId: ReadonlyMap<string, Link>;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

const DOCK = 9;
const STACK = 28;
const MOST_EXTRA = 64;

interface Group {
  readonly main: GraphNode;
  readonly gates: GraphNode[];
  readonly below: boolean;
  /** Lines run from its neurons to other units. */
  fans: boolean;
  depth: number;
  width: number;
  /** Above and below the common line. */
  up: number;
  down: number;
  y: number;
}

/**
 * @param room how wide the place is: columns of neurons move apart in it, so that the lines between them can be told apart
 */
export function layoutOf(graph: Graph, boxes: ReadonlyMap<string, NodeBox>, gap: number, room = 0): Layout {
  const { groups, groupOf } = grouped(graph, boxes);
  for (const group of groups) {
    group.depth = group.main.layer.inputs.reduce((d, input) => Math.max(d, (groupOf.get(input)?.depth ?? -1) + 1), 0);
  }
  const columns: Group[][] = [];
  for (const group of groups) (columns[group.depth] ??= []).push(group);

  const placed = new Map<string, Placed>();
  const widths = columns.map((column) => Math.max(...column.map((g) => g.width)));
  const needed = widths.reduce((sum, w) => sum + w, 0) + gap * (columns.length - 1);
  for (const node of graph.nodes) {
    if (!boxes.get(node.id)?.ports) continue;
    for (const input of node.layer.inputs) {
      const from = groupOf.get(input);
      if (from?.below) from.fans = true;
    }
  }
  const fans = columns.filter((column) => column.some((g) => g.fans)).length;
  const extra = fans > 0 ? Math.min(MOST_EXTRA, Math.max(0, room - needed) / fans) : 0;
  let x = 0;
  columns.forEach((column, i) => {
    stack(column, groupOf);
    for (const group of column) place(group, x + (widths[i] - group.width) / 2, boxes, placed);
    x += widths[i] + gap + (column.some((g) => g.fans) ? extra : 0);
  });
  const all = [...placed.values()];
  const left = Math.min(0, ...all.map((p) => p.x));
  const top = all.length ? Math.min(...all.map((p) => p.y)) : 0;
  const right = Math.max(0, ...all.map((p) => p.x + p.width));
  const bottom = all.length ? Math.max(...all.map((p) => p.y + p.height)) : 0;
  const links = linksOf(graph, boxes, groups, groupOf, placed);
  const highest = Math.min(top, ...links.map((l) => l.detour ?? top));
  const byId = new Map(links.map((l) => [l.id, l]));
  return { nodes: placed, links, byId, left, top: highest, width: right - left, height: bottom - highest };
}

/** Where what is put on a link stands. */
export function middleOf(
  link: Link,
  { nodes }: Pick<Layout, 'nodes'>,
  boxes: ReadonlyMap<string, NodeBox>,
): { readonly x: number; readonly y: number } {
  const from = nodes.get(link.source)!;
  const to = nodes.get(link.target)!;
  const x = (from.x + from.width + to.x) / 2;
  const y = (from.y + boxes.get(link.source)!.axis + to.y + boxes.get(link.target)!.axis) / 2;
  return { x, y: link.detour ?? y };
}

/** The link that a point is nearest to, within reach. */
export function linkNear(
  point: { readonly x: number; readonly y: number },
  layout: Layout,
  boxes: ReadonlyMap<string, NodeBox>,
  reach: number,
): Link | undefined {
  let best: Link | undefined;
  let least = reach;
  for (const link of layout.links) {
    if (link.docked) continue;
    const { x, y } = middleOf(link, layout, boxes);
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance > least) continue;
    best = link;
    least = distance;
  }
  return best;
}

/** A layer and the dropouts that hang on it alone. */
function grouped(graph: Graph, boxes: ReadonlyMap<string, NodeBox>): { groups: Group[]; groupOf: Map<string, Group> } {
  const groups: Group[] = [];
  const groupOf = new Map<string, Group>();
  for (const node of graph.nodes) {
    const host = node.docked && node.drops !== undefined ? groupOf.get(node.drops) : undefined;
    if (host) {
      host.gates.push(node);
      groupOf.set(node.id, host);
      continue;
    }
    const below = boxes.get(node.id)!.body.type === 'neurons';
    const group: Group = { main: node, gates: [], below, fans: false, depth: 0, width: 0, up: 0, down: 0, y: 0 };
    groups.push(group);
    groupOf.set(node.id, group);
  }
  for (const group of groups) {
    const box = boxes.get(group.main.id)!;
    const gates = group.gates.map((g) => boxes.get(g.id)!);
    group.up = box.axis;
    group.down = box.height - box.axis;
    if (group.below) {
      group.width = Math.max(box.width, ...gates.map((g) => g.width));
      group.down += gates.reduce((sum, g) => sum + g.height + DOCK, 0);
    } else {
      group.width = gates.reduce((sum, g) => sum + g.width + DOCK, box.width);
      for (const g of gates) {
        group.up = Math.max(group.up, g.height / 2);
        group.down = Math.max(group.down, g.height / 2);
      }
    }
  }
  return { groups, groupOf };
}

/** Puts the groups of a column one below the other, in the order of what they read, around the common line. */
function stack(column: Group[], groupOf: ReadonlyMap<string, Group>): void {
  if (column.length === 1) {
    column[0].y = 0;
    return;
  }
  const wish = (g: Group): number => {
    const ys = g.main.layer.inputs.map((i) => groupOf.get(i)?.y ?? 0);
    return ys.length ? ys.reduce((a, b) => a + b, 0) / ys.length : 0;
  };
  const sorted = [...column].sort((a, b) => wish(a) - wish(b) || a.main.layer.index - b.main.layer.index);
  const total = sorted.reduce((sum, g) => sum + g.up + g.down, (sorted.length - 1) * STACK);
  let y = -total / 2;
  for (const g of sorted) {
    g.y = y + g.up;
    y += g.up + g.down + STACK;
  }
}

function place(group: Group, x: number, boxes: ReadonlyMap<string, NodeBox>, placed: Map<string, Placed>): void {
  const put = (id: string, px: number, py: number): Placed => {
    const box = boxes.get(id)!;
    const p = { id, x: Math.round(px), y: Math.round(py), width: box.width, height: box.height };
    placed.set(id, p);
    return p;
  };
  const box = boxes.get(group.main.id)!;
  if (group.below) {
    const main = put(group.main.id, x + (group.width - box.width) / 2, group.y - box.axis);
    let y = main.y + main.height + DOCK;
    for (const gate of group.gates) {
      const g = boxes.get(gate.id)!;
      put(gate.id, x + (group.width - g.width) / 2, y);
      y += g.height + DOCK;
    }
    return;
  }
  let right = x;
  const main = put(group.main.id, right, group.y - box.axis);
  right = main.x + main.width + DOCK;
  for (const gate of group.gates) {
    const g = boxes.get(gate.id)!;
    put(gate.id, right, group.y - g.height / 2);
    right += g.width + DOCK;
  }
}

function linksOf(
  graph: Graph,
  boxes: ReadonlyMap<string, NodeBox>,
  groups: readonly Group[],
  groupOf: ReadonlyMap<string, Group>,
  placed: ReadonlyMap<string, Placed>,
): Link[] {
  const links: Link[] = [];
  for (const node of graph.nodes) {
    for (const input of node.layer.inputs) {
      const from = groupOf.get(input);
      const to = groupOf.get(node.id);
      if (!from || !to) continue;
      if (from === to) {
        if (!from.below)
          links.push({
            id: `${input}>${node.id}`,
            from: input,
            source: input,
            target: node.id,
            docked: true,
            fan: false,
          });
        continue;
      }
      // A dropout below its neurons lets the lines run from neuron to neuron, and says which are silenced.
      const source = from.below ? from.main.id : input;
      const through = from.below && from.gates.length > 0 ? from.main.maskBy : undefined;
      const fan = Boolean(boxes.get(source)?.ports && boxes.get(node.id)?.ports);
      const skips = to.depth - from.depth > 1;
      const between = skips ? groups.filter((g) => g.depth > from.depth && g.depth < to.depth) : [];
      const ids = between.flatMap((g) => [g.main.id, ...g.gates.map((x) => x.id)]);
      const detour = skips ? Math.min(...ids.map((id) => placed.get(id)!.y)) - 18 : undefined;
      links.push({
        id: `${input}>${node.id}`,
        from: input,
        source,
        target: node.id,
        docked: false,
        fan: fan && !skips,
        detour,
        through,
      });
    }
  }
  return links;
}
