import type { StoredTarget } from '../../engine/preparation';
import { figure } from '../../model/figures';
import type { Model } from '../../model/model';
import { evidenceOf, factsOf, headline, spokenVerdict, titleOf, verdictOf, verdictOfKept } from '../../verdict';
import type { RunHistory } from '../exchange/history';
import type { Section } from './section';

const figures = {
  loss: figure,
  signed: (value: number): string => `${value < 0 ? '' : '+'}${figure(value)}`,
  percent: (share: number): string => `${Math.round(100 * share)} %`,
};

/** Whether it under- or overfits, and what that stands on; undefined before anything was measured. */
export function verdictSection(model: Model, target: StoredTarget, history: RunHistory): Section | undefined {
  const { records, kept, epochs, reason, best, test, data } = history;
  if (records.length === 0) return undefined;
  const facts = factsOf(
    model,
    {
      train: data.samples?.train ?? 0,
      validation: data.samples?.validation ?? 0,
      classes: target.type === 'classes' ? target.names : [],
    },
    epochs,
  );
  const judgement = kept === undefined ? verdictOf(facts, records) : verdictOfKept(facts, records, kept);
  const end = reason && { reason, ...(best && { best }), ...(kept !== undefined && { kept }), ...(test && { test }) };
  const evidence = evidenceOf(judgement, records, figures);
  const more = headline(judgement, end);
  const spoken = spokenVerdict(judgement, figures);
  return {
    title: 'Verdict',
    lines: [spoken || `${titleOf(judgement.kind)}${more ? `: ${more}` : ''}.`],
    ...(evidence.length > 0 && {
      table: {
        head: ['Evidence', 'At the best epoch', 'At the end'],
        rows: evidence.map(({ name, best: then, now }) => [name, then ?? '\u2013', now]),
        right: [1, 2],
      },
    }),
  };
}
