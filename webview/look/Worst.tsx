/** The samples with the largest loss: wrong labels, rare cases, and what the network has not understood. */
import { useApp } from '../store/use';
import { useLens } from '../store/useLens';
import * as words from '../words';
import { partNames, usePart } from './Part';
import { SampleCards } from './SampleCards';

const COUNT = 24;

export function Worst() {
  const { part } = usePart();
  const begun = useApp((s) => s.session.step > 0);
  const { answer, problem } = useLens('worst', { part, count: COUNT });
  if (problem !== undefined) return <p className="hint">{problem}</p>;
  if (!answer) return <p className="hint">The samples with the largest loss appear here once a run has begun.</p>;
  const { samples, noisy, of, meanLoss } = answer;
  return (
    <div className="look-panel" data-testid="worst" data-step={answer.step}>
      <p className="look-note">
        The {words.count(samples.length)} {partNames[part].toLowerCase()} samples of {words.count(of)} with the largest
        loss, dropout off, after {words.plural(answer.step, 'step')}; on average the loss is {words.loss(meanLoss)}.
        Each: {samples.some((s) => s.probability) ? 'label \u2192 answer' : 'wanted \u2192 answered'}.{' '}
        {noisy.all > 0 && (
          <>
            {words.count(noisy.here)} of them are among the {words.plural(noisy.all, 'label')} that label noise drew
            anew.
          </>
        )}
        {!begun && ' Nothing is learned yet.'}
      </p>
      <SampleCards samples={samples} part={part} label={`Worst ${partNames[part].toLowerCase()} samples`} />
    </div>
  );
}
