/** The verdict on the run at hand, judged once for all who show it. */
import { useMemo } from 'react';
import { canResume, type SessionSnapshot } from '../../src/protocol/designer';
import {
  factsOf,
  judgeRun,
  remediesFor,
  spokenVerdict,
  Verdicts,
  type Figures,
  type Remedy,
  type RunVerdict,
} from '../../src/verdict';
import { alive } from '../store/state';
import { useApp } from '../store/use';
import * as words from '../words';

export const figures: Figures = { loss: words.loss, signed: words.signed, percent: (share) => words.percent(share) };

export interface ShownVerdict extends RunVerdict {
  /** In one sentence; empty where there is nothing to say yet. */
  readonly spoken: string;
}

/** One for the page: it shows one run. */
const verdicts = new Verdicts();

/** @returns undefined before there is a run with data */
export function verdictOn(session: SessionSnapshot): ShownVerdict | undefined {
  const { run, model, facts: ofData, history, end, state } = session;
  if (state === 'failed' && !end)
    return withWords({
      judgement: { kind: 'failed', since: 0 },
      failure: { kind: 'broken', message: session.message ?? 'No reason was given.' },
    });
  if (run === undefined || !model || !ofData) return undefined;
  const facts = factsOf(model, ofData, session.epochs);
  return withWords(judgeRun(facts, history, end, words.loss, verdicts.of(run, facts, history)));
}

const withWords = (verdict: RunVerdict): ShownVerdict => ({
  ...verdict,
  spoken: spokenVerdict(verdict.judgement, figures, verdict.failure),
});

export function useVerdict(): ShownVerdict | undefined {
  const session = useApp((s) => s.session);
  const { run, model, facts, history, end, state, epochs, message } = session;
  // The sight and the counts of a session change many times a second; the verdict does not follow them.
  return useMemo(() => verdictOn(session), [run, model, facts, history, end, state, epochs, message]);
}

export function useRemedies(verdict: ShownVerdict | undefined): readonly Remedy[] {
  // What the document says now: a remedy that was taken is not offered again.
  const model = useApp((s) => s.snapshot?.model);
  const samples = useApp((s) => s.session.data?.train ?? 0);
  const living = useApp((s) => alive(s.session.state));
  const resumable = useApp((s) => (canResume(s.session) ? (s.session.kept?.checkpoint?.step ?? 0) : undefined));
  return useMemo(() => {
    if (!verdict || !model) return [];
    return remediesFor(verdict.judgement, verdict.failure, { model, alive: living, samples, resumable });
  }, [verdict, model, samples, living, resumable]);
}
