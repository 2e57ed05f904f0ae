import { useCallback, useMemo, useState } from 'react';
import { selected } from '../store/state';
import { useApp, useStore } from '../store/use';
import type { Json } from '../../src/model/json';
import type { Model } from '../../src/model/model';
import { explained } from '../canvas/dropping';
import { droppingOf, graphOf, imageOf, type Graph, type GraphNode } from '../canvas/graph';
import { RateSlider } from '../canvas/RateSlider';
import { Button, IconButton, TextField } from '../ui/controls';
import { Drawn, Icon, iconOf } from '../ui/icons';
import { Prose } from '../ui/Prose';
import * as words from '../words';
import { Explain } from '../explain/Explain';
import { Field } from './Field';
import { readField, readId, showValue } from './form';
import { ReadsField } from './ReadsField';

export function LayerForm({ disabled }: { readonly disabled: boolean }) {
  const model = useApp((s) => s.snapshot?.model);
  const catalogue = useApp((s) => s.catalogue);
  const selection = useApp((s) => s.selection);
  const others = useApp((s) => s.others);
  const graph = useMemo(() => (model ? graphOf(model, catalogue) : undefined), [model, catalogue]);
  const node = selection === undefined ? undefined : graph?.byId.get(selection);
  if (!model) return <p className="hint">No network to show yet.</p>;
  if (!node) return <NothingSelected model={model} />;
  if (others.length > 0) return <Several count={others.length + 1} disabled={disabled} />;
  return <Form key={node.id} node={node} graph={graph} model={model} disabled={disabled} />;
}

function NothingSelected({ model }: { readonly model: Model }) {
  const parameters = model.layers.reduce((n, l) => n + l.parameters, 0);
  return (
    <div className="form">
      <h2 className="form-name">{model.name || 'This network'}</h2>
      <p className="hint">
        {words.plural(model.layers.length, 'layer')}, {words.plural(parameters, 'parameter')}. Select a layer to change
        it.
      </p>
    </div>
  );
}

/** What can be done to several layers at once. */
function Several({ count, disabled }: { readonly count: number; readonly disabled: boolean }) {
  const store = useStore();
  const layers = () => selected(store.get());
  return (
    <div className="form">
      <h2 className="form-name">{words.plural(count, 'layer')} selected</h2>
      <p className="hint">Copy them with Ctrl+C or ⌘C and paste them here, into another network or into a text.</p>
      <div className="form-actions">
        <Button
          disabled={disabled}
          title="Put copies behind the last of them (Ctrl+D)"
          testId="duplicate"
          onPress={() => void store.editAndSelect({ type: 'duplicateLayers', layers: layers() })}
        >
          <Icon name="files" /> Duplicate
        </Button>
        <span className="grow" />
        <Button
          disabled={disabled}
          title="Remove these layers (Delete)"
          testId="remove"
          onPress={() => void store.edit({ type: 'removeLayers', layers: layers() })}
        >
          <Icon name="trash" /> Remove
        </Button>
      </div>
    </div>
  );
}

