/** What dropout did, once a run and its twin have ended. */
import { useMemo } from 'react';
import { compareWithTwin, factsOf } from '../../src/verdict';
import { Icon } from '../ui/icons';
import { useApp } from '../store/use';
import * as words from '../words';
import { figures } from './verdict';

export function TwinTable() {
  const twin = useApp((s) => s.session.twin);
  const end = useApp((s) => s.session.end);
  const history = useApp((s) => s.session.history);
  const model = useApp((s) => s.session.model);
  const ofData = useApp((s) => s.session.facts);
  const epochs = useApp((s) => s.session.epochs);
  const compared = useMemo(() => {
    if (!end || !twin?.end || !model || !ofData) return undefined;
    const facts = factsOf(model, ofData, epochs);
    const oneDigit = { ...figures, percent: (share: number) => words.percent(share, 1) };
    return compareWithTwin({ history, end }, { history: twin.history, end: twin.end }, facts, oneDigit);
  }, [twin, end, history, model, ofData, epochs]);
  if (twin?.state === 'failed')
    return (
      <p className="kept-line problem" role="alert" data-testid="twin-failed">
        <Icon name="warning" />
        <span>The twin failed: {twin.message}</span>
      </p>
    );
  if (!compared) return null;
  return (
    <section className="twin-table" aria-label="What dropout did" data-testid="twin-table">
      <table className="run-numbers">
        <thead>
          <tr>
            <td />
            <th scope="col">without dropout</th>
            <th scope="col">with dropout</th>
          </tr>
        </thead>
        <tbody>
          {compared.rows.map(({ name, twin: its, run }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{its}</td>
              <td>
                <b>{run}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p data-testid="twin-sentence">{compared.sentence}</p>
    </section>
  );
}
