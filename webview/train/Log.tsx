/** What happened in this run, in order: a table, and a way to take it along. */
import { useMemo, useState } from 'react';
import { useApp, useStore } from '../store/use';
import { Button } from '../ui/controls';
import { Icon } from '../ui/icons';
import { cellsOf, logOf, logText, type LogRow } from './logRows';

function useLog(): readonly LogRow[] {
  const log = useApp((s) => s.session.log);
  const history = useApp((s) => s.session.history);
  const epochSeconds = useApp((s) => s.session.epochSeconds);
  const model = useApp((s) => s.session.model);
  return useMemo(() => logOf({ log, history, epochSeconds, model }), [log, history, epochSeconds, model]);
}

export function Log() {
  const rows = useLog();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  if (rows.length === 0) return <p className="hint">What happens in a run is told here, from its start on.</p>;
  const toggle = (key: string): void => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  return (
    <div className="log" role="region" aria-label="Log" tabIndex={0} data-testid="log">
      <table>
        <thead>
          <tr>
            {['Time', 'Step', 'Epoch'].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
            <th scope="col">What happened</th>
          </tr>
        </thead>
        <tbody>
          {rows.flatMap((row) => [
            <Row key={row.key} row={row}>
              {row.rows && (
                <button
                  type="button"
                  className="fold"
                  aria-expanded={open.has(row.key)}
                  aria-label={open.has(row.key) ? 'Show the last of them only' : `Show all ${row.rows.length}`}
                  onClick={() => toggle(row.key)}
                >
                  <Icon name={open.has(row.key) ? 'chevron-down' : 'chevron-right'} />
                </button>
              )}
            </Row>,
            ...(open.has(row.key) ? (row.rows ?? []) : []).map((inner) => (
              <Row key={`inner ${inner.key}`} row={inner} inner />
            )),
          ])}
        </tbody>
      </table>
    </div>
  );
}

function Row(props: { readonly row: LogRow; readonly inner?: true; readonly children?: React.ReactNode }) {
  const { row, inner, children } = props;
  return (
    <tr className={inner && 'inner'}>
      {cellsOf(row).map((cell, i) => (
        <td key={i} className="number">
          {cell}
        </td>
      ))}
      <td className="what">
        {row.text} {children}
      </td>
    </tr>
  );
}

export function CopyLog() {
  const store = useStore();
  const rows = useLog();
  return (
    <Button disabled={rows.length === 0} testId="copy-log" onPress={() => void store.copyText(logText(rows))}>
      <Icon name="files" /> Copy
    </Button>
  );
}
