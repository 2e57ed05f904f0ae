/** One chart with its title, tools, keys and numbers. */
import { useMemo, useState } from 'react';
import { useApp, useStore } from '../store/use';
import { IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import * as words from '../words';
import { EpochCursor } from './EpochCursor';
import { ExportMenu } from './export/ExportMenu';
import { Key, Numbers } from './Key';
import { LineChart } from './LineChart';
import type { SectionProps } from './section';

export function ChartSection(props: SectionProps) {
  const { title, rows, epochs, order, format, testId, steps } = props;
  const store = useStore();
  const at = useApp((s) => s.epochAt);
  const zoom = useApp((s) => s.zoom);
  const [table, setTable] = useState(false);
  const lines = useMemo(
    () => order.flatMap((n) => rows.filter((r) => r.line.name === n).map((r) => r.line)),
    [order, rows],
  );
  const spoken =
    epochs.length === 0 && steps
      ? `Training loss of step ${words.count(steps.x.length)}: ${format(steps.max[steps.max.length - 1])}; the first epoch is under way.`
      : rows
          .map((r) => words.spokenCurve({ name: r.spoken, values: r.values, epochs, better: r.better, format }))
          .join(' ');
  const spokenAt = (index: number): string =>
    `Epoch ${words.count(epochs[index])}: ${rows
      .filter((r) => Number.isFinite(r.values[index]))
      .map((r) => `${r.spoken.replace(/,$/, '')} ${format(r.values[index])}`)
      .join('; ')}.`;
  const key = (event: React.KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 't' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    setTable(!table);
  };
  const drawn = epochs.length > 0 || steps !== undefined;
  return (
    <section className="chart-section" aria-label={title} onKeyDown={key}>
      <div className="section-head">
        {props.heading ?? <h2>{title}</h2>}
        <span className="grow" />
        {zoom && (
          <IconButton
            label="Show the whole run"
            title="Show the whole run (0)"
            className="dense"
            testId={`${testId}-unzoom`}
            onPress={() => store.patch({ zoom: undefined })}
          >
            <Icon name="screen-full" />
          </IconButton>
        )}
        {props.tools}
        {epochs.length > 0 && <ExportMenu {...props} zoom={zoom} />}
        <IconButton
          label={table ? `${title}: show curves` : `${title}: show the numbers`}
          title={table ? 'Show curves (T)' : 'Show the numbers (T)'}
          className={`dense ${table ? 'on' : ''}`}
          testId={`${testId}-table`}
          onPress={() => setTable(!table)}
        >
          <Icon name="table" />
        </IconButton>
      </div>
      {!drawn ? (
        <NoEpoch height={props.height} />
      ) : table ? (
        <Numbers rows={rows} epochs={epochs} format={format} height={props.height} title={title} />
      ) : (
        <div className="chart-place">
          <LineChart
            epochs={epochs}
            lines={lines}
            range={props.range}
            marks={props.marks}
            log={props.log}
            height={props.height}
            label={spoken}
            testId={testId}
            format={props.axis}
            ticks={props.ticks}
            whole={props.whole}
            zoom={zoom}
            onZoom={(next) => store.patch({ zoom: next })}
            at={at}
            onHover={(epoch) => epoch !== store.get().epochAt && store.patch({ epochAt: epoch })}
            steps={steps}
            gain={props.gain}
          />
          {epochs.length > 0 && (
            <EpochCursor title={title} testId={testId} epochs={epochs} whole={props.whole} spoken={spokenAt} />
          )}
        </div>
      )}
      {epochs.length > 0 && <Key rows={rows} epochs={epochs} at={at} format={format} />}
    </section>
  );
}

function NoEpoch({ height }: { readonly height: number }) {
  const loss = useApp((s) => s.session.lastLoss);
  const state = useApp((s) => s.session.state);
  const text =
    state === 'training' || state === 'paused'
      ? `The first epoch is under way.${loss === undefined ? '' : ` Loss with dropout on: ${words.loss(loss)}.`}`
      : 'Curves appear here after the first epoch.';
  return (
    <p className="no-epoch" style={{ height }}>
      {text}
    </p>
  );
}
