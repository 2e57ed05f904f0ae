/** What can be done with the run at hand. */
import type { Judgement } from '../judge';
import type { Maybe, Remedy, RemedyFacts } from './remedy';

export function goOn({ resumable }: RemedyFacts): Maybe {
  if (resumable === undefined) return undefined;
  return {
    id: 'resumeRun',
    title: resumable > 0 ? `Go on from step ${resumable}` : 'Go on from the beginning',
    why: 'The run is on disk: what came after its last checkpoint is trained again, to the same numbers.',
    action: { type: 'resumeRun' },
  };
}

export const startAgain = (): Remedy => ({
  id: 'train',
  title: 'Train again',
  why: 'A new run of what the document says now, with a new worker.',
  action: { type: 'train' },
});

export function stopAtBest({ measured }: Judgement, { alive }: RemedyFacts): Maybe {
  const best = measured?.best;
  if (!alive || !best || measured.epoch <= best.epoch) return undefined;
  return {
    id: 'stopAtBest',
    title: `Stop, keep the weights of epoch ${best.epoch}`,
    why: 'Validation was best there: what it has learned since is no use on other samples.',
    action: { type: 'stopAtBest' },
  };
}
