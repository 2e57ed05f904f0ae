// Holds verdicts against the truth: one row a truth, one column a verdict.
import type { EpochRecord } from '../../../src/engine/records';
import type { RunnerUp } from '../../../src/verdict/certainty';
import { Judge } from '../../../src/verdict/judge';
import type { VerdictKind } from '../../../src/verdict/rules';
import type { Measured, RunFacts } from '../../../src/verdict/measure';
import type { Set } from './cases';
import type { Curve } from './curves';
import type { Truth } from './truth';

export const factsOf = (curve: Curve): RunFacts => {
  const { epochs, train, validation, classes, loss, baseline, labelNoise, neighbours, inputs } = curve;
  return { epochs, train, validation, classes, loss, baseline, labelNoise, neighbours, inputs };
};

export const historyOf = ({ rows }: Curve): EpochRecord[] =>
  rows.map(([loss, off, validation], i) => ({
    epoch: i + 1,
    step: i + 1,
    train: { loss, min: loss, max: loss },
    trainDropoutOff: { loss: off },
    validation: { loss: validation },
  }));

export interface Judged {
  readonly curve: Curve;
  readonly epoch: number;
  readonly truth: Truth;
  readonly said: VerdictKind;
  readonly closeTo?: RunnerUp;
  readonly measured: Measured;
}

export function judged(curves: readonly Curve[]): Judged[] {
  return curves.flatMap((curve) => {
    const judge = new Judge(factsOf(curve));
    return historyOf(curve).flatMap((record): Judged[] => {
      const { kind: said, closeTo, measured } = judge.add(record);
      const truth = curve.truths[record.epoch];
      return truth ? [{ curve, epoch: record.epoch, truth, said, closeTo, measured: measured! }] : [];
    });
  });
}

export const TRUTHS: readonly Truth[] = ['stillLearning', 'underfitting', 'rightFit', 'overfitting', 'nothingToLearn'];
/** Too early to say is right where a run is learning still. */
export const isRight = ({ truth, said }: Judged): boolean =>
  truth === said || (truth === 'stillLearning' && said === 'tooEarly');

const WORDS: Readonly<Record<VerdictKind, string>> = {
  tooEarly: 'too early',
  stillLearning: 'still learning',
  underfitting: 'underfitting',
  rightFit: 'right fit',
  overfitting: 'overfitting',
  nothingToLearn: 'nothing to learn',
  notValidated: 'not validated',
  failed: 'failed',
};
const COLUMNS: readonly VerdictKind[] = ['tooEarly', ...TRUTHS];

export function tableOf(all: readonly Judged[], set: Set): string {
  const of = all.filter((j) => j.curve.set === set);
  const count = (truth: Truth, said: VerdictKind): number =>
    of.filter((j) => j.truth === truth && j.said === said).length;
  const rows = TRUTHS.map((truth) => [WORDS[truth], ...COLUMNS.map((said) => String(count(truth, said)))]);
  return markdown(['truth', ...COLUMNS.map((c) => WORDS[c])], rows);
}

function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((h, c) => Math.max(h.length, ...rows.map((r) => r[c].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join(' | ')} |`;
  const rule = `| ${widths.map((w, c) => (c === 0 ? '-'.repeat(w) : `${'-'.repeat(w - 1)}:`)).join(' | ')} |`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** How often a verdict was right that was called clear, and one that was called close to another: a row a verdict, and one of all. */
export function reliabilityOf(all: readonly Judged[], set: Set): string {
  const cell = (which: (j: Judged) => boolean): string => {
    const { right, all: of } = shareOf(all, set, (j) => j.said !== 'tooEarly' && which(j));
    return of === 0 ? '\u2013' : `${right} of ${of}, ${Math.round((100 * right) / of)} %`;
  };
  const isOther = (j: Judged): boolean => j.closeTo !== undefined && (isRight(j) || j.truth === j.closeTo.kind);
  const row = (name: string, of: (j: Judged) => boolean): string[] => [
    name,
    cell((j) => of(j) && !j.closeTo),
    cell((j) => of(j) && j.closeTo !== undefined),
  ];
  const rows = [...TRUTHS.map((said) => row(WORDS[said], (j) => j.said === said)), row('all', () => true)];
  const either = all.filter((j) => j.curve.set === set && j.said !== 'tooEarly' && isOther(j)).length;
  const close = all.filter((j) => j.curve.set === set && j.said !== 'tooEarly' && j.closeTo).length;
  return [
    markdown(['said', 'clear, right', 'close, right'], rows),
    '',
    `Of the close ones, ${either} of ${close} were what was said or what it was close to.`,
  ].join('\n');
}

export interface Share {
  readonly right: number;
  readonly all: number;
}
/** @param which of the verdicts count */
export function shareOf(all: readonly Judged[], set: Set, which: (j: Judged) => boolean = () => true): Share {
  const of = all.filter((j) => j.curve.set === set && which(j));
  return { right: of.filter(isRight).length, all: of.length };
}

/** Nothing was said yet, though something was true. */
const abstained = ({ truth, said }: Judged): boolean => said === 'tooEarly' && truth !== 'stillLearning';
const opposites = (all: readonly Judged[], set: Set): number =>
  all.filter(
    ({ curve, truth, said }) =>
      curve.set === set &&
      ((truth === 'overfitting' && said === 'underfitting') || (truth === 'underfitting' && said === 'overfitting')),
  ).length;
const atTheEnd = ({ curve, epoch }: Judged): boolean => epoch === curve.rows.length;
const percent = ({ right, all }: Share): string => `${right} of ${all} right, ${((100 * right) / all).toFixed(1)} %`;

export function report(curves: readonly Curve[]): { readonly text: string; readonly misses: readonly string[] } {
  const all = judged(curves);
  const sets: readonly (readonly [Set, string])[] = [
    ['tuning', 'The cases that the limits were chosen on'],
    ['heldOut', 'Held-out cases: other samples, other ways to train'],
  ];
  const text = sets
    .filter(([set]) => curves.some((c) => c.set === set))
    .map(([set, title]) =>
      [
        `**${title}**: ${percent(shareOf(all, set))}; where it had something to say, ${percent(shareOf(all, set, (j) => !abstained(j)))}; at the`,
        `end of the runs, ${percent(shareOf(all, set, atTheEnd))}. Under was taken for over, or over for under, ${opposites(all, set)} times.`,
        '',
        tableOf(all, set),
        '',
        reliabilityOf(all, set),
      ].join('\n'),
    )
    .join('\n\n');
  const misses = all
    .filter((j) => !isRight(j))
    .map(({ curve, epoch, truth, said, measured: m }) => {
      const share = (x: number | undefined): string => ((x ?? NaN) / m.range).toFixed(3);
      const figures = [
        m.train,
        m.validation,
        m.gapSpread,
        m.rise,
        m.riseSpread,
        m.gain.lately,
        m.gain.spread,
        m.gain.coming,
        m.trainGain.lately,
        m.trainGain.coming,
      ].map(share);
      return `${curve.task}, ${curve.way}, epoch ${epoch}: ${truth}, said ${said} (${figures.join(' ')})`;
    });
  return { text, misses };
}
