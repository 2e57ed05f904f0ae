/** Below the design: what the network costs, and what is wrong with it. */
import type { LocatedDiagnostic } from '../../src/protocol/designer';
import { DataPanel } from '../dataView/DataPanel';
import { type DesignTab, panelIsOpen } from '../store/state';
import { useApp, useStore } from '../store/use';
import { IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import { TabPanel, Tabs } from '../ui/Tabs';
import * as words from '../words';
import { Analyzer } from './Analyzer';

const NONE: readonly LocatedDiagnostic[] = [];

export function DesignPanel() {
  const store = useStore();
  const open = useApp(panelIsOpen);
  const model = useApp((s) => s.snapshot?.model);
  const problems = useApp((s) => s.snapshot?.diagnostics) ?? NONE;
  const tab = useApp((s) => s.designPanel);
  const errors = problems.filter((d) => d.severity === 'error').length;
  const warnings = problems.filter((d) => d.severity === 'warning').length;
  return (
    <section className={`panel ${open ? '' : 'closed'} ${tab === 'data' ? 'roomy' : ''}`} aria-label="Panel">
      <Tabs<DesignTab>
        id="design-panel"
        label="Panel"
        value={tab}
        tabs={[
          { value: 'analyzer', label: 'Analyzer' },
          { value: 'data', label: 'Data' },
          {
            value: 'problems',
            label: <>Problems {problems.length > 0 && <span className="badge">{problems.length}</span>}</>,
          },
        ]}
        closed={!open}
        onChange={store.showPanel}
      >
        {errors + warnings > 0 && (
          <span className="count">
            <Icon name={errors ? 'error' : 'warning'} className={errors ? 'error-colour' : 'warning-colour'} />
            {words.plural(errors, 'error')}, {words.plural(warnings, 'warning')}
          </span>
        )}
        <IconButton
          label={open ? 'Close the panel' : 'Open the panel'}
          onPress={() => store.patch({ panelOpen: !open })}
        >
          <Icon name={open ? 'chevron-down' : 'chevron-up'} />
        </IconButton>
      </Tabs>
      {open && (
        <TabPanel id="design-panel" value={tab} className="panel-body">
          {tab === 'data' ? (
            <DataPanel />
          ) : tab === 'analyzer' ? (
            model ? (
              <Analyzer model={model} />
            ) : (
              <p className="hint">No network to analyze yet.</p>
            )
          ) : (
            <Problems problems={problems} />
          )}
        </TabPanel>
      )}
    </section>
  );
}

function Problems({ problems }: { readonly problems: readonly LocatedDiagnostic[] }) {
  const store = useStore();
  const model = useApp((s) => s.snapshot?.model);
  const editable = useApp((s) => s.snapshot?.editable ?? false);
  if (problems.length === 0) return <p className="hint">No problems. The text is valid and the shapes fit.</p>;
  const layerAt = (d: LocatedDiagnostic): string => {
    const index = d.path[0] === 'layers' ? d.path[1] : undefined;
    return model?.layers.find((l) => l.index === index)?.id ?? '';
  };
  return (
    <table data-testid="problems">
      <thead>
        <tr>
          <th scope="col">Message</th>
          <th scope="col">Layer</th>
          <th scope="col">Place</th>
          <th scope="col">Remedy</th>
          <th scope="col">Code</th>
        </tr>
      </thead>
      <tbody>
        {problems.map((d, i) => (
          <tr key={i} onClick={() => store.reveal({ offset: d.offset, length: d.length })}>
            <td className="message">
              <button type="button" className="row-name" title="Show in text">
                <Icon
                  name={d.severity === 'error' ? 'error' : d.severity === 'warning' ? 'warning' : 'info'}
                  className={`${d.severity}-colour`}
                />
                <span>{d.message}</span>
              </button>
            </td>
            <td>{layerAt(d)}</td>
            <td>
              line {d.line}, column {d.column}
            </td>
            <td className="fixes">
              {editable &&
                d.fixes?.map((fix) => (
                  <button
                    key={fix.title}
                    type="button"
                    className="fix"
                    onClick={(event) => {
                      event.stopPropagation();
                      void store.edit(fix.operation);
                    }}
                  >
                    {fix.title}
                  </button>
                ))}
            </td>
            <td className="weak">{d.code}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