function Form({
  node,
  graph,
  model,
  disabled,
}: {
  readonly node: GraphNode;
  readonly graph: Graph | undefined;
  readonly model: Model;
  readonly disabled: boolean;
}) {
  const store = useStore();
  const { layer, kind, id } = node;
  const set = (key: string, value: Json | undefined) => store.edit({ type: 'setParameter', layer: id, key, value });
  const source = node.drops;
  const subtitle = source !== undefined ? `of ${source}, ${words.plural(node.units, 'unit')}` : node.meta;
  return (
    <div className="form">
      <div className="form-head">
        <span className={node.role === 'gate' ? 'drop-colour' : ''}>
          <Drawn name={iconOf(layer.kind, node.role, imageOf(layer) !== undefined)} />
        </span>
        <b>{kind?.title ?? layer.kind}</b>
        <span className="subtitle ellipsis" title={subtitle}>
          {subtitle}
        </span>
        <IconButton label="Show in text" onPress={() => store.reveal({ layer: id })}>
          <Icon name="go-to-file" />
        </IconButton>
      </div>
      {kind && (
        <p className="kind-help">
          <Prose text={kind.help} />
        </p>
      )}
      {node.role === 'input' && model.data && (
        <Button testId="show-data" onPress={() => store.showPanel('data')}>
          <Icon name="table" /> Show the data
        </Button>
      )}
      {Object.entries(kind?.parameters ?? {}).map(([name, spec]) =>
        kind?.drops && name === 'rate' && (spec.type === 'number' || spec.type === 'integer') ? (
          <RateField key={name} node={node} disabled={disabled} />
        ) : (
          <Field
            key={name}
            name={name}
            spec={spec}
            value={layer.params[name]}
            disabled={disabled}
            onCommit={(value) => set(name, value)}
          />
        ),
      )}
      <IdField key={id} id={id} others={model.layers.map((l) => l.id).filter((o) => o !== id)} disabled={disabled} />
      {node.role !== 'input' && graph && <ReadsField node={node} graph={graph} disabled={disabled} />}
      {kind?.drops && (
        <p className="ideas">
          <Explain idea="rate" words="What the rate is" />
          <Explain idea="scaling" words="Why survivors are scaled" />
          <Explain idea="monteCarlo" words="Monte Carlo dropout" />
        </p>
      )}
      <dl className="layer-facts">
        <dt>Output</dt>
        <dd>{words.shape(layer.shape)}</dd>
        <dt>Parameters</dt>
        <dd>{words.count(layer.parameters)}</dd>
        <dt>Multiply-adds</dt>
        <dd>{words.count(layer.multiplyAdds)}</dd>
      </dl>
      <div className="form-actions">
        <Button
          disabled={disabled}
          title="Move one place to the left (Alt+←)"
          label="Move left"
          onPress={() => void store.edit({ type: 'moveLayer', layer: id, by: -1 })}
        >
          <Icon name="arrow-left" />
        </Button>
        <Button
          disabled={disabled}
          title="Move one place to the right (Alt+→)"
          label="Move right"
          onPress={() => void store.edit({ type: 'moveLayer', layer: id, by: 1 })}
        >
          <Icon name="arrow-right" />
        </Button>
        <Button
          disabled={disabled}
          title="Put a copy behind this layer (Ctrl+D)"
          label="Duplicate"
          testId="duplicate"
          onPress={() => void store.editAndSelect({ type: 'duplicateLayers', layers: [id] })}
        >
          <Icon name="files" />
        </Button>
        <span className="grow" />
        <Button
          disabled={disabled}
          title="Remove this layer (Delete)"
          testId="remove"
          onPress={() => void store.edit({ type: 'removeLayer', layer: id })}
        >
          <Icon name="trash" /> Remove
        </Button>
      </div>
    </div>
  );
}

function RateField({ node, disabled }: { readonly node: GraphNode; readonly disabled: boolean }) {
  const store = useStore();
  const spec = node.kind!.parameters['rate'];
  const rate = Number(node.layer.params['rate'] ?? 0);
  const dropping = droppingOf(node);
  const [preview, setPreview] = useState<number>();
  const [error, setError] = useState<string>();
  const look = useCallback((r: number | undefined) => setPreview(r), []);
  const commit = (text: string): void => {
    const read = readField(text, spec);
    if (read === 'unset' || 'error' in read) {
      setError(read === 'unset' ? undefined : read.error);
      return;
    }
    setError(undefined);
    void store.edit({ type: 'setParameter', layer: node.id, key: 'rate', value: read.value });
  };
  return (
    <div className="field" data-field="rate">
      <div className="field-label">
        <span>{spec.title}</span>
      </div>
      <div className="rate-field">
        <RateSlider id={node.id} rate={rate} dropping={dropping} disabled={disabled} onPreview={look} />
        <TextField
          label={spec.title}
          className="number"
          value={showValue(preview ?? rate, spec)}
          invalid={error !== undefined}
          disabled={disabled}
          onCommit={commit}
          onRevert={() => setError(undefined)}
          testId="field-rate"
        />
      </div>
      {error && (
        <div className="field-error" role="alert">
          {error}
        </div>
      )}
      <div className="field-help">{explained(dropping, preview ?? rate) ?? <Prose text={spec.help} />}</div>
    </div>
  );
}

function IdField({
  id,
  others,
  disabled,
}: {
  readonly id: string;
  readonly others: readonly string[];
  readonly disabled: boolean;
}) {
  const store = useStore();
  const [error, setError] = useState<string>();
  const commit = (text: string): void => {
    const read = readId(text, others);
    if ('error' in read) return setError(read.error);
    setError(undefined);
    const next = text.trim();
    void store.edit({ type: 'renameLayer', layer: id, id: next }).then((made) => made && store.select(next));
  };
  return (
    <div className="field" data-field="id">
      <div className="field-label">
        <span>Id</span>
      </div>
      <TextField
        label="Id"
        className="mono"
        value={id}
        invalid={error !== undefined}
        disabled={disabled}
        onCommit={commit}
        onRevert={() => setError(undefined)}
        testId="field-id"
      />
      {error && (
        <div className="field-error" role="alert">
          {error}
        </div>
      )}
    </div>
  );
}
