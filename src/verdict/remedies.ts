/** What to do about a verdict: each remedy is one edit of the text, or one command to the run. */
import type { EditOperation } from '../model/edit';
import { parametersOf, readersOf, type Model, type ModelLayer } from '../model/model';
import type { Failure } from './failures';
import type { Judgement } from './judge';

export type RemedyAction =
  /** One undo step; a new run shows what it did. */
  | { readonly type: 'edit'; readonly operation: EditOperation }
  /** Ends the run with the weights of its best epoch. */
  | { readonly type: 'stopAtBest' }
  /** Goes on with the run from what is on disk. */
  | { readonly type: 'resumeRun' }
  /** Begins a new run of what the document says. */
  | { readonly type: 'train' };

export interface Remedy {
  /** Stable and short, for tests. */
  readonly id: string;
  /** What it does: "Rate 0.5 after dense2". */
  readonly title: string;
  /** What is there now: "now 0.3". */
  readonly now?: string;
  /** Why it should help, in one sentence. */
  readonly why: string;
  readonly action: RemedyAction;
}

export interface RemedyFacts {
  readonly model: Model;
  /** Layer kinds that drop. */
  readonly drops: ReadonlySet<string>;
  /** True while the run can still be told something. */
  readonly alive: boolean;
  /** Training samples. */
  readonly samples: number;
  /** Where the run at hand was interrupted, and can be gone on with: the step it goes on from. */
  readonly resumable?: number;
}

/** The most that are offered: a choice, not a catalogue. */
const MOST = 3;

/** @returns the likeliest first; none where there is nothing to be done */
export function remediesFor(judgement: Judgement, failure: Failure | undefined, facts: RemedyFacts): Remedy[] {
  const found = failure ? forFailure(failure, facts) : forVerdict(judgement, facts);
  return found.filter((remedy) => remedy !== undefined).slice(0, MOST);
}

type Maybe = Remedy | undefined;

const because = (remedy: Maybe, why: string): Maybe => remedy && { ...remedy, why };

function forVerdict(judgement: Judgement, facts: RemedyFacts): Maybe[] {
  const { kind, measured } = judgement;
  switch (kind) {
    case 'overfitting':
      return [
        stopAtBest(judgement, facts),
        ...moreDropout(facts),
        weightDecay(facts),
        earlyStopping(facts),
        fewerUnits(facts),
      ];
    case 'underfitting': {
      const nothing = measured !== undefined && measured.train > 0.85 * measured.range;
      return [
        lessDropout(facts, 0.5),
        nothing ? smallerSteps(facts) : undefined,
        noWeightDecay(facts),
        moreUnits(facts),
        moreLayers(facts),
        lessDropout(facts, 0),
      ].filter((remedy, i, all) => all.findIndex((other) => other?.id === remedy?.id) === i);
    }
    case 'nothingToLearn':
      return [
        lessDropout(facts, 0.5),
        because(moreUnits(facts), 'If there is something to learn after all, more units may show it.'),
      ];
    case 'stillLearning':
      return facts.alive ? [] : [moreEpochs(facts), largerSteps(facts)];
    case 'notValidated':
      return [validationSamples(facts)];
    case 'tooEarly':
      return facts.alive ? [] : [moreEpochs(facts)];
    case 'rightFit':
    case 'failed':
      return [];
  }
}

function forFailure({ kind }: Failure, facts: RemedyFacts): Maybe[] {
  switch (kind) {
    case 'notFinite':
    case 'exploding':
      return [smallerSteps(facts), lessMomentum(facts), clippedGradients(facts), scaledInputs(facts)];
    case 'stuck':
      return [lessDropout(facts, 0.5), otherActivation(facts), smallerSteps(facts), scaledInputs(facts)];
    case 'broken':
      return [goOn(facts), startAgain()];
  }
}

const setValue = (path: readonly string[], value: EditValue): RemedyAction => ({
  type: 'edit',
  operation: { type: 'setValue', path, value },
});
type EditValue = Extract<EditOperation, { type: 'setValue' }>['value'];

const setParameter = (layer: string, key: string, value: EditValue): RemedyAction => ({
  type: 'edit',
  operation: { type: 'setParameter', layer, key, value },
});

/** At most two digits that count, and no 0.30000000000000004. */
const round = (x: number): number => Number(x.toPrecision(2));

function goOn({ resumable }: RemedyFacts): Maybe {
  if (resumable === undefined) return undefined;
  return {
    id: 'resumeRun',
    title: resumable > 0 ? `Go on from step ${resumable}` : 'Go on from the beginning',
    why: 'The run is on disk: what came after its last checkpoint is trained again, to the same numbers.',
    action: { type: 'resumeRun' },
  };
}

const startAgain = (): Remedy => ({
  id: 'train',
  title: 'Train again',
  why: 'A new run of what the document says now, with a new worker.',
  action: { type: 'train' },
});

