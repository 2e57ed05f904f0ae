/** What to do about a verdict: each remedy is one edit of the text, or one command to the run. */
import type { Failure } from '../failures';
import type { Judgement } from '../judge';
import { scaledInputs, validationSamples } from './samples';
import { lessDropout, moreDropout } from './dropout';
import { fewerUnits, moreLayers, moreUnits, noWeightDecay, otherActivation, weightDecay } from './layers';
import type { Maybe, Remedy, RemedyFacts } from './remedy';
import { goOn, startAgain, stopAtBest } from './run';
import { clippedGradients, earlyStopping, largerSteps, lessMomentum, moreEpochs, smallerSteps } from './steps';

export type { Remedy, RemedyAction, RemedyFacts } from './remedy';

/** The most that are offered: a choice, not a catalogue. */
const MOST = 3;

/** @returns the likeliest first; none where there is nothing to be done */
export function remediesFor(judgement: Judgement, failure: Failure | undefined, facts: RemedyFacts): Remedy[] {
  const found = failure ? forFailure(failure, facts) : forVerdict(judgement, facts);
  return found.filter((remedy) => remedy !== undefined).slice(0, MOST);
}

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
