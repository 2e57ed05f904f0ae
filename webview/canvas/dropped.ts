/** What one mask dropped, in words: each kind of the family in the pieces that it drops in. Pure. */
import type { BatchMask, ConnectionMask, LayerMask, Sight } from '../../src/protocol/training';
import * as words from '../words';
import type { Graph, GraphNode } from './graph';
import type { UnitsShown } from './masks';
import { droppedAt } from './masks';
import { noiseAt, spokenNoise } from './noise';

const of = (some: number, all: number): string => `${words.count(some)} of ${words.count(all)}`;

/** "62 of 128", "3 of 16 channels", "5 blocks", "all": so many are dropped of the pieces that there are of a sample. */
export function piecesDropped(piece: BatchMask['piece'], dropped: number, all: number): string {
  switch (piece) {
    case 'value':
      return of(dropped, all);
    case 'sample':
      return dropped > 0 ? 'all' : 'nothing';
    case 'block':
      return words.plural(dropped, 'block');
    default:
      return `${of(dropped, all)} ${piece}s`;
  }
}

/** What one sample's mask dropped, in the pieces that it drops in. */
export const droppedBy = ({ pieces, dropped, units }: LayerMask): string =>
  pieces ? piecesDropped(pieces.name, pieces.dropped, pieces.count) : of(dropped, units);

/** The connections of a layer that a sample goes without; undefined where it drops none. */
export const connectionsOf = (id: string, sight: Sight | undefined): ConnectionMask | undefined =>
  sight?.layers.find((l) => l.id === id)?.connections;

/** What alpha dropout sets what it drops to, as it is after scaling and shifting; undefined for other kinds, or where nothing is dropped. */
export function setTo(gate: GraphNode, sight: Sight): number | undefined {
  const own = sight.layers.find((l) => l.id === gate.id);
  if (gate.layer.kind !== 'alphaDropout' || !own?.mask) return undefined;
  for (let i = 0; i < own.values.length; i++)
    if (droppedAt({ mask: own.mask, values: own.values }, i)) return own.values[i];
  return undefined;
}

/** The dropout whose mask is drawn on a node: itself, or the one that alone reads it. */
const gateOf = (node: GraphNode, graph: Graph): GraphNode | undefined =>
  node.role === 'gate' ? node : node.maskBy === undefined ? undefined : graph.byId.get(node.maskBy);

/** "3 of 16 channels dropped": for the spoken text of a node; undefined where plain counts say it all. */
export function spokenDrops(node: GraphNode, graph: Graph, shown: UnitsShown, sight: Sight): string | undefined {
  const connections = connectionsOf(node.id, sight);
  const own = connections
    ? `${of(connections.dropped, connections.features * connections.units)} connections dropped`
    : spokenNoise(node.layer, sight);
  const masked = spokenMasked(node, graph, shown, sight);
  // Its own, and those of the dropout that reads it.
  if (own && shown.mask) return `${own}, ${masked ?? `${of(shown.dropped, shown.values.length)} dropped`}`;
  return own ?? masked;
}

function spokenMasked(node: GraphNode, graph: Graph, shown: UnitsShown, sight: Sight): string | undefined {
  const gate = gateOf(node, graph);
  if (!gate || !shown.mask) return undefined;
  const what = droppedBy(shown.mask);
  const to = setTo(gate, sight);
  if (to !== undefined) return `${what} dropped to ${words.value(to)}`;
  switch (shown.mask.pieces?.name) {
    case 'sample':
      return shown.dropped > 0 ? 'all of the branch dropped' : 'the branch kept';
    case 'block':
      return `${what} of ${shown.block} \u00d7 ${shown.block} dropped, ${of(shown.dropped, shown.values.length)} values`;
    case undefined:
      return undefined;
    default:
      return `${what} dropped`;
  }
}

/** One unit, for the tooltip: where it stands, its value, and what dropout did to it. @param told the first two, in words */
export function unitText(
  node: GraphNode,
  graph: Graph,
  shown: UnitsShown,
  sight: Sight,
  unit: number,
  told: { readonly place: string; readonly value: string },
): string {
  const { place } = told;
  const connections = connectionsOf(node.id, sight);
  const without = connections ? `, without ${of(connections.perUnit[unit], connections.features)} connections` : '';
  const value = (noiseAt(node.layer, sight, unit) ?? told.value) + without;
  if (!shown.mask || !droppedAt(shown, unit)) return `${place}: ${value}`;
  const gate = gateOf(node, graph);
  const to = gate && setTo(gate, sight);
  return `${place}: dropped${to === undefined ? '' : ` to ${words.value(to)}`}, ${value} if kept`;
}

/** "Channel 3, row 2, column 5", "Unit 12". */
export function placeOf(node: GraphNode, unit: number): string {
  const { shape } = node.layer;
  if (shape.length < 2 || shape.length > 3) return `Unit ${words.count(unit + 1)}`;
  const channels = shape[shape.length - 1];
  const position = Math.floor(unit / channels);
  const channel = `Channel ${words.count((unit % channels) + 1)}`;
  return shape.length === 2
    ? `${channel}, position ${words.count(position + 1)}`
    : `${channel}, row ${Math.floor(position / shape[1]) + 1}, column ${(position % shape[1]) + 1}`;
}
