/** More dropout, and less. */
import { readersOf, type ModelLayer } from '../../model/model';
import { hidden, round, setParameter, unitsOf, type Maybe, type RemedyFacts } from './remedy';

const droppers = ({ model, drops }: RemedyFacts): ModelLayer[] =>
  model.layers.filter(
    (l) => drops.has(l.kind) && typeof l.params.rate === 'number' && l.params.rateSchedule === undefined,
  );

const rateOf = (layer: ModelLayer): number => layer.params.rate as number;

/** More dropout where there is some, but least; and some behind the largest hidden layer without any. */
export function moreDropout(facts: RemedyFacts): Maybe[] {
  const { model, drops } = facts;
  const readers = readersOf(model);
  const kindOf = new Map(model.layers.map((l) => [l.id, l.kind]));
  const bare = hidden(facts)
    .filter((l) => !(readers.get(l.id) ?? []).some((reader) => drops.has(kindOf.get(reader)!)))
    .sort((a, b) => unitsOf(b) - unitsOf(a))[0];
  const weak = droppers(facts)
    .filter((l) => l.kind === 'dropout' && rateOf(l) < 0.5)
    .sort((a, b) => rateOf(a) - rateOf(b))[0];
  const more = weak && round(Math.min(0.5, rateOf(weak) + (rateOf(weak) < 0.25 ? 0.3 : 0.2)));
  const raise: Maybe = weak && {
    id: 'raiseRate',
    title: `Rate ${more} after ${weak.inputs[0]}`,
    now: `now ${rateOf(weak)}`,
    why: 'With more units dropped, no unit can rely on another to learn single samples by heart.',
    action: setParameter(weak.id, 'rate', more),
  };
  const add: Maybe = bare && {
    id: 'addDropout',
    title: `Add dropout ${unitsOf(bare) >= 32 ? 0.5 : 0.3} after ${bare.id}`,
    now: 'now none',
    why: 'With units dropped at random, no unit can rely on another to learn single samples by heart.',
    action: {
      type: 'edit',
      operation: {
        type: 'addLayer',
        after: bare.id,
        kind: 'dropout',
        params: { rate: unitsOf(bare) >= 32 ? 0.5 : 0.3 },
      },
    },
  };
  return [raise, add];
}

/** The highest rate above a limit, halved, or taken to 0 where it is small. */
export function lessDropout(facts: RemedyFacts, above: number): Maybe {
  const strong = droppers(facts)
    .filter((l) => rateOf(l) > above)
    .sort((a, b) => rateOf(b) - rateOf(a))[0];
  if (!strong) return undefined;
  const less = rateOf(strong) > 0.5 ? 0.3 : rateOf(strong) > 0.2 ? round(rateOf(strong) / 2) : 0;
  return {
    id: 'lowerRate',
    title: `Less dropout: rate ${less} after ${strong.inputs[0]}`,
    now: `now ${rateOf(strong)}`,
    why: 'So many units are dropped that those left cannot learn what there is.',
    action: setParameter(strong.id, 'rate', less),
  };
}
