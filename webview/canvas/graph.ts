/** What a model is to the canvas: which node plays which part, and on whose units a mask is drawn. Pure. */
import { type Model, type ModelLayer, readersOf } from '../../src/model/model';
import { sizeOf } from '../../src/model/spec';
import type { CatalogueDescription, LayerDescription } from '../../src/protocol/designer';
import type { DataSummary, Sight } from '../../src/protocol/training';
import * as words from '../words';
import { reached, type Beat } from '../store/picture';
import type { Dropping } from './dropping';
import { droppedAt, mapsOfShape, SILENT, wayOf, type UnitsShown } from './masks';
import { factorsOf } from './noise';

export type Role = 'input' | 'layer' | 'gate' | 'output';

export interface GraphNode {
  readonly id: string;
  readonly layer: ModelLayer;
  readonly kind: LayerDescription | undefined;
  readonly role: Role;
  readonly units: number;
  /** The dropout whose mask is true of every reader of these units: it is drawn here. */
  readonly maskBy?: string;
  /** Of a dropout: the layer whose units it drops. */
  readonly drops?: string;
  /** Of a dropout: nobody before it can show the mask, so it shows it itself. */
  readonly ownMask: boolean;
  /** Of a dropout: it stands right behind what it drops. */
  readonly docked: boolean;
  readonly meta: string;
  /** `meta` where there is little room: "128 relu". */
  readonly short: string;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly byId: ReadonlyMap<string, GraphNode>;
  readonly readers: ReadonlyMap<string, readonly string[]>;
}

export function graphOf(model: Model, catalogue: CatalogueDescription | undefined): Graph {
  const kinds = new Map(catalogue?.layers.map((k) => [k.kind, k]));
  const readers = readersOf(model);
  const gates = new Set(model.layers.filter((l) => kinds.get(l.kind)?.drops === true).map((l) => l.id));

  const nodes = model.layers.map((layer): GraphNode => {
    const kind = kinds.get(layer.kind);
    const gate = gates.has(layer.id);
    const role: Role = gate
      ? 'gate'
      : layer.inputs.length === 0
        ? 'input'
        : layer.id === model.output
          ? 'output'
          : 'layer';
    const source = layer.inputs[0];
    const sole = (id: string): boolean => readers.get(id)?.length === 1;
    const only = readers.get(layer.id);
    const meta = metaOf(layer, role, kind);
    return {
      id: layer.id,
      layer,
      kind,
      role,
      units: sizeOf(layer.shape),
      maskBy: !gate && only?.length === 1 && gates.has(only[0]) ? only[0] : undefined,
      drops: gate ? source : undefined,
      // Noise stands on no unit before it: its factors are shown where they are drawn.
      ownMask: gate && (!sole(source) || gates.has(source) || wayOf(layer.kind, layer.params, layer.shape) === 'noise'),
      docked: gate && sole(source),
      meta,
      short: meta.replace(/ units?, /, ' ').replace(' image', ''),
    };
  });
  return { nodes, byId: new Map(nodes.map((n) => [n.id, n])), readers };
}

export function droppingOf({ layer, units }: GraphNode): Dropping {
  const { kind, params, shape } = layer;
  return wayOf(kind, params, shape) === 'channels'
    ? { kind, params, units: shape[shape.length - 1], noun: 'channel' }
    : { kind, params, units };
}

/** The second line of a node. */
export function metaOf(layer: ModelLayer, role: Role, kind: LayerDescription | undefined): string {
  if (role === 'gate') return (kind?.title ?? layer.kind).toLowerCase();
  const image = imageOf(layer);
  if (role === 'input') {
    if (image) return `${image[0]} \u00d7 ${image[1]} image`;
    return layer.shape.length > 1 ? words.shape(layer.shape) : words.plural(sizeOf(layer.shape), 'value');
  }
  const size = layer.shape.length > 1 ? words.shape(layer.shape) : words.plural(sizeOf(layer.shape), 'unit');
  const activation = layer.params['activation'];
  return typeof activation === 'string' && activation !== 'linear' && activation !== 'none'
    ? `${size}, ${activation}`
    : size;
}

/** Height and width of an input that says it is a picture, or has one's shape. */
export function imageOf(layer: ModelLayer): readonly [number, number] | undefined {
  const image = layer.params['image'];
  if (Array.isArray(image) && image.length >= 2) {
    const [h, w] = image;
    if (typeof h === 'number' && typeof w === 'number' && h * w === sizeOf(layer.shape)) return [h, w];
  }
  if (layer.inputs.length === 0 && layer.shape.length === 3 && layer.shape[2] === 1)
    return [layer.shape[0], layer.shape[1]];
  return undefined;
}

