/** Where the samples come from: values below `data` in the file. */
import type { ReactNode } from 'react';
import type { Json } from '../../src/model/json';
import type { ParameterSpec } from '../../src/model/spec';
import { useApp, useStore } from '../store/use';
import { Button, Dropdown } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Prose } from '../ui/Prose';
import * as words from '../words';
import { Field } from './Field';
import { columnsOf, isDefault } from './form';
import { KindList } from './KindList';

export function DataForm({ disabled }: { readonly disabled: boolean }) {
  const store = useStore();
  const data = useApp((s) => s.snapshot?.model?.data);
  const summary = useApp((s) => s.snapshot?.data);
  const catalogue = useApp((s) => s.catalogue);
  const sources = catalogue?.sources ?? [];
  const source = sources.find((k) => k.kind === data?.kind);
  const set = (path: readonly string[], value: Json | undefined) =>
    store.edit({ type: 'setValue', path: ['data', ...path], value });
  const choose = (kind: string): void => {
    const example = sources.find((k) => k.kind === kind)?.example ?? {};
    void set([], { source: kind, ...example });
  };
  const parameters = Object.entries(source?.parameters ?? {});
  const isFirst = ([key, spec]: [string, ParameterSpec]): boolean =>
    FIRST.includes(key) || (spec.default === undefined && !spec.optional);
  const first = parameters.filter(isFirst);
  const rest = parameters.filter((one) => !isFirst(one));
  const columns = data && summary?.inputNames.length ? columnsOf(data.params, summary.inputNames) : undefined;
  const field = ([key, spec]: [string, ParameterSpec]): ReactNode =>
    spec.type === 'referenceList' && data ? (
      <KindList
        key={`${data.kind} ${key}`}
        name={key}
        title={spec.title}
        help={spec.help}
        value={data.params[key]}
        kinds={catalogue?.[spec.registry] ?? []}
        disabled={disabled}
        onCommit={(v) => set([key], v)}
      />
    ) : (
      <Field
        key={`${data?.kind} ${key}`}
        name={key}
        spec={spec}
        value={data?.params[key]}
        columns={columns}
        disabled={disabled}
        onCommit={(v) => set([key], v)}
        onCommitInside={(inner, v) => set([key, inner], v)}
      />
    );
  return (
    <div className="form">
      {summary && (
        <dl className="layer-facts">
          <dt>Data</dt>
          <dd className="ellipsis">{summary.title}</dd>
          <dt>Training samples</dt>
          <dd>{words.count(summary.train)}</dd>
          <dt>Validation</dt>
          <dd>{words.count(summary.validation)}</dd>
          <dt>Test</dt>
          <dd>{words.count(summary.test)}</dd>
          <dt>A sample</dt>
          <dd>{words.shape(summary.inputShape)}</dd>
          {summary.classes.length > 0 && (
            <>
              <dt>Classes</dt>
              <dd className="ellipsis" title={summary.classes.join(', ')}>
                {summary.classes.length > 6 ? words.count(summary.classes.length) : summary.classes.join(', ')}
              </dd>
            </>
          )}
        </dl>
      )}
      {data && (
        <Button testId="show-data" onPress={() => store.showPanel('data')}>
          <Icon name="table" /> Show the data
        </Button>
      )}
      {!data && <p className="hint">No data yet. Choose where the samples come from.</p>}
      <div className="field" data-field="source">
        <div className="field-label">
          <span>Source</span>
        </div>
        <Dropdown
          label="Source"
          value={data?.kind ?? ''}
          options={[
            ...(data ? [] : [{ value: '', label: 'None' }]),
            ...sources.map((k) => ({ value: k.kind, label: k.title })),
          ]}
          disabled={disabled}
          onChange={choose}
          testId="field-source"
        />
        {source && (
          <div className="field-help">
            <Prose text={source.help} />
          </div>
        )}
      </div>
      {data && first.map(field)}
      {data && rest.length > 0 && (
        <details className="more" open={rest.some(([key, spec]) => !isDefault(data.params[key], spec))}>
          <summary>{rest.map(([, spec]) => spec.title).join(', ')}</summary>
          <div className="form">{rest.map(field)}</div>
        </details>
      )}
    </div>
  );
}

/** What everybody sets, besides what must be given; the rest stands folded below until something of it is set. */
const FIRST = ['split', 'scale', 'divisor', 'samples', 'noise', 'augment', 'seed'];
