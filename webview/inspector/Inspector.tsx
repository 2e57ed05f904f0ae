/** The right side of Design: the selected layer, the data, the training. */
import { useApp, useStore } from '../store/use';
import type { InspectorTab } from '../store/state';
import { TabPanel, Tabs } from '../ui/Tabs';
import { DataForm } from './DataForm';
import { LayerForm } from './LayerForm';
import { TrainingForm } from './TrainingForm';

export function Inspector({ disabled }: { readonly disabled: boolean }) {
  const store = useStore();
  const tab = useApp((s) => s.tab);
  return (
    <aside className={`inspector ${disabled ? 'off' : ''}`} aria-label="Inspector">
      <Tabs<InspectorTab>
        id="inspector"
        label="Inspector"
        value={tab}
        tabs={[
          { value: 'layer', label: 'Layer' },
          { value: 'data', label: 'Data' },
          { value: 'training', label: 'Training' },
        ]}
        onChange={(t) => store.patch({ tab: t })}
      />
      <TabPanel id="inspector" value={tab} className="inspector-body">
        {tab === 'layer' ? (
          <LayerForm disabled={disabled} />
        ) : tab === 'data' ? (
          <DataForm disabled={disabled} />
        ) : (
          <TrainingForm disabled={disabled} />
        )}
      </TabPanel>
    </aside>
  );
}
