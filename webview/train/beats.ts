/** What happens at each beat of slow motion, in words. Pure. */
import type { DataSummary, Sight } from '../../src/protocol/training';
import { remains } from '../canvas/dropping';
import { answersOf, argmax, droppingOf, targetText, type Graph } from '../canvas/graph';
import type { Beat } from '../store/picture';
import * as words from '../words';

/** "62 of 128 units of dense1 and 18 of 64 of dense2 are dropped for this sample." */
export function captionOf(beat: Beat, sight: Sight, graph: Graph, data: DataSummary | undefined): string {
  const drops = sight.layers.flatMap(({ id, mask }) => {
    const node = graph.byId.get(id);
    return mask && node ? [{ of: node.drops ?? id, mask, node }] : [];
  });
  switch (beat) {
    case 'input':
      return `Sample ${words.count(sight.sample + 1)} of ${words.count(sight.batchSize)} comes in; it should give ${targetText(sight, data)}.`;
    case 'units':
      return 'Each layer answers, before anything of it is dropped.';
    case 'mask':
      if (drops.length === 0) return 'No units are dropped in this network.';
      return `Dropped for this sample: ${drops
        .map(({ of, mask }) => `${words.count(mask.dropped)} of ${words.count(mask.units)} of ${of}`)
        .join(', ')}.`;
    case 'scaling':
      if (drops.length === 0) return 'So nothing is scaled.';
      return `So that sums stay as large on average: ${drops
        .map(({ of, mask, node }) => `${of}, ${remains(droppingOf(node), mask.rate)}`)
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
