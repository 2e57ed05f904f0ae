import { figure } from '../../model/figures';
import { evidenceOf, headline, spokenVerdict, titleOf } from '../../verdict';
import type { RunHistory } from '../exchange/history';
import type { Section } from './section';

const figures = {
  loss: figure,
  signed: (value: number): string => `${value < 0 ? '' : '+'}${figure(value)}`,
  percent: (share: number): string => `${Math.round(100 * share)} %`,
};

/** Whether it under- or overfits, and what that stands on; undefined before anything was measured. */
export function verdictSection({ records, kept, reason, best, test, verdict }: RunHistory): Section | undefined {
  if (!verdict) return undefined;
  const { judgement, failure, lacks } = verdict;
  const end = reason && { reason, ...(best && { best }), ...(kept !== undefined && { kept }), ...(test && { test }) };
  const evidence = failure ? [] : evidenceOf(judgement, records, figures);
  const more = headline(judgement, end);
  const spoken = spokenVerdict(judgement, figures, failure);
  return {
    title: 'Verdict',
    lines: [spoken || `${titleOf(judgement.kind)}${more ? `: ${more}` : ''}.`, ...(lacks === undefined ? [] : [lacks])],
    ...(evidence.length > 0 && {
      table: {
        head: ['Evidence', 'At the best epoch', 'At the end'],
        rows: evidence.map(({ name, best: then, now }) => [name, then ?? '\u2013', now]),
        right: [1, 2],
      },
    }),
  };
}
