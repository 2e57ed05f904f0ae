/** Which layers a layer reads: what is drawn as lines, without a mouse. */
import { mayConnect } from '../canvas/gestures';
import type { Graph, GraphNode } from '../canvas/graph';
import { useStore } from '../store/use';
import { Dropdown, IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';

export function ReadsField({
  node,
  graph,
  disabled,
}: {
  readonly node: GraphNode;
  readonly graph: Graph;
  readonly disabled: boolean;
}) {
  const store = useStore();
  const { id, layer, kind } = node;
  const { min, max } = kind?.inputs ?? { min: 1, max: 1 };
  const candidates = graph.nodes.filter((n) => mayConnect(graph, n.id, id)).map((n) => n.id);
  const connect = (from: string): void => void store.edit({ type: 'connect', from, to: id });
  if (max === 1) {
    const [now] = layer.inputs;
    const inOrder = graph.nodes.map((n) => n.id).filter((other) => other === now || candidates.includes(other));
    return (
      <div className="field" data-field="inputs">
        <div className="field-label">
          <span>Reads</span>
        </div>
        <Dropdown
          label="Reads"
          value={now}
          options={inOrder.map((value) => ({ value, label: value }))}
          disabled={disabled}
          onChange={connect}
          testId="field-inputs"
        />
      </div>
    );
  }
  return (
    <div className="field" data-field="inputs">
      <div className="field-label">
        <span>Reads</span>
        <span className="range">{max === Infinity ? `${min} or more` : `${min} to ${max}`}</span>
      </div>
      <ul className="reads" aria-label="Reads">
        {layer.inputs.map((from) => (
          <li key={from}>
            <span className="ellipsis">{from}</span>
            <IconButton
              label={`Disconnect ${from}`}
              className="dense"
              disabled={disabled || layer.inputs.length <= min}
              onPress={() => void store.edit({ type: 'disconnect', from, to: id })}
            >
              <Icon name="close" />
            </IconButton>
          </li>
        ))}
      </ul>
      {candidates.length > 0 && layer.inputs.length < max && (
        <Dropdown
          label="Connect another layer"
          value=""
          options={[{ value: '', label: 'Connect another layer…' }, ...candidates.map((c) => ({ value: c, label: c }))]}
          disabled={disabled}
          onChange={(from) => from !== '' && connect(from)}
          testId="field-connect"
        />
      )}
    </div>
  );
}
