/** The masks of a batch, and which dropout's: one row a sample, each has others dropped. */
import { useEffect, useMemo } from 'react';
import { Explain } from '../explain/Explain';
import { useApp, useSight, useStore } from '../store/use';
import { Dropdown } from '../ui/controls';
import { Segmented } from '../ui/Segmented';
import { ConnectionsRun } from './ConnectionsRun';
import { Strip } from './MaskStrip';
import { ORDERS, type Order } from './strip';

/** Which layers drop, which of them is shown, and whose units it drops. */
function useMasks() {
  const store = useStore();
  const sight = useSight(true);
  const model = useApp((s) => s.session.model ?? s.snapshot?.model);
  const wanted = useApp((s) => s.gate);
  const gates = useMemo(() => (sight?.layers ?? []).filter((l) => l.mask ?? l.connections).map((l) => l.id), [sight]);
  const gate = wanted !== undefined && gates.includes(wanted) ? wanted : gates[0];
  return { sight, model, gates, gate, want: store.chooseGate };
}

export function MaskChoice() {
  const store = useStore();
  const { sight, gates, gate, want } = useMasks();
  const order = useApp((s) => s.order);
  const connections = sight?.layers.some((l) => l.id === gate && l.connections) === true;
  const overRun = useApp((s) => s.overRun);
  if (gate === undefined) return null;
  return (
    <>
      <Explain idea="rate" />
      {connections && (
        <Segmented<'batch' | 'run'>
          small
          label="Masks"
          value={overRun ? 'run' : 'batch'}
          options={[
            { value: 'batch', label: 'Batch', title: 'The masks of this batch, sample by sample' },
            { value: 'run', label: 'Run', title: 'How often each connection was dropped over the run' },
          ]}
          onChange={(which) => store.patch({ overRun: which === 'run' })}
          testId="mask-span"
        />
      )}
      {!(connections && overRun) && (
        <Dropdown
          label="Order of the columns"
          value={order}
          options={Object.entries(ORDERS).map(([value, label]) => ({ value, label }))}
          onChange={(value) => store.patch({ order: value as Order })}
          testId="mask-order"
        />
      )}
      {gates.length > 1 && (
        <Dropdown
          label="Dropout layer"
          value={gate}
          options={gates.map((g) => ({ value: g, label: g }))}
          onChange={want}
          testId="mask-layer"
        />
      )}
    </>
  );
}

export function Masks() {
  const { sight, model, gate } = useMasks();
  const kinds = useApp((s) => s.catalogue?.layers);
  const overRun = useApp((s) => s.overRun);
  useStripWanted();
  const family = model?.layers.filter((l) => kinds?.some((k) => k.group === 'Dropout' && k.kind === l.kind)) ?? [];
  const noisy = family.filter((l) => l.kind === 'gaussianDropout' || l.kind === 'gaussianNoise');
  if (model && kinds && family.length === 0)
    return <p className="hint">This network has no dropout layer: nothing is dropped. Add one in Design.</p>;
  if (family.length > 0 && noisy.length === family.length)
    return (
      <p className="hint">
        {noisy.map((l) => l.id).join(', ')} {noisy.length === 1 ? 'adds' : 'add'} noise and{' '}
        {noisy.length === 1 ? 'drops' : 'drop'} nothing: there are no masks. The graph shows the noise of each value.
      </p>
    );
  const layer = model?.layers.find((l) => l.id === gate);
  const mask = sight?.layers.find((l) => l.id === gate)?.batch;
  if (!sight || !layer || !mask)
    return (
      <p className="hint">The masks of a batch appear here while it trains: one row a sample, one column a unit.</p>
    );
  if (overRun && mask.piece === 'connection') return <ConnectionsRun layer={layer} />;
  return <Strip sight={sight} mask={mask} layer={layer} />;
}

/** The masks of whole batches are sent only while a strip is there to show them. */
function useStripWanted(): void {
  const store = useStore();
  useEffect(() => {
    store.patch({ strip: true });
    store.lookAgain();
    return () => store.patch({ strip: false });
  }, [store]);
}
