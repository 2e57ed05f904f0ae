/** A verdict in words and numbers. How a loss is written is the caller's: the page and the command line each have their way. */
import type { EndRecord, EpochRecord } from '../protocol/training';
import type { Failure } from './failures';
import { RELIABILITY, type RunnerUp } from './certainty';
import type { Judgement } from './judge';
import { overScore, underScore, type VerdictKind } from './rules';

const TITLES: Readonly<Record<VerdictKind, string>> = {
  tooEarly: 'Too early to judge',
  stillLearning: 'Still learning',
  underfitting: 'Underfitting',
  rightFit: 'Right fit',
  overfitting: 'Overfitting',
  nothingToLearn: 'Nothing to learn found',
  notValidated: 'Not validated',
  failed: 'Failed',
};
const FAILURES: Readonly<Record<Failure['kind'], string>> = {
  notFinite: 'Failed',
  broken: 'Failed',
  exploding: 'Exploding',
  stuck: 'Not learning',
};

export const titleOf = (kind: VerdictKind, failure?: Failure): string =>
  failure ? FAILURES[failure.kind] : TITLES[kind];

/** Below the title: since when, or what to do with it; and what it is close to. */
export function headline(judgement: Judgement, end: EndRecord | undefined): string {
  return [aside(judgement, end), closeness(judgement)].filter(Boolean).join(', ');
}

const closeness = ({ closeTo }: Judgement): string =>
  closeTo ? `close to ${titleOf(closeTo.kind).toLowerCase()}` : '';

function aside({ kind, since, measured }: Judgement, end: EndRecord | undefined): string {
  if (end?.kept !== undefined) return `weights of epoch ${end.kept} kept`;
  switch (kind) {
    case 'tooEarly':
      if (end) return 'it ended too soon';
      return measured ? 'a few more epochs will tell' : 'after some epochs it will tell';
    case 'stillLearning':
      return end ? 'it ended too soon' : 'it gets better still';
    case 'notValidated':
      return 'there are no validation samples';
    case 'underfitting':
    case 'rightFit':
    case 'overfitting':
    case 'nothingToLearn':
      return `since epoch ${since}`;
    case 'failed':
      return '';
  }
}

/** What speaks for the runner-up, and how often such a verdict is right; undefined where the verdict is clear. */
export function closeCall({ closeTo, measured }: Judgement, { percent }: Pick<Figures, 'percent'>): string | undefined {
  if (!closeTo || !measured) return undefined;
  const reasons: Readonly<Record<RunnerUp['by'], () => string>> = {
    over: () => `gap and rise of validation come to ${percent(overScore(measured))} of what counts as overfitting.`,
    under: () =>
      `what it has left to learn comes to ${percent(underScore(measured))} of what counts as underfitting${closeTo.kind === 'stillLearning' ? ', and it is learning that yet' : ''}.`,
    learning: () => 'with half of what it gained lately, it would not count as learning.',
    early: () => 'less than half of its epochs are made, and it may learn yet.',
    newest: () => 'the newest epoch says so, and one alone does not change a verdict.',
  };
  const rarely = `Verdicts this close were right in ${percent(RELIABILITY.close)} of tests, clear ones in ${percent(RELIABILITY.clear)}.`;
  return `Or ${titleOf(closeTo.kind).toLowerCase()}: ${reasons[closeTo.by]()} ${rarely}`;
}

/** In a line: "Overfitting, since epoch 31". */
export function briefVerdict(
  { judgement, failure }: { readonly judgement: Judgement; readonly failure?: Failure },
  end: EndRecord | undefined,
): string {
  const more = failure ? '' : headline(judgement, end);
  return `${titleOf(judgement.kind, failure)}${more && `, ${more}`}`;
}

export interface EvidenceRow {
  readonly name: string;
  /** At the best epoch; absent: says nothing there. */
  readonly best?: string;
  readonly now: string;
}

/** How the caller writes a loss, a change of one, and a share. */
export interface Figures {
  readonly loss: (value: number) => string;
  readonly signed: (value: number) => string;
  readonly percent: (share: number) => string;
}

