/** Which classes are taken for which: rows are what was right, columns what was answered. */
import { useState } from 'react';
import { useApp } from '../store/use';
import { useLens } from '../store/useLens';
import * as words from '../words';

export function Confusion() {
  const names = useApp((s) => s.session.data?.classes) ?? [];
  const validated = useApp((s) => (s.session.data?.validation ?? 0) > 0);
  const { answer, problem } = useLens('confusion', { part: validated ? 'validation' : 'train' });
  const [at, point] = useState<string>();
  if (problem !== undefined) return <p className="hint">{problem}</p>;
  if (!answer) return <p className="hint">Which classes are taken for which appears here once a run has begun.</p>;
  const { counts, metrics } = answer;
  const most = Math.max(1, ...counts.flat());
  return (
    <div className="confusion">
      <table data-testid="confusion">
        <caption>
          {validated ? 'Validation' : 'Training'} samples, dropout off, after {words.plural(answer.step, 'step')}:{' '}
          accuracy {words.percent(metrics.accuracy, 1)}. Rows are what was right, columns what was answered.
        </caption>
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, right) => (
            <tr key={names[right]}>
              <th scope="row">{names[right]}</th>
              {row.map((count, answered) => {
                const said = `${names[right]} answered as ${names[answered]}: ${words.plural(count, 'sample')}`;
                return (
                  <td
                    key={names[answered]}
                    className={right === answered ? 'right-answer' : count > 0 ? 'wrong-answer' : ''}
                    style={{ '--share': count / most } as React.CSSProperties}
                    aria-label={said}
                    onMouseEnter={() => point(said)}
                    onMouseLeave={() => point(undefined)}
                  >
                    {count > 0 ? words.count(count) : ''}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="strip-note">{at ?? 'Point at a cell to read it.'}</p>
    </div>
  );
}
