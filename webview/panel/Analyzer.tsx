/** Layer by layer: what comes out, what it costs, what is wrong with it. */
import { memo, useEffect, useMemo } from 'react';
import type { KeyboardEvent } from 'react';
import type { Model, ModelLayer } from '../../src/model/model';
import { imageOf, metaOf } from '../canvas/graph';
import { useApp, useStore } from '../store/use';
import { Drawn, Icon, iconOf } from '../ui/icons';
import { useRows } from '../ui/rows';
import * as words from '../words';

export function Analyzer({ model }: { readonly model: Model }) {
  const store = useStore();
  const selection = useApp((s) => s.selection);
  const kinds = useApp((s) => s.catalogue?.layers);
  const problems = useApp((s) => s.snapshot?.diagnostics);
  const memory = useApp((s) => s.snapshot?.memory);
  const { layers } = model;
  const { table, first, last, above, below, reveal } = useRows(layers.length);
  const titles = useMemo(() => new Map(kinds?.map((k) => [k.kind, k.title.toLowerCase()])), [kinds]);
  const bytes = useMemo(() => new Map(memory?.layers.map((l) => [l.id, l.bytes])), [memory]);
  const found = useMemo(() => {
    const all = new Map<unknown, NonNullable<typeof problems>[number]>();
    for (const d of problems ?? []) if (d.path[0] === 'layers' && !all.has(d.path[1])) all.set(d.path[1], d);
    return all;
  }, [problems]);
  const total = (of: 'parameters' | 'multiplyAdds'): string => words.count(layers.reduce((n, l) => n + l[of], 0));

  const at = layers.findIndex((l) => l.id === selection);
  useEffect(() => {
    if (at >= 0) reveal(at);
  }, [at, reveal]);
  const key = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = layers[at + by];
    if (by === 0 || !next) return;
    event.preventDefault();
    store.select(next.id);
    // The row may come into the document only now.
    requestAnimationFrame(() =>
      table.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(next.id)}"] .row-name`)?.focus(),
    );
  };
  const tabStop = at >= first && at < last ? at : first;
  return (
    <table
      className="analyzer"
      data-testid="analyzer"
      ref={table}
      aria-label="Layers"
      aria-rowcount={layers.length + 2}
      onKeyDown={key}
    >
      <thead>
        <tr>
          <th scope="col">Layer</th>
          <th scope="col">Kind</th>
          <th scope="col">Output</th>
          <th scope="col" className="number">
            Parameters
          </th>
          <th scope="col" className="number">
            Multiply-adds
          </th>
          <th scope="col" className="number">
            Memory
          </th>
          <th scope="col">Notes</th>
        </tr>
      </thead>
      <tbody>
        {above > 0 && <tr className="room" style={{ height: above }} aria-hidden="true" />}
        {layers.slice(first, last).map((l, i) => {
          const problem = found.get(l.index);
          const size = bytes.get(l.id);
          return (
            <Row
              key={l.id}
              id={l.id}
              row={first + i}
              icon={iconOf(l.kind, l.id === model.output ? 'output' : undefined, imageOf(l) !== undefined)}
              kind={detail(titles.get(l.kind) ?? l.kind, l)}
              output={words.shape(l.shape)}
              parameters={words.count(l.parameters)}
              multiplyAdds={words.count(l.multiplyAdds)}
              memory={size === undefined ? '' : words.bytes(size)}
              severity={problem?.severity}
              note={problem?.message}
              selected={selection === l.id}
              tabStop={first + i === tabStop}
            />
          );
        })}
        {below > 0 && <tr className="room" style={{ height: below }} aria-hidden="true" />}
        <tr className="total" aria-rowindex={layers.length + 2}>
          <th scope="row">Total</th>
          <td />
          <td />
          <td className="number">{total('parameters')}</td>
          <td className="number">{total('multiplyAdds')}</td>
          <td className="number">{memory ? words.bytes(memory.total) : ''}</td>
          <td className="notes weak">
            {memory &&
              `to train in batches of ${words.count(memory.maxBatch)}: network ${words.bytes(memory.network)}, optimizer ${words.bytes(memory.optimizer)}, copies ${words.bytes(memory.copies)}`}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly id: string;
  readonly row: number;
  readonly icon: string;
  readonly kind: string;
  readonly output: string;
  readonly parameters: string;
  readonly multiplyAdds: string;
  readonly memory: string;
  readonly severity: 'error' | 'warning' | 'information' | undefined;
  readonly note: string | undefined;
  readonly selected: boolean;
  readonly tabStop: boolean;
}

/** Of plain values, so that a new snapshot draws anew only the rows that it changes. */
const Row = memo(function Row(props: RowProps) {
  const store = useStore();
  const { id, severity, note, selected } = props;
  const icon = severity === 'error' ? 'error' : severity === 'warning' ? 'warning' : 'info';
  return (
    <tr
      className={selected ? 'selected' : ''}
      data-row={id}
      aria-rowindex={props.row + 2}
      onClick={() => store.select(id)}
    >
      <th scope="row">
        <button
          type="button"
          className="row-name"
          aria-current={selected ? 'true' : undefined}
          tabIndex={props.tabStop ? 0 : -1}
          onClick={() => store.select(id)}
        >
          <Drawn name={props.icon} />
          {id}
        </button>
      </th>
      <td className="weak">{props.kind}</td>
      <td>{props.output}</td>
      <td className="number">{props.parameters}</td>
      <td className="number">{props.multiplyAdds}</td>
      <td className="number">{props.memory}</td>
      <td className="notes" title={note}>
        {severity && (
          <>
            <Icon name={icon} className={`${severity}-colour`} /> {note}
          </>
        )}
      </td>
    </tr>
  );
});

function detail(title: string, layer: ModelLayer): string {
  const rate = layer.params['rate'];
  if (typeof rate === 'number') return `${title} ${words.rate(rate)}`;
  const activation = metaOf(layer, 'layer', undefined).split(', ')[1];
  return activation ? `${title} · ${activation}` : title;
}
