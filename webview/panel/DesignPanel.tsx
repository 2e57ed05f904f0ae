/** Below the design: what the network costs, and what is wrong with it. */
import { useState } from 'react';
import type { Model } from '../../src/model/model';
import type { LocatedDiagnostic } from '../../src/protocol/designer';
import { panelIsOpen } from '../store/state';
import { useApp, useStore } from '../store/use';
import { IconButton } from '../ui/controls';
import { Drawn, Icon, iconOf } from '../ui/icons';
import { TabPanel, Tabs } from '../ui/Tabs';
import { imageOf, metaOf } from '../canvas/graph';
import * as words from '../words';

type Tab = 'analyzer' | 'problems';
const NONE: readonly LocatedDiagnostic[] = [];

export function DesignPanel() {
  const store = useStore();
  const open = useApp(panelIsOpen);
  const model = useApp((s) => s.snapshot?.model);
  const problems = useApp((s) => s.snapshot?.diagnostics) ?? NONE;
  const [tab, setTab] = useState<Tab>('analyzer');
  const errors = problems.filter((d) => d.severity === 'error').length;
  const warnings = problems.filter((d) => d.severity === 'warning').length;
  return (
    <section className={`panel ${open ? '' : 'closed'}`} aria-label="Panel">
      <Tabs<Tab>
        id="design-panel"
        label="Panel"
        value={tab}
        tabs={[
          { value: 'analyzer', label: 'Analyzer' },
          {
            value: 'problems',
            label: <>Problems {problems.length > 0 && <span className="badge">{problems.length}</span>}</>,
          },
        ]}
        onChange={(t) => {
          setTab(t);
          store.patch({ panelOpen: true });
        }}
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
          {tab === 'analyzer' ? (
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

function Analyzer({ model }: { readonly model: Model }) {
  const store = useStore();
  const selection = useApp((s) => s.selection);
  const catalogue = useApp((s) => s.catalogue);
  const problems = useApp((s) => s.snapshot?.diagnostics) ?? NONE;
  const memory = useApp((s) => s.snapshot?.memory);
  const memoryOf = (id: string): string => {
    const found = memory?.layers.find((l) => l.id === id);
    return found ? words.bytes(found.bytes) : '';
  };
  const titleOf = (kind: string): string =>
    (catalogue?.layers.find((k) => k.kind === kind)?.title ?? kind).toLowerCase();
  const total = (of: 'parameters' | 'multiplyAdds'): string => words.count(model.layers.reduce((n, l) => n + l[of], 0));
  return (
    <table className="analyzer" data-testid="analyzer">
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
        {model.layers.map((l) => {
          const role = l.id === model.output ? 'output' : undefined;
          const problem = problems.find((d) => d.path[0] === 'layers' && d.path[1] === l.index);
          return (
            <tr key={l.id} className={selection === l.id ? 'selected' : ''} onClick={() => store.select(l.id)}>
              <th scope="row">
                <button type="button" className="row-name" onClick={() => store.select(l.id)}>
                  <Drawn name={iconOf(l.kind, role, imageOf(l) !== undefined)} />
                  {l.id}
                </button>
              </th>
              <td className="weak">{detail(titleOf(l.kind), l)}</td>
              <td>{words.shape(l.shape)}</td>
              <td className="number">{words.count(l.parameters)}</td>
              <td className="number">{words.count(l.multiplyAdds)}</td>
              <td className="number">{memoryOf(l.id)}</td>
              <td className="notes">
                {problem && (
                  <>
                    <Icon
                      name={problem.severity === 'error' ? 'error' : 'warning'}
                      className={problem.severity === 'error' ? 'error-colour' : 'warning-colour'}
                    />{' '}
                    {problem.message}
                  </>
                )}
              </td>
            </tr>
          );
        })}
        <tr className="total">
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

function detail(title: string, layer: Model['layers'][number]): string {
  const rate = layer.params['rate'];
  if (typeof rate === 'number') return `${title} ${words.rate(rate)}`;
  const activation = metaOf(layer, 'layer', undefined).split(', ')[1];
  return activation ? `${title} · ${activation}` : title;
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
