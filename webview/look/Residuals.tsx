/** What was answered against what was wanted, where numbers are learned. */
import { useState } from 'react';
import { useApp, useStore } from '../store/use';
import { useLens } from '../store/useLens';
import { Dropdown } from '../ui/controls';
import * as words from '../words';
import { partNames, usePart } from './Part';
import { Bars, path, Plot } from './Plot';
import { rangeOf } from './surfaceDrawing';

export function Residuals() {
  const store = useStore();
  const { part } = usePart();
  const outputs = useApp((s) => s.session.sight?.answer.withoutMask.length ?? 1);
  const [chosen, choose] = useState(0);
  const output = Math.min(chosen, outputs - 1);
  const { answer, problem } = useLens('residuals', { part, output });
  const shown = useApp((s) => s.session.sight?.row);
  const pointed = useApp((s) => s.pointedRow);
  if (problem !== undefined) return <p className="hint">{problem}</p>;
  if (!answer) return <p className="hint">Answers against what was wanted appear here once a run has begun.</p>;
  const { wanted, answered, rows, residuals, rmse, mae, r2, mean, count } = answer;
  const [a, b] = [rangeOf(wanted), rangeOf(answered)];
  const range = [Math.min(a[0], b[0]), Math.max(a[1], b[1])] as const;
  const marked = pointed ?? shown;
  return (
    <div className="look-panel" data-testid="residuals" data-step={answer.step}>
      <div className="section-head">
        <span className="look-note">
          {words.plural(count, `${partNames[part].toLowerCase()} sample`)}, dropout off, after{' '}
          {words.plural(answer.step, 'step')}
        </span>
        {outputs > 1 && (
          <Dropdown
            label="Output"
            value={String(output)}
            options={Array.from({ length: outputs }, (_, i) => ({ value: String(i), label: `output ${i + 1}` }))}
            onChange={(value) => choose(Number(value))}
          />
        )}
      </div>
      <div className="look-row">
        <figure>
          <h2>Predicted against true</h2>
          <Plot
            width={300}
            height={174}
            x={range}
            y={range}
            xTitle="true"
            yTitle="predicted"
            testId="predicted"
            label={`Predicted against true: R² ${r2.toFixed(3)}, root mean squared error ${words.loss(rmse)}, mean absolute error ${words.loss(mae)}`}
          >
            {(frame) => (
              <>
                <path className="guess" d={path(frame, range, range)} />
                {Array.from(wanted, (value, i) => (
                  <circle
                    key={i}
                    className={`${part === 'train' ? 'train' : 'validation'} ${rows[i] === marked ? 'marked' : ''}`}
                    cx={frame.x(value)}
                    cy={frame.y(answered[i])}
                    r={rows[i] === marked ? 5 : 2.6}
                    onMouseEnter={() => store.patch({ pointedRow: rows[i] })}
                    onMouseLeave={() => store.patch({ pointedRow: undefined })}
                  />
                ))}
              </>
            )}
          </Plot>
          <figcaption>On the line the answer is right.</figcaption>
        </figure>
        <figure>
          <h2>Residuals, predicted less true</h2>
          <Bars
            width={260}
            height={140}
            className="values"
            bins={residuals}
            label={`Residuals from ${words.axis(residuals.low)} to ${words.axis(residuals.high)}, mean ${words.axis(mean)}`}
          />
          <figcaption>Height: the square root of how many.</figcaption>
        </figure>
        <table className="measures" aria-label="Error">
          <tbody>
            {[
              ['R²', Number.isFinite(r2) ? r2.toFixed(3).replace('-', '\u2212') : '\u2013'],
              ['Root mean squared error', words.loss(rmse)],
              ['Mean absolute error', words.loss(mae)],
              ['Mean residual', words.axis(mean)],
            ].map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