/** What a layer gives for the sample of a sight. */
export const valuesOf = (id: string, sight: Sight): Float32Array | undefined =>
  sight.layers.find((l) => l.id === id)?.values;

/**
 * @param graph where the dropout stands whose mask is drawn on the node: it says in what pieces that drops
 * @param beat how far slow motion has come; absent: the layer's own values, with its mask
 */
export function unitsShown(
  node: GraphNode,
  sight: Sight | undefined,
  graph?: Pick<Graph, 'byId'>,
  beat?: Beat,
): UnitsShown | undefined {
  // What drops shows no units of its own before it drops some.
  const part = node.role === 'input' ? 'input' : node.role === 'gate' ? 'mask' : 'units';
  if (!sight || !reached(beat, part)) return undefined;
  const given = valuesOf(node.id, sight) ?? (node.role === 'input' ? sight.input : undefined);
  if (!given) return undefined;
  const values = factorsOf(node.layer, sight) ?? given;
  const by = node.role === 'gate' ? node.id : node.maskBy;
  const gate = by === undefined || !reached(beat, 'mask') ? undefined : sight.layers.find((l) => l.id === by);
  const mask = gate?.mask;
  let max = 0;
  let dropped = 0;
  let active = 0;
  for (let i = 0; i < values.length; i++) {
    if (droppedAt({ mask, values }, i)) {
      dropped++;
      continue;
    }
    const size = Math.abs(values[i]);
    if (size > SILENT) active++;
    if (size > max) max = size;
  }
  const dropper = mask && by !== undefined ? (by === node.id ? node : graph?.byId.get(by))?.layer : undefined;
  // What goes on from here, as strong as it is beside what it was: the scale stays that of the layer's own values.
  const scaled = beat !== undefined && reached(beat, 'scaling') && gate?.values.length === values.length;
  return {
    values: scaled ? gate.values : values,
    mask,
    max: max || 1,
    dropped,
    active,
    silent: values.length - dropped - active,
    way: dropper ? wayOf(dropper.kind, dropper.params, dropper.shape) : 'units',
    block: dropper?.kind === 'dropBlock' ? Number(dropper.params['blockSize'] ?? 1) : 1,
  };
}

/** The maps that a node draws; none where its values are a list, or the input is one picture. */
export const mapsOf = (node: GraphNode) =>
  node.role === 'output' || imageOf(node.layer) ? undefined : mapsOfShape(node.layer.shape);

/** Numbers the answers of a sight: classes as probabilities, two classes from one number, or plain values. */
export interface AnswerRow {
  readonly name: string;
  readonly withMask: number;
  readonly without: number;
}
export function answersOf(
  sight: Sight,
  classes: readonly string[],
  targets: readonly string[] = [],
): readonly AnswerRow[] {
  const { withMask, withoutMask } = sight.answer;
  if (classes.length === 2 && withMask.length === 1) {
    return [
      { name: classes[0], withMask: 1 - withMask[0], without: 1 - withoutMask[0] },
      { name: classes[1], withMask: withMask[0], without: withoutMask[0] },
    ];
  }
  return Array.from(withMask, (p, i) => ({
    name: classes[i] ?? targets[i] ?? `output ${i + 1}`,
    withMask: p,
    without: withoutMask[i],
  }));
}

export function argmax(rows: readonly AnswerRow[], of: 'withMask' | 'without'): number {
  let best = 0;
  rows.forEach((r, i) => {
    if (r[of] > rows[best][of]) best = i;
  });
  return best;
}

/** What the sample should have given: the class's name, or the numbers. */
export function targetText(sight: Sight, data: DataSummary | undefined): string {
  const { target } = sight;
  if (typeof target !== 'number') return target.map(words.value).join(', ');
  return data && data.classes.length > 0 ? (data.classes[target] ?? String(target)) : words.value(target);
}

/** The layers that are computed for nothing where `gate` drops all: whatever they give goes into it alone. In order. */
export function branchOf(graph: Graph, gate: string): readonly string[] {
  const inside = new Set([gate]);
  // Readers come after what they read.
  for (const { id, role } of [...graph.nodes].reverse()) {
    const readers = graph.readers.get(id);
    if (role !== 'input' && readers && readers.length > 0 && readers.every((r) => inside.has(r))) inside.add(id);
  }
  return graph.nodes.filter((n) => n.id !== gate && inside.has(n.id)).map((n) => n.id);
}
