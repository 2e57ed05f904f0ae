/** How big every node is, and where in it each unit stands. Pure: the layout knows sizes before anything is drawn. */
import { imageOf, mapsOf, type Graph, type GraphNode } from './graph';
import type { MapShape } from './masks';

/** From roomy to tight: distance of cells, the picture's side, widths of nodes. */
export interface Density {
  readonly pitch: number;
  readonly picture: number;
  readonly gate: number;
  readonly minimum: number;
  readonly answers: number;
  readonly gap: number;
  readonly compact: boolean;
}
export const DENSITIES: readonly Density[] = [
  { pitch: 17, picture: 120, gate: 112, minimum: 128, answers: 208, gap: 30, compact: false },
  { pitch: 15, picture: 104, gate: 108, minimum: 124, answers: 200, gap: 26, compact: false },
  { pitch: 13, picture: 96, gate: 106, minimum: 120, answers: 188, gap: 24, compact: false },
  { pitch: 10, picture: 72, gate: 92, minimum: 96, answers: 152, gap: 16, compact: true },
];

/** A layer of up to this many units shows them as neurons. */
export const NEURONS = 12;
const ROWS = 16;

export type Body =
  | {
      readonly type: 'neurons';
      readonly count: number;
      readonly size: number;
      readonly pitch: number;
      readonly labels: boolean;
    }
  | {
      readonly type: 'cells';
      readonly count: number;
      readonly columns: number;
      readonly rows: number;
      readonly pitch: number;
      readonly width: number;
      readonly height: number;
      readonly per: number;
    }
  | (MapShape & {
      readonly type: 'maps';
      /** Values: positions times channels. */
      readonly count: number;
      /** Channels that are drawn: the first ones, where all would be too small to see. */
      readonly shown: number;
      /** Maps beside each other. */
      readonly columns: number;
      readonly pixelWidth: number;
      readonly pixelHeight: number;
      readonly mapWidth: number;
      readonly mapHeight: number;
      readonly gap: number;
      readonly width: number;
      readonly height: number;
    })
  | {
      readonly type: 'answers';
      readonly rows: number;
      readonly shown: number;
      readonly names: number;
      readonly rowHeight: number;
    }
  | { readonly type: 'gate' };

export interface NodeBox {
  readonly width: number;
  readonly height: number;
  readonly body: Body;
  /** Y of each unit, where lines from unit to unit can be drawn. */
  readonly ports?: readonly number[];
  /** X of units from the left: neurons stand in the middle of their node. */
  readonly portLeft: number;
  readonly portRight: number;
  /** The height that stands on the common line of all nodes. */
  readonly axis: number;
}

const HEADER = 42;
const FOOTER = 25;

/** Side of the grid of `count` units: 16 rows, so that width says how big a layer is; smaller cells where there are many. */
export function gridOf(count: number, pitch: number): Extract<Body, { type: 'cells' }> {
  const build = (cells: number, per: number, rows: number, p: number): Extract<Body, { type: 'cells' }> => {
    const columns = Math.max(1, Math.ceil(cells / rows));
    const used = Math.max(1, Math.ceil(cells / columns));
    return {
      type: 'cells',
      count,
      columns,
      rows: used,
      pitch: p,
      width: columns * p - gapOf(p),
      height: used * p - gapOf(p),
      per,
    };
  };
  if (count <= 256) return build(count, 1, ROWS, pitch);
  const tight = pitch >= 15 ? 8 : pitch >= 13 ? 7 : 5;
  if (count <= 1024) return build(count, 1, 32, tight);
  // Beyond that a cell stands for a block of units: their mean, and the share of them that is dropped.
  const per = Math.ceil(count / 1024);
  return build(Math.ceil(count / per), per, 32, tight);
}
export const gapOf = (pitch: number): number => (pitch >= 10 ? 2 : 1);

/** A pixel of a map is at most this large, and a map at least so large: beyond, fewer are drawn. */
const LARGEST_PIXEL = 10;
const SMALLEST_MAP = 5;

