/** What goes wrong in training without ending it: losses that explode, networks that do not move. */
import type { EndRecord, EpochRecord } from '../protocol/training';
import type { RunFacts } from './measure';

export interface Failure {
  readonly kind: 'notFinite' | 'exploding' | 'stuck' | 'broken';
  /** What is wrong, with its figures. */
  readonly message: string;
}

/** Times what knowing nothing costs: no network gets so much worse by learning. */
const EXPLODED = 1000;
/** Epochs over which a loss that should fall stands still, and the share of it that is standing still. */
const STUCK_EPOCHS = 10;
const STUCK_SHARE = 1e-4;

/** Says what failed in a run, or undefined where nothing did. */
export function failureOf(
  history: readonly EpochRecord[],
  facts: RunFacts,
  end: EndRecord | undefined,
  show: (loss: number) => string,
): Failure | undefined {
  if (end?.reason === 'nan')
    return { kind: 'notFinite', message: end.message ?? 'The loss is no longer a finite number.' };
  const last = history.at(-1);
  if (!last) return undefined;
  const range = facts.baseline ?? history[0].trainDropoutOff.loss;
  const loss = Math.max(last.train.loss, last.trainDropoutOff.loss);
  if (loss > EXPLODED * range && history.length > 1)
    return {
      kind: 'exploding',
      message: `The training loss has grown to ${show(loss)} by step ${last.step} (epoch ${last.epoch}); knowing nothing costs ${show(range)}. Each step makes it worse: the steps are too large.`,
    };
  if (history.length < STUCK_EPOCHS) return undefined;
  const newest = history.slice(-STUCK_EPOCHS).map((e) => e.trainDropoutOff.loss);
  const moved = Math.max(...newest) - Math.min(...newest);
  if (moved > STUCK_SHARE * range || last.trainDropoutOff.loss < 0.5 * range) return undefined;
  return {
    kind: 'stuck',
    message: `The training loss has stood at ${show(last.trainDropoutOff.loss)} since epoch ${newest.length === history.length ? history[0].epoch : history[history.length - STUCK_EPOCHS].epoch}: no step changes what the network answers. Its units may all be silent, its gradients too small, or its answers so sure that none is left.`,
  };
}
