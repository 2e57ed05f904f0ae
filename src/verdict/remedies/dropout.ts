/** More dropout, and less, of whatever kind. */
import { readersOf, type ModelLayer } from '../../model/model';
import { hidden, round, setParameter, sizeOf, type Maybe, type Remedy, type RemedyFacts } from './remedy';

/** What a kind of the dropout family takes away, and the rate beyond which more of it seldom helps. */
interface Dropping {
  readonly most: number;
  /** "With more units dropped", "So many units are dropped". */
  readonly drops: string;
}
const KINDS: Readonly<Record<string, Dropping>> = {
  // Srivastava et al. 2014, section 7.3: optimal between 0.4 and 0.8 of the units kept.
  dropout: { most: 0.5, drops: 'units' },
  gaussianDropout: { most: 0.5, drops: 'noise' },
  dropConnect: { most: 0.5, drops: 'connections' },
  spatialDropout: { most: 0.5, drops: 'channels' },
  // Ghiasi et al. 2018: from 0.05 to 0.25.
  dropBlock: { most: 0.25, drops: 'blocks of the maps' },
  // Klambauer et al. 2017: 0.05 and 0.1.
  alphaDropout: { most: 0.1, drops: 'units' },
  // Huang et al. 2016: 0.5 at the last block.
  stochasticDepth: { most: 0.5, drops: 'branches' },
};

interface Dropper extends Dropping {
  readonly layer: ModelLayer;
  readonly rate: number;
  /** "after hidden1", or "in hidden1" where it has weights of its own. */
  readonly where: string;
}

/** Layers with a rate that no schedule moves. */
const droppers = ({ model }: RemedyFacts): Dropper[] =>
  model.layers.flatMap((layer): Dropper[] => {
    const { rate, rateSchedule } = layer.params;
    const kind = KINDS[layer.kind];
    if (!kind || typeof rate !== 'number' || rateSchedule !== undefined) return [];
    return [{ ...kind, layer, rate, where: layer.parameters > 0 ? `in ${layer.id}` : `after ${layer.inputs[0]}` }];
  });

/** Kinds that a layer's values pass through on their way to what drops them. */
const PASSED = new Set(['activation', 'batchNorm', 'layerNorm']);

/** More dropout where there is some, but least; and some behind the largest hidden layer without any. */
export const moreDropout = (facts: RemedyFacts): Maybe[] => [higherRate(facts), newDropout(facts)];

function higherRate(facts: RemedyFacts): Maybe {
  const weak = droppers(facts)
    .filter(({ rate, most }) => rate < most)
    .sort((a, b) => a.rate / a.most - b.rate / b.most)[0];
  if (!weak) return undefined;
  const { rate, most, drops, where, layer } = weak;
  const more = round(Math.min(most, rate + most * (rate < most / 2 ? 0.6 : 0.4)));
  return {
    id: 'raiseRate',
    title: `Rate ${more} ${where}`,
    now: `now ${rate}`,
    why:
      drops === 'noise'
        ? 'With more noise on each value, no unit can rely on another to learn single samples by heart.'
        : `With more ${drops} dropped, no unit can rely on another to learn single samples by heart.`,
    action: setParameter(layer.id, 'rate', more),
  };
}

function newDropout(facts: RemedyFacts): Maybe {
  const { model } = facts;
  const readers = readersOf(model);
  const layers = new Map(model.layers.map((l) => [l.id, l]));
  /** The last layer that values pass through unread by others; undefined where they are dropped there, or where they came from. */
  const end = (layer: ModelLayer): ModelLayer | undefined => {
    const behind = (readers.get(layer.id) ?? []).map((id) => layers.get(id)!);
    if (layer.params.rate !== undefined || behind.some(({ kind }) => kind in KINDS)) return undefined;
    return behind.length === 1 && PASSED.has(behind[0].kind) ? end(behind[0]) : layer;
  };
  const bare = hidden(facts)
    .flatMap((layer) => {
      const last = end(layer);
      return last ? [{ layer, last }] : [];
    })
    // Dropping single values of a map takes little away: layers of units come first.
    .sort((a, b) => a.layer.shape.length - b.layer.shape.length || sizeOf(b.layer).size - sizeOf(a.layer).size)[0];
  if (!bare) return undefined;
  const { layer, last } = bare;
  const selu = [layer, last].some(({ params }) => params.activation === 'selu');
  const isMap = layer.shape.length > 1;
  const kind = isMap ? 'spatialDropout' : selu ? 'alphaDropout' : 'dropout';
  const rate = isMap ? 0.2 : selu ? 0.1 : sizeOf(layer).size >= 32 ? 0.5 : 0.3;
  const name = { dropout: 'dropout', spatialDropout: 'spatial dropout', alphaDropout: 'alpha dropout' }[kind];
  return {
    id: 'addDropout',
    title: `Add ${name} ${rate} after ${last.id}`,
    now: 'now none',
    why: `With ${KINDS[kind].drops} dropped at random, no unit can rely on another to learn single samples by heart.`,
    action: { type: 'edit', operation: { type: 'addLayer', after: last.id, kind, params: { rate } } },
  } satisfies Remedy;
}

/** The highest rate above a limit, halved, or taken to 0 where it is small. */
export function lessDropout(facts: RemedyFacts, above: number): Maybe {
  const strong = droppers(facts)
    .filter(({ rate }) => rate > above)
    .sort((a, b) => b.rate - a.rate)[0];
  if (!strong) return undefined;
  const { rate, drops, where, layer } = strong;
  const less = rate > 0.5 ? 0.3 : rate > 0.2 ? round(rate / 2) : 0;
  return {
    id: 'lowerRate',
    title: `Less dropout: rate ${less} ${where}`,
    now: `now ${rate}`,
    why:
      drops === 'noise'
        ? 'There is so much noise on each value that what there is cannot be learned.'
        : `So many ${drops} are dropped that those left cannot learn what there is.`,
    action: setParameter(layer.id, 'rate', less),
  };
}