/** Maps in as many columns as let their pixels be largest, within the height that grids of units have. */
export function mapGridOf(maps: MapShape, pitch: number): Extract<Body, { type: 'maps' }> {
  const { down, across, channels } = maps;
  const gap = channels > 64 ? 2 : pitch < 12 ? 3 : 4;
  const high = ROWS * pitch - gapOf(pitch);
  const wide = Math.round(high * 0.75);
  // A sequence is one pixel high: its strips may be higher than its values are wide.
  const most = [LARGEST_PIXEL, down === 1 ? 14 : LARGEST_PIXEL] as const;
  const fit = (count: number, columns: number) => {
    const rows = Math.ceil(count / columns);
    const x = Math.min(most[0], (wide - gap * (columns - 1)) / columns / across);
    const y = Math.min(most[1], (high - gap * (rows - 1)) / rows / down);
    const [w, h] = down === 1 ? [x, y] : [Math.min(x, y), Math.min(x, y)];
    const whole = (size: number, values: number): number =>
      size >= 1 ? Math.floor(size) : Math.floor(size * values) / values;
    return { columns, rows, pixelWidth: whole(w, across), pixelHeight: whole(h, down) };
  };
  const best = (count: number) => {
    let chosen = fit(count, 1);
    const size = (f: typeof chosen): number => f.pixelWidth * f.pixelHeight;
    const longer = (f: typeof chosen): number =>
      Math.max(f.columns * f.pixelWidth * across, f.rows * f.pixelHeight * down);
    for (let columns = 2; columns <= count; columns++) {
      const next = fit(count, columns);
      if (size(next) > size(chosen) || (size(next) === size(chosen) && longer(next) < longer(chosen))) chosen = next;
    }
    return chosen;
  };
  const small = (f: ReturnType<typeof fit>): boolean =>
    f.pixelWidth * across < SMALLEST_MAP ||
    f.pixelHeight * down < Math.min(SMALLEST_MAP, down === 1 ? 3 : SMALLEST_MAP);
  let shown = channels;
  let grid = best(shown);
  while (shown > 1 && small(grid)) grid = best((shown = Math.ceil(shown / 2)));
  const mapWidth = grid.pixelWidth * across;
  const mapHeight = grid.pixelHeight * down;
  return {
    type: 'maps',
    ...maps,
    count: down * across * channels,
    shown,
    columns: grid.columns,
    pixelWidth: grid.pixelWidth,
    pixelHeight: grid.pixelHeight,
    mapWidth,
    mapHeight,
    gap,
    width: grid.columns * (mapWidth + gap) - gap,
    height: grid.rows * (mapHeight + gap) - gap,
  };
}

/** What a node of units draws in: maps where its values have positions, else cells. */
export function unitsBodyOf(node: GraphNode, pitch: number): Extract<Body, { type: 'cells' | 'maps' }> {
  const maps = mapsOf(node);
  return maps ? mapGridOf(maps, pitch) : gridOf(node.units, pitch);
}

/** Height of the picture of dropped connections, with the bars below it; 0 where a layer drops none. */
export const MATRIX = { height: 44, bars: 14, gap: 3 } as const;
export const matrixHeight = (node: GraphNode): number =>
  node.layer.kind === 'dropConnect' && node.role === 'layer' ? MATRIX.height + MATRIX.gap + MATRIX.bars + 8 : 0;

export function pictureOf(rows: number, columns: number, side: number): Extract<Body, { type: 'cells' }> {
  const pitch = Math.max(1, Math.floor(side / Math.max(rows, columns)));
  return {
    type: 'cells',
    count: rows * columns,
    columns,
    rows,
    pitch,
    width: columns * pitch,
    height: rows * pitch,
    per: 1,
  };
}

/** Few neurons are large, with their value below; many stand closer, and closer still where there is little room. */
export function neuronsOf(count: number, tightness: number): Extract<Body, { type: 'neurons' }> {
  const roomy = count <= 4 ? 56 : count <= 6 ? 48 : count <= 8 ? 40 : 36;
  const size = Math.max(22, roomy - 5 * tightness);
  const labels = count <= 6;
  const gap = labels ? (tightness === 0 && count <= 4 ? 34 : 22) : tightness < 2 ? 6 : 4;
  return { type: 'neurons', count, size, labels, pitch: size + gap };
}
/** Whether a layer's units are drawn one by one, with lines between them. */
export const showsNeurons = (node: GraphNode): boolean =>
  (node.role === 'layer' || node.role === 'input') && node.units <= NEURONS && !imageOf(node.layer) && !mapsOf(node);

