/** The heart: the network at work, its masks, its curves. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { LossSection, MetricSection } from '../charts/Curves';
import { panelIsOpen } from '../store/state';
import { useApp, useStore } from '../store/use';
import { IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Segmented } from '../ui/Segmented';
import { MaskChoice, Masks, useMasks } from './Masks';
import { RunCard } from './RunCard';
import { Transport } from './Transport';

type Chart = 'loss' | 'metric' | 'masks';

export function TrainView({ narrow, canvas }: { readonly narrow: boolean; readonly canvas: ReactNode }) {
  return narrow ? <Narrow canvas={canvas} /> : <Wide canvas={canvas} />;
}

function Wide({ canvas }: { readonly canvas: ReactNode }) {
  const store = useStore();
  const open = useApp(panelIsOpen);
  const masks = useMasks();
  return (
    <main className="body train">
      {canvas}
      <Transport narrow={false} />
      <section className={`panel masks ${open ? '' : 'closed'}`} aria-label="Masks">
        <div className="panel-head">
          <h2>Masks</h2>
          <span className="grow" />
          {open && <MaskChoice {...masks} />}
          <IconButton
            label={open ? 'Close the panel' : 'Open the panel'}
            title={open ? 'Close the panel (M)' : 'Open the panel (M)'}
            onPress={() => store.patch({ panelOpen: !open })}
          >
            <Icon name={open ? 'chevron-down' : 'chevron-up'} />
          </IconButton>
        </div>
        {open && <Masks {...masks} />}
      </section>
      <aside className="right" aria-label="Run">
        <RunCard />
        <LossSection height={246} />
        <MetricSection height={136} />
      </aside>
    </main>
  );
}

function Narrow({ canvas }: { readonly canvas: ReactNode }) {
  const masks = useMasks();
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
        { value: 'masks', label: 'Masks' },
      ]}
      onChange={setChart}
      testId="chart-choice"
    />
  );
  return (
    <main className="body train narrow">
      {canvas}
      <Transport narrow />
      <RunCard />
      {chart === 'loss' ? (
        <LossSection height={236} tools={tabs} />
      ) : chart === 'metric' ? (
        <MetricSection height={236} tools={tabs} />
      ) : (
        <section className="chart-section" aria-label="Masks">
          <div className="section-head">
            <h2>Masks</h2>
            <span className="grow" />
            <MaskChoice {...masks} />
            {tabs}
          </div>
          <Masks {...masks} />
        </section>
      )}
    </main>
  );
}
