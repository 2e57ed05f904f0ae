/** What happens at each beat of slow motion, in words. Pure. */
import type { DataSummary, Sight } from '../../src/protocol/training';
import { droppedBy, piecesDropped } from '../canvas/dropped';
import { remains } from '../canvas/dropping';
import { answersOf, argmax, droppingOf, targetText, type Graph } from '../canvas/graph';
import type { Beat } from '../store/picture';
import * as words from '../words';

/** What happens at one beat, to the sample that is shown. */
export function captionOf(beat: Beat, sight: Sight, graph: Graph, data: DataSummary | undefined): string {
  const drops = sight.layers.flatMap(({ id, mask, connections }) => {
    const node = graph.byId.get(id);
    if (!node || !(mask ?? connections)) return [];
    const what = mask
      ? droppedBy(mask)
      : piecesDropped('connection', connections!.dropped, connections!.features * connections!.units);
    return [{ of: node.drops ?? id, what, node, rate: (mask ?? connections!).rate }];
  });
  switch (beat) {
    case 'input':
      return `Sample ${words.count(sight.sample + 1)} of ${words.count(sight.batchSize)} comes in; it should give ${targetText(sight, data)}.`;
    case 'units':
      return 'Each layer answers, before anything of it is dropped.';
    case 'mask':
      if (drops.length === 0) return 'No units are dropped in this network.';
      return `Dropped for this sample: ${drops.map(({ of, what }) => `${what} of ${of}`).join(', ')}.`;
    case 'scaling':
      if (drops.length === 0) return 'So nothing is scaled.';
      return `So that sums stay as large on average: ${drops
        .map(({ of, node, rate }) => `${of}, ${remains(droppingOf(node), rate)}`)
        .join('; ')}.`;
    case 'answer':
      return answered(sight, data);
  }
}

function answered(sight: Sight, data: DataSummary | undefined): string {
  const classes = data?.classes ?? [];
  const rows = answersOf(sight, classes, data?.targets);
  const sure = classes.length > 0;
  const a = rows[sure ? argmax(rows, 'withMask') : 0];
  const b = rows[sure ? argmax(rows, 'without') : 0];
  return sure
    ? `With this mask ${a.name}, ${words.percent(a.withMask)}; without a mask ${b.name}, ${words.percent(b.without)}.`
    : `With this mask ${words.value(a.withMask)}; without a mask ${words.value(b.without)}.`;
}
