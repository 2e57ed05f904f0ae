/** How long it trains, and by which steps. */
import { round, setValue, type Maybe, type RemedyFacts } from './remedy';

export function earlyStopping({ model }: RemedyFacts): Maybe {
  if (!model.training || model.training.earlyStopping) return undefined;
  const patience = Math.max(5, Math.round(model.training.epochs / 10));
  return {
    id: 'earlyStopping',
    title: `Stop by itself after ${patience} epochs without progress`,
    why: 'The run then ends where validation is best, and keeps the weights of that epoch.',
    action: setValue(['training', 'earlyStopping'], { patience }),
  };
}

export function moreEpochs({ model }: RemedyFacts): Maybe {
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
export function smallerSteps(facts: RemedyFacts): Maybe {
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
export function lessMomentum({ model }: RemedyFacts): Maybe {
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

export function largerSteps(facts: RemedyFacts): Maybe {
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

export function clippedGradients({ model }: RemedyFacts): Maybe {
  if (!model.training || model.training.clipNorm !== undefined) return undefined;
  return {
    id: 'clipNorm',
    title: 'Clip gradients to norm 1',
    why: 'No single step can then throw the weights far away (Pascanu et al. 2013).',
    action: setValue(['training', 'clipNorm'], 1),
  };
}
