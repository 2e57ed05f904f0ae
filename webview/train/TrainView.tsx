/** The heart: the network at work, its masks, its curves. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { LossSection, MetricSection } from '../charts/Curves';
import { Responses } from '../look/Responses';
import { hasSurface } from '../look/Surface';
import { SurfaceColumn, useRoom } from '../look/SurfacePanel';
import { panelIsOpen } from '../store/state';
import { useApp, useStore } from '../store/use';
import { IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Segmented } from '../ui/Segmented';
import { TabPanel, Tabs } from '../ui/Tabs';
import { Changes } from './Changes';
import { trainPanels, type TrainPanel } from './panels';
import { RunCard } from './RunCard';
import { Transport } from './Transport';

/** A curve, or the id of a panel. */
type Chart = 'loss' | 'metric' | (string & {});

export function TrainView({ narrow, canvas }: { readonly narrow: boolean; readonly canvas: ReactNode }) {
  return narrow ? <Narrow canvas={canvas} /> : <Wide canvas={canvas} />;
}

function Wide({ canvas }: { readonly canvas: ReactNode }) {
  const beside = useApp(hasSurface);
  const surface = useRoom() && beside;
  return (
    <main className={`body train ${surface ? 'with-surface' : ''}`}>
      <Responses />
      {canvas}
      <Transport narrow={false} />
      <Panel />
      {surface && <SurfaceColumn />}
      <aside className="right" aria-label="Run">
        <RunCard />
        <Changes />
        <LossSection height={246} />
        <MetricSection height={136} />
      </aside>
    </main>
  );
}

function Panel() {
  const store = useStore();
  const open = useApp(panelIsOpen);
  const { panels, panel } = usePanels();
  const { Body, Tools } = panel;
  return (
    <section className={`panel ${panel.id} ${open ? '' : 'closed'}`} aria-label="Panel">
      <Tabs
        id="train-panel"
        label="Panel"
        value={panel.id}
        tabs={panels.map(({ id, label }) => ({ value: id, label }))}
        closed={!open}
        onChange={(id) => store.patch({ panel: id, panelOpen: true })}
      >
        {open && Tools && <Tools />}
        <IconButton
          label={open ? 'Close the panel' : 'Open the panel'}
          title={open ? 'Close the panel (M)' : 'Open the panel (M)'}
          onPress={() => store.patch({ panelOpen: !open })}
        >
          <Icon name={open ? 'chevron-down' : 'chevron-up'} />
        </IconButton>
      </Tabs>
      {open && (
        <TabPanel id="train-panel" value={panel.id} className="panel-body">
          <Body />
        </TabPanel>
      )}
    </section>
  );
}

/** The panels that this run has something for, and the one chosen. */
function usePanels(): { readonly panels: readonly TrainPanel[]; readonly panel: TrainPanel } {
  const room = useRoom();
  const there = useApp((s) =>
    trainPanels
      .filter((p) => !(p.beside && room))
      .filter((p) => p.applies?.(s) ?? true)
      .map((p) => p.id)
      .join(' '),
  );
  const chosen = useApp((s) => s.panel);
  const panels = trainPanels.filter((p) => there.split(' ').includes(p.id));
  return { panels, panel: panels.find((p) => p.id === chosen) ?? panels[0] };
}

function Narrow({ canvas }: { readonly canvas: ReactNode }) {
  const { panels } = usePanels();
  const [chart, setChart] = useState<Chart>('loss');
  const numbers = useApp((s) =>
    s.session.history.some((e) => e.trainDropoutOff.rmse !== undefined && e.trainDropoutOff.accuracy === undefined),
  );
  const tabs = (
    <Segmented<Chart>
      small
      label="Chart"
      value={chart}
      options={[
        { value: 'loss', label: 'Loss' },
        { value: 'metric', label: numbers ? 'Error' : 'Accuracy' },
        ...panels.map(({ id, label }) => ({ value: id, label })),
      ]}
      onChange={setChart}
      testId="chart-choice"
    />
  );
  const shown = panels.find((p) => p.id === chart);
  return (
    <main className="body train narrow">
      <Responses />
      {canvas}
      <Transport narrow />
      <RunCard />
      <Changes />
      <div className="chart-choice">{tabs}</div>
      {chart === 'loss' ? (
        <LossSection height={236} />
      ) : chart === 'metric' ? (
        <MetricSection height={236} />
      ) : (
        shown && (
          <section className={`chart-section ${shown.id}`} aria-label={shown.label}>
            <div className="section-head">
              <h2>{shown.label}</h2>
              <span className="grow" />
              {shown.Tools && <shown.Tools />}
            </div>
            <shown.Body />
          </section>
        )
      )}
    </main>
  );
}