/** What the verdict stands on: the newest epoch beside the best. */
export function evidenceOf({ kind, measured }: Judgement, history: readonly EpochRecord[], f: Figures): EvidenceRow[] {
  const now = history.at(-1);
  if (!now || !measured) return [];
  const best = measured.best && history.find((e) => e.epoch === measured.best!.epoch);
  const { validation } = now;
  const rows: EvidenceRow[] = [];
  if (validation && best?.validation) {
    rows.push({ name: 'Validation loss', best: f.loss(best.validation.loss), now: f.loss(validation.loss) });
    const gap = (e: EpochRecord): string => f.signed(e.validation!.loss - e.trainDropoutOff.loss);
    rows.push({ name: 'Gap to training, dropout off', best: gap(best), now: gap(now) });
  }
  if (!validation || kind === 'underfitting' || kind === 'nothingToLearn') {
    const before = best && f.loss(best.trainDropoutOff.loss);
    rows.push({ name: 'Training loss, dropout off', best: before, now: f.loss(now.trainDropoutOff.loss) });
    rows.push({ name: 'Loss of knowing nothing', now: f.loss(measured.range) });
    if (measured.neighbours !== undefined)
      rows.push({ name: 'Loss of asking nearest neighbours', now: f.loss(measured.neighbours) });
  } else if (Number.isFinite(measured.gapSpread))
    rows.push({ name: 'Gap by chance, at most', now: `\u00b1${f.loss(2 * measured.gapSpread)}` });
  // One epoch has neither a spread nor a slope.
  if (Number.isFinite(measured.slope))
    rows.push({
      name: `${validation ? 'Validation' : 'Training'} loss, change an epoch`,
      now: f.signed(measured.slope),
    });
  return rows;
}

/** Of the range: what neighbours cost that hardly know anything. */
const HARDLY = 0.9;

/** What else could be true, or why it is not; undefined where the title says all. */
export function doubtOf({ kind, measured }: Judgement, f: Figures): string | undefined {
  if (measured?.neighbours === undefined) return undefined;
  const { neighbours, range } = measured;
  if (kind === 'nothingToLearn')
    return `Neither the network nor a sample’s nearest neighbours do better than the same answer for all, which costs ${f.loss(range)}. The targets may not depend on these inputs, or the labels may be noise; if you know that they do, try a larger network, or other inputs.`;
  if (kind !== 'underfitting') return undefined;
  if (neighbours > HARDLY * range)
    return 'Or there is little to learn: a sample’s nearest neighbours hardly do better than the same answer for all, so that the labels may be noise.';
  return neighbours < HARDLY * measured.train
    ? 'There is more to learn: a sample’s nearest neighbours do better without any training.'
    : undefined;
}

/** In one sentence, for who hears it. */
export function spokenVerdict(judgement: Judgement, f: Figures, failure?: Failure): string {
  const { kind, since, measured } = judgement;
  const close = closeness(judgement);
  const when = `since epoch ${since}${close && `, ${close}`}`;
  if (failure) return `${titleOf(kind, failure)}. ${failure.message}`;
  if (!measured) return '';
  const left = f.percent(Math.max(0, measured.train / measured.range));
  const gap = f.loss(Math.max(0, measured.gap));
  const best = measured.best;
  switch (kind) {
    case 'tooEarly':
    case 'failed':
      return '';
    case 'stillLearning':
      return `Still learning${close && `, ${close}`}: too early to judge how well it fits.`;
    case 'underfitting':
      return `Underfitting ${when}: on its own training samples it has still ${left} to learn.`;
    case 'nothingToLearn':
      return `Nothing to learn found ${when}: knowing nothing costs ${f.loss(measured.range)}, and neither it nor a sample’s nearest neighbours do better.`;
    case 'overfitting':
      return `Overfitting ${when}: validation costs ${gap} more than training, dropout off${best ? `, and was best at epoch ${best.epoch}` : ''}.`;
    case 'notValidated':
      return 'Not validated: without validation samples nobody can tell whether it fits.';
    case 'rightFit':
      return `Right fit ${when}: validation costs ${gap} more than training, dropout off.`;
  }
}
