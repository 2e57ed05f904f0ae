/** Which classes are taken for which: rows are what was right, columns what was answered. A grid to walk through. */
import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { partNames, usePart } from '../look/Part';
import { SampleCards } from '../look/SampleCards';
import { useApp } from '../store/use';
import { useLens } from '../store/useLens';
import { Segmented } from '../ui/Segmented';
import * as words from '../words';

type Cell = readonly [right: number, answered: number];
type As = 'counts' | 'shares';
/** Up to so many classes each cell has room for its number; beyond, colour tells and the list says the rest. */
const NUMBERED = 16;
const MOST_PAIRS = 12;

const steps: Readonly<Record<string, Cell>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function Confusion() {
  const names = useApp((s) => s.session.data?.classes) ?? [];
  const { part } = usePart();
  const [chosen, choose] = useState<Cell>();
  const [at, move] = useState<Cell>([0, 0]);
  const [pointed, point] = useState<Cell>();
  const [as, setAs] = useState<As>('counts');
  const table = useRef<HTMLTableElement>(null);
  const { answer, problem } = useLens('confusion', { part, ...(chosen && { cell: chosen }) });
  const last = useRef<{ readonly part: string; readonly answer: NonNullable<typeof answer> }>(undefined);
  if (answer) last.current = { part, answer };
  const run = useApp((s) => s.session.run);
  const ran = useRef(run);
  if (ran.current !== run) {
    ran.current = run;
    last.current = answer && { part, answer };
  }
  // Choosing a cell asks anew: the counts before it stay until the answer is here.
  const seen = answer ?? (last.current?.part === part ? last.current.answer : undefined);
  if (problem !== undefined) return <p className="hint">{problem}</p>;
  if (!seen) return <p className="hint">Which classes are taken for which appears here once a run has begun.</p>;
  const { counts, metrics } = seen;
  const totals = counts.map((row) => row.reduce((sum, n) => sum + n, 0));
  const numbered = names.length <= NUMBERED;
  const say = ([right, answered]: Cell): string =>
    `${names[right]} answered as ${names[answered]}: ${words.plural(counts[right][answered], 'sample')}` +
    ` of ${words.count(totals[right])}, ${words.percent(totals[right] ? counts[right][answered] / totals[right] : 0)}`;
  const pairs = counts
    .flatMap((row, right) => row.map((count, answered) => ({ right, answered, count })))
    .filter((p) => p.right !== p.answered && p.count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_PAIRS);
  const press = (event: KeyboardEvent, cell: Cell): void => {
    const by = steps[event.key];
    if (event.key === 'Enter' || event.key === ' ') choose(cell);
    else if (event.key === 'Escape' && chosen) choose(undefined);
    else if (by) {
      const next: Cell = [
        Math.min(names.length - 1, Math.max(0, cell[0] + by[0])),
        Math.min(names.length - 1, Math.max(0, cell[1] + by[1])),
      ];
      move(next);
      table.current?.querySelector<HTMLElement>(`[data-cell="${next.join(' ')}"]`)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const isChosen = (right: number, answered: number): boolean => chosen?.[0] === right && chosen[1] === answered;
  const text = (right: number, answered: number): string => {
    const count = counts[right][answered];
    if (!numbered || count === 0) return '';
    return as === 'counts' ? words.count(count) : words.percent(count / totals[right]);
  };
  return (
    <div className="confusion look-columns" data-step={seen.step}>
      <div>
        <table
          ref={table}
          role="grid"
          aria-label="Confusion matrix: rows are what was right, columns what was answered"
          data-testid="confusion"
          className={numbered ? '' : 'dense'}
        >
          <thead>
            <tr>
              <td>{numbered && 'label \\ answer'}</td>
              {names.map((name, i) => (
                <th key={name} scope="col" title={name}>
                  {numbered || i % 10 === 0 ? name : ''}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {counts.map((row, right) => (
              <tr key={names[right]}>
                <th scope="row" title={names[right]}>
                  {numbered || right % 10 === 0 ? names[right] : ''}
                </th>
                {row.map((count, answered) => (
                  <td
                    key={names[answered]}
                    role="gridcell"
                    data-cell={`${right} ${answered}`}
                    tabIndex={at[0] === right && at[1] === answered ? 0 : -1}
                    className={right === answered ? 'right-answer' : count > 0 ? 'wrong-answer' : ''}
                    style={{ '--share': totals[right] ? count / totals[right] : 0 } as React.CSSProperties}
                    aria-label={say([right, answered])}
                    aria-selected={isChosen(right, answered)}
                    onMouseEnter={() => point([right, answered])}
                    onMouseLeave={() => point(undefined)}
                    onFocus={() => move([right, answered])}
                    onClick={() => choose([right, answered])}
                    onKeyDown={(event) => press(event, [right, answered])}
                  >
                    {text(right, answered)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="confusion-words">
        <div className="section-head">
          <span className="look-note">
            {partNames[part]} samples, dropout off, after {words.plural(seen.step, 'step')}: accuracy{' '}
            {words.percent(metrics.accuracy, 1)}
          </span>
          <Segmented<As>
            small
            label="Numbers"
            value={as}
            options={[
              { value: 'counts', label: 'Counts' },
              { value: 'shares', label: 'Shares', title: 'Of the samples of each class' },
            ]}
            onChange={setAs}
          />
        </div>
        <p className="look-note">{pointed ? say(pointed) : 'Press a cell to see its samples.'}</p>
        {chosen && answer?.samples ? (
          <section aria-label="Samples of the cell">
            <div className="section-head">
              <h2>
                {names[chosen[0]]} → {names[chosen[1]]}
              </h2>
              <span className="grow" />
              <button type="button" className="link" onClick={() => choose(undefined)}>
                Back to the pairs
              </button>
            </div>
            {answer.samples.length === 0 ? (
              <p className="hint">No sample is here.</p>
            ) : (
              <SampleCards samples={answer.samples} part={part} label={say(chosen)} />
            )}
          </section>
        ) : (
          <section aria-label="Classes most often mistaken">
            <h2>Most often mistaken</h2>
            {pairs.length === 0 && <p className="hint">Nothing is mistaken.</p>}
            <ol className="pairs" data-testid="pairs">
              {pairs.map(({ right, answered, count }) => (
                <li key={`${right} ${answered}`}>
                  <button type="button" className="link" onClick={() => choose([right, answered])}>
                    {names[right]} as {names[answered]}
                  </button>{' '}
                  {words.count(count)} of {words.count(totals[right])}
                </li>
              ))}
            </ol>
          </section>
        )}
      </div>
    </div>
  );
}
