/** How far probabilities can be trusted: ROC and precision-recall of one class, and calibration. */
import { useState } from 'react';
import { Explain } from '../explain/Explain';
import { useApp } from '../store/use';
import { useLens } from '../store/useLens';
import { Dropdown } from '../ui/controls';
import * as words from '../words';
import { partNames, usePart } from './Part';
import { path, Plot } from './Plot';
import type { Answer } from '../../src/protocol/training';

const SIDE = { width: 212, height: 146 };
const BINS = 10;
const PASSES = 30;
const unit = [0, 1] as const;
const three = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : '\u2013');

export function Quality() {
  const classes = useApp((s) => s.session.data?.classes) ?? [];
  const [chosen, choose] = useState<number>();
  const positive = chosen !== undefined && chosen < classes.length ? chosen : classes.length === 2 ? 1 : 0;
  const { part } = usePart();
  const ranking = useLens('ranking', { part, positive });
  const calibration = useLens('calibration', { part, bins: BINS, passes: PASSES });
  if (calibration.problem !== undefined) return <p className="hint">{calibration.problem}</p>;
  return (
    <div className="look-panel" data-testid="quality" data-step={ranking.answer?.step}>
      <div className="section-head">
        <span className="look-note">{partNames[part]} samples, dropout off. Positive:</span>
        <Dropdown
          label="Positive class"
          value={String(positive)}
          options={classes.map((name, i) => ({ value: String(i), label: name }))}
          onChange={(value) => choose(Number(value))}
        />
        {classes.length > 2 && <span className="look-note">against the rest</span>}
      </div>
      <div className="look-row">
        {ranking.problem !== undefined ? (
          <p className="hint">{ranking.problem}</p>
        ) : (
          ranking.answer && <Ranking answer={ranking.answer} name={classes[positive]} />
        )}
        {calibration.answer && <Calibration answer={calibration.answer} />}
      </div>
    </div>
  );
}

function Ranking({ answer, name }: { readonly answer: Answer<'ranking'>; readonly name: string }) {
  const { roc, precisionRecall, auc, averagePrecision, positives, negatives } = answer;
  const base = positives / (positives + negatives);
  return (
    <>
      <figure>
        <h2>
          ROC, AUC <b data-testid="auc">{three(auc)}</b>
        </h2>
        <Plot
          {...SIDE}
          x={unit}
          y={unit}
          xTitle="false positive rate"
          yTitle="true positive rate"
          testId="roc"
          label={`ROC curve of ${name}: area ${three(auc)}, of ${words.count(positives)} positive and ${words.count(negatives)} other samples`}
        >
          {(frame) => (
            <>
              <path className="guess" d={path(frame, [0, 1], [0, 1])} />
              <path className="line off" d={path(frame, roc.x, roc.y)} />
            </>
          )}
        </Plot>
        <figcaption>A guess follows the diagonal.</figcaption>
      </figure>
      <figure>
        <h2>
          Precision and recall, AP <b>{three(averagePrecision)}</b>
        </h2>
        <Plot
          {...SIDE}
          x={unit}
          y={unit}
          xTitle="recall"
          yTitle="precision"
          label={`Precision-recall curve of ${name}: average precision ${three(averagePrecision)}; a guess has ${three(base)}`}
        >
          {(frame) => (
            <>
              <path className="guess" d={path(frame, [0, 1], [base, base])} />
              <path className="line off" d={path(frame, precisionRecall.x, precisionRecall.y)} />
            </>
          )}
        </Plot>
        <figcaption>{words.percent(base)} of the samples are positive.</figcaption>
      </figure>
    </>
  );
}

function Calibration({ answer: { off, monteCarlo } }: { readonly answer: Answer<'calibration'> }) {
  const total = off.counts.reduce((sum, n) => sum + n, 0);
  const both = [
    { name: 'Dropout off', found: off, className: 'off' },
    ...(monteCarlo ? [{ name: `Mean of ${monteCarlo.passes} masks`, found: monteCarlo, className: 'on' }] : []),
  ];
  return (
    <>
      <figure>
        <h2>Calibration {monteCarlo && <Explain idea="monteCarlo" />}</h2>
        <Plot
          {...SIDE}
          x={unit}
          y={unit}
          xTitle="confidence"
          yTitle="share right"
          testId="calibration"
          label={
            both
              .map(({ name, found }) => `${name}: expected calibration error ${words.percent(found.ece, 1)}`)
              .join('; ') + '. On the diagonal the network is as often right as it says'
          }
        >
          {(frame) => (
            <>
              <path className="guess" d={path(frame, [0, 1], [0, 1])} />
              {off.counts.map((count, i) => (
                <rect
                  key={i}
                  className="share"
                  x={frame.x(i / BINS) + 1}
                  width={frame.x(1 / BINS) - frame.x(0) - 2}
                  y={frame.y(count / total)}
                  height={frame.low - frame.y(count / total)}
                />
              ))}
              {both.map(({ found, className }) => {
                const filled = [...found.counts.keys()].filter((i) => found.counts[i] > 0);
                const xs = filled.map((i) => found.confidence[i]);
                const ys = filled.map((i) => found.accuracy[i]);
                return (
                  <g key={className}>
                    <path className={`line ${className}`} d={path(frame, xs, ys)} />
                    {filled.map((i) => (
                      <circle
                        key={i}
                        className={className}
                        cx={frame.x(found.confidence[i])}
                        cy={frame.y(found.accuracy[i])}
                        r={3}
                      />
                    ))}
                  </g>
                );
              })}
            </>
          )}
        </Plot>
        <figcaption>Below the diagonal it is too sure. Bars: share of the samples.</figcaption>
      </figure>
      <table className="measures" aria-label="Calibration">
        <thead>
          <tr>
            <td />
            <th scope="col" title="Expected calibration error: mean distance from the diagonal">
              ECE
            </th>
            <th scope="col" title="Largest distance from the diagonal">
              largest
            </th>
            <th scope="col" title="Mean squared distance of probabilities and label">
              Brier
            </th>
          </tr>
        </thead>
        <tbody>
          {both.map(({ name, found, className }) => (
            <tr key={className}>
              <th scope="row">{name}</th>
              <td data-testid={`ece-${className}`}>{words.percent(found.ece, 1)}</td>
              <td>{words.percent(found.mce, 1)}</td>
              <td>{three(found.brier)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
