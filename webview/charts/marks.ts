/** What is marked on the curves: best epochs, and what was changed by hand. Pure. */
import type { ChangeRecord, EpochRecord } from '../../src/protocol/training';
import type { Mark } from '../../src/charts/line';
import * as words from '../words';

/** The epoch whose record of a loss is the smallest, marked where there is a curve to mark. */
function bestMark(history: readonly EpochRecord[], type: 'best' | 'twin', text: string): Mark[] {
  const losses = history.map((e) => e.validation?.loss ?? NaN);
  const best = words.bestIndex(losses, 'lower');
  if (best < 0 || history.length < 2) return [];
  const { epoch } = history[best];
  return [{ epoch, text: `${text} ${epoch}`, type, value: losses[best] }];
}

/** @param twin its best is marked once it has ended: until then the best of the run is mark enough */
export function marksOf(
  history: readonly EpochRecord[],
  changes: readonly ChangeRecord[],
  twin: readonly EpochRecord[] | undefined,
): readonly Mark[] {
  // A hand that moves a slider makes many changes in one epoch: the last one of each is what counts.
  const byEpoch = new Map<number, Map<string, ChangeRecord>>();
  for (const c of changes) {
    const of = byEpoch.get(c.epoch) ?? new Map<string, ChangeRecord>();
    byEpoch.set(c.epoch, of.set(`${c.layer ?? ''} ${c.parameter}`, c));
  }
  return [
    ...bestMark(history, 'best', 'best'),
    ...(twin ? bestMark(twin, 'twin', 'twin\u2019s best') : []),
    ...[...byEpoch].map(([epoch, of]): Mark => {
      const [first, ...more] = [...of.values()].reverse();
      const text = words.change(first) + (more.length > 0 ? ` and ${more.length} more` : '');
      return { epoch, text, type: 'change' };
    }),
  ];
}