export interface Situation {
  readonly density: Density;
  readonly train: boolean;
  readonly classes: readonly string[];
  /** Dropouts that hang below neurons: they are lower than others. */
  readonly below: ReadonlySet<string>;
}

/** Answers shown at most; the rest is one line. */
export const MOST_ANSWERS = 12;

export function boxOf(node: GraphNode, at: Situation): NodeBox {
  const { density } = at;
  const plain = (width: number, height: number, body: Body): NodeBox => ({
    width,
    height,
    body,
    portLeft: 0,
    portRight: width,
    axis: height / 2,
  });
  if (node.role === 'gate') {
    const own = node.ownMask ? unitsBodyOf(node, Math.min(13, density.pitch)) : undefined;
    const base = at.below.has(node.id) ? 92 : density.compact ? 112 : 136;
    return own
      ? plain(Math.max(density.gate, own.width + 22), base + own.height + 8, { type: 'gate' })
      : plain(density.gate, base, { type: 'gate' });
  }
  if (node.role === 'output') return answersBox(node, at);
  const image = node.role === 'input' ? imageOf(node.layer) : undefined;
  if (image) {
    const body = pictureOf(image[0], image[1], density.picture);
    return plain(Math.max(density.compact ? 88 : 112, body.width + 24), body.height + HEADER + FOOTER + 14, body);
  }
  if (showsNeurons(node)) {
    const body = neuronsOf(node.units, DENSITIES.indexOf(density));
    const width = Math.max(density.compact ? 84 : 104, body.size + 20);
    const top = HEADER + 6;
    const ports = Array.from({ length: body.count }, (_, i) => top + body.size / 2 + i * body.pitch);
    const height = top + body.count * body.pitch + (body.labels ? 0 : 2) + matrixHeight(node);
    const middle = width / 2;
    return {
      width,
      height,
      body,
      ports,
      portLeft: middle - body.size / 2,
      portRight: middle + body.size / 2,
      axis: (ports[0] + ports[ports.length - 1]) / 2,
    };
  }
  const body = unitsBodyOf(node, density.pitch);
  const height = body.height + HEADER + FOOTER + 12 + matrixHeight(node);
  return plain(Math.max(density.minimum, body.width + 22), height, body);
}

function answersBox(node: GraphNode, { density, train, classes }: Situation): NodeBox {
  const rows = classes.length === 2 && node.units === 1 ? 2 : node.units;
  const shown = Math.min(rows, MOST_ANSWERS);
  const longest = classes.reduce((n, c) => Math.max(n, c.length), rows > 9 ? 2 : 1);
  const names = Math.min(density.compact ? 56 : 88, Math.max(14, Math.ceil(longest * 8.2)));
  const rowHeight = density.compact ? 15 : 17;
  const big = train ? (density.compact ? 52 : 60) : 0;
  const width = (train ? density.answers : density.minimum) + Math.max(0, names - 20);
  const more = rows > shown ? 16 : 0;
  const height = HEADER + big + shown * rowHeight + more + 8 + FOOTER;
  const first = HEADER + big + rowHeight / 2;
  const ports = rows === shown ? Array.from({ length: shown }, (_, i) => first + i * rowHeight) : undefined;
  return {
    width,
    height,
    body: { type: 'answers', rows, shown, names, rowHeight },
    ports,
    portLeft: 0,
    portRight: width,
    axis: height / 2,
  };
}

export function boxesOf(graph: Graph, given: Omit<Situation, 'below'>): Map<string, NodeBox> {
  const neurons = (id: string | undefined): boolean => {
    const node = id === undefined ? undefined : graph.byId.get(id);
    return node !== undefined && showsNeurons(node);
  };
  const below = new Set(graph.nodes.filter((n) => n.docked && !n.ownMask && neurons(n.drops)).map((n) => n.id));
  const at: Situation = { ...given, below };
  return new Map(graph.nodes.map((n) => [n.id, boxOf(n, at)]));
}