function stopAtBest({ measured }: Judgement, { alive }: RemedyFacts): Maybe {
  const best = measured?.best;
  if (!alive || !best || measured.epoch <= best.epoch) return undefined;
  return {
    id: 'stopAtBest',
    title: `Stop, keep the weights of epoch ${best.epoch}`,
    why: 'Validation was best there: what it has learned since is no use on other samples.',
    action: { type: 'stopAtBest' },
  };
}

/** Layers with units of their own that something else reads: what dropout can stand behind. */
function hidden({ model }: RemedyFacts): ModelLayer[] {
  return model.layers.filter((l) => l.parameters > 0 && l.id !== model.output && typeof l.params.units === 'number');
}

const droppers = ({ model, drops }: RemedyFacts): ModelLayer[] =>
  model.layers.filter(
    (l) => drops.has(l.kind) && typeof l.params.rate === 'number' && l.params.rateSchedule === undefined,
  );

const rateOf = (layer: ModelLayer): number => layer.params.rate as number;

/** More dropout where there is some, but least; and some behind the largest hidden layer without any. */
function moreDropout(facts: RemedyFacts): Maybe[] {
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
function lessDropout(facts: RemedyFacts, above: number): Maybe {
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

const unitsOf = (layer: ModelLayer): number => layer.params.units as number;

function moreUnits(facts: RemedyFacts): Maybe {
  const narrow = hidden(facts).sort((a, b) => unitsOf(a) - unitsOf(b))[0];
  if (!narrow) return undefined;
  const units = unitsOf(narrow) < 4 ? 16 : 4 * unitsOf(narrow);
  return {
    id: 'moreUnits',
    title: `More units in ${narrow.id}: ${units}`,
    now: `now ${unitsOf(narrow)}`,
    why: 'A network with so few units cannot tell apart what there is to tell apart.',
    action: setParameter(narrow.id, 'units', units),
  };
}

function fewerUnits(facts: RemedyFacts): Maybe {
  const wide = hidden(facts).sort((a, b) => unitsOf(b) - unitsOf(a))[0];
  if (!wide || unitsOf(wide) < 16 || parametersOf(facts.model) < facts.samples) return undefined;
  const units = Math.max(4, Math.round(unitsOf(wide) / 4));
  return {
    id: 'fewerUnits',
    title: `Fewer units in ${wide.id}: ${units}`,
    now: `now ${unitsOf(wide)}`,
    why: `${parametersOf(facts.model)} parameters are enough to learn ${facts.samples} samples by heart.`,
    action: setParameter(wide.id, 'units', units),
  };
}

function moreLayers(facts: RemedyFacts): Maybe {
  const { model } = facts;
  const output = model.layers.find((l) => l.id === model.output)!;
  const last = hidden(facts).at(-1);
  const before = output.inputs[0];
  if (output.inputs.length !== 1 || before === undefined) return undefined;
  const units = last ? unitsOf(last) : 16;
  return {
    id: 'addLayer',
    title: `Add a hidden layer of ${units} units before ${output.id}`,
    why: 'One more layer lets the network put together what the layers before it have found.',
    action: {
      type: 'edit',
      operation: { type: 'addLayerBefore', layer: output.id, kind: 'dense', params: { units, activation: 'relu' } },
    },
  };
}

function weightDecay(facts: RemedyFacts): Maybe {
  const wide = hidden(facts)
    .filter((l) => l.params.l2 === 0)
    .sort((a, b) => b.parameters - a.parameters)[0];
  return (
    wide && {
      id: 'addL2',
      title: `L2 penalty 0.001 in ${wide.id}`,
      now: 'now 0',
      why: 'Large weights cost something then, and learning by heart takes large weights.',
      action: setParameter(wide.id, 'l2', 0.001),
    }
  );
}

function noWeightDecay(facts: RemedyFacts): Maybe {
  const heavy = facts.model.layers
    .filter((l) => typeof l.params.l2 === 'number' && l.params.l2 > 0.0005)
    .sort((a, b) => (b.params.l2 as number) - (a.params.l2 as number))[0];
  return (
    heavy && {
      id: 'lessL2',
      title: `No L2 penalty in ${heavy.id}`,
      now: `now ${heavy.params.l2 as number}`,
      why: 'The penalty keeps weights so small that the network cannot learn.',
      action: setParameter(heavy.id, 'l2', 0),
    }
  );
}

function earlyStopping({ model }: RemedyFacts): Maybe {
  if (!model.training || model.training.earlyStopping) return undefined;
  const patience = Math.max(5, Math.round(model.training.epochs / 10));
  return {
    id: 'earlyStopping',
    title: `Stop by itself after ${patience} epochs without progress`,
    why: 'The run then ends where validation is best, and keeps the weights of that epoch.',
    action: setValue(['training', 'earlyStopping'], { patience }),
  };
}

function moreEpochs({ model }: RemedyFacts): Maybe {
  if (!model.training) return undefined;
  const epochs = 2 * model.training.epochs;
  return {
    id: 'moreEpochs',
    title: `More epochs: ${epochs}`,
    now: `now ${model.training.epochs}`,
    why: 'It was still getting better when it ended.',
    action: setValue(['training', 'epochs'], epochs),
  };
}

const learningRateOf = ({ model }: RemedyFacts): number | undefined => {
  const rate = model.training?.optimizer.params.learningRate;
  return typeof rate === 'number' ? rate : undefined;
};

/** Learning rates above which hardly any network learns: of plain steps, and of those that are scaled to each weight. */
const LARGEST_PLAIN = 0.1;
const LARGEST_SCALED = 0.01;

/** A tenth, and from where nothing learns down to where something may at once. */
function smallerSteps(facts: RemedyFacts): Maybe {
  const rate = learningRateOf(facts);
  if (rate === undefined) return undefined;
  const plain = facts.model.training?.optimizer.kind === 'sgd';
  const smaller = round(Math.min(rate / 10, plain ? LARGEST_PLAIN : LARGEST_SCALED));
  return {
    id: 'smallerSteps',
    title: `Smaller learning rate: ${smaller}`,
    now: `now ${rate}`,
    why: 'Steps that are too large jump over what they should come down to.',
    action: setValue(['training', 'optimizer', 'learningRate'], smaller),
  };
}

/** Momentum of 0.99 makes a step of a hundred gradients. */
function lessMomentum({ model }: RemedyFacts): Maybe {
  const momentum = model.training?.optimizer.params.momentum;
  if (typeof momentum !== 'number' || momentum <= 0.9) return undefined;
  return {
    id: 'lessMomentum',
    title: 'Less momentum: 0.9',
    now: `now ${momentum}`,
    why: `With ${momentum}, steps add up to ${round(1 / (1 - momentum))} times the learning rate.`,
    action: setValue(['training', 'optimizer', 'momentum'], 0.9),
  };
}

function largerSteps(facts: RemedyFacts): Maybe {
  const rate = learningRateOf(facts);
  if (rate === undefined || rate > 0.01) return undefined;
  return {
    id: 'largerSteps',
    title: `Larger learning rate: ${round(rate * 3)}`,
    now: `now ${rate}`,
    why: 'It gets better with every epoch, but slowly.',
    action: setValue(['training', 'optimizer', 'learningRate'], round(rate * 3)),
  };
}

function clippedGradients({ model }: RemedyFacts): Maybe {
  if (!model.training || model.training.clipNorm !== undefined) return undefined;
  return {
    id: 'clipNorm',
    title: 'Clip gradients to norm 1',
    why: 'No single step can then throw the weights far away (Pascanu et al. 2013).',
    action: setValue(['training', 'clipNorm'], 1),
  };
}

function scaledInputs({ model }: RemedyFacts): Maybe {
  const { data } = model;
  if (data?.kind !== 'csv' || data.params.scale !== 'none') return undefined;
  return {
    id: 'scaleInputs',
    title: 'Standardize the inputs',
    now: 'now as they are',
    why: 'Columns of very different size make some weights learn far faster than others.',
    action: setValue(['data', 'scale'], 'standardize'),
  };
}

/** Activations whose slope falls to 0 on one side or both. */
const SATURATING = new Set(['sigmoid', 'tanh', 'relu']);

/** Another activation in all layers that share the one that may have silenced them: one of many would change nothing. */
function otherActivation(facts: RemedyFacts): Maybe {
  const activation = hidden(facts)
    .map((l) => l.params.activation)
    .find((a) => SATURATING.has(a as string));
  if (activation === undefined) return undefined;
  const layers = hidden(facts)
    .filter((l) => l.params.activation === activation)
    .map((l) => l.id);
  const silent = activation === 'relu';
  const other = silent ? 'leakyRelu' : 'relu';
  return {
    id: 'otherActivation',
    title: `Activation ${other} in ${layers.length === 1 ? layers[0] : `${layers.length} layers`}`,
    now: `now ${activation as string}`,
    why: silent
      ? 'It passes a little of every value on, so that no unit falls silent for good.'
      : `A gradient shrinks at each layer of ${activation as string} on its way back, and with many of them little arrives at the first (Glorot and Bengio 2010).`,
    action: {
      type: 'edit',
      operation: { type: 'setParameters', layers, key: 'activation', value: other },
    },
  };
}

function validationSamples({ model }: RemedyFacts): Maybe {
  if (!model.data) return undefined;
  return {
    id: 'validation',
    title: 'Keep a fifth of the samples for validation',
    why: 'Only samples that it does not train on show whether a network learns or learns by heart.',
    action: setValue(['data', 'split'], { train: 0.6, validation: 0.2, test: 0.2 }),
  };
}
