/** The nodes of the graph: layers with their units, dropouts with their rate, the answers at the end. */
import { memo, useCallback, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Handle, Position } from '@xyflow/react';
import type { NodeProps } from '@xyflow/react';
import { reached } from '../store/picture';
import { isSelected } from '../store/state';
import { useApp, useBeat, useData, useSight, useStore } from '../store/use';
import { Cross, Drawn, iconOf } from '../ui/icons';
import { ownValue } from '../look/units';
import * as words from '../words';
import { Answers } from './Answers';
import { useCanvas } from './context';
import { Connections } from './Connections';
import { matrixHeight, unitsBodyOf } from './geometry';
import { connectionsOf, droppedBy, setTo } from './dropped';
import { expected, remained, remains } from './dropping';
import { noiseRange } from './noise';
import { branchOf, droppingOf, imageOf, targetText, unitsShown, type GraphNode } from './graph';
import { RateSlider } from './RateSlider';
import { SuspectMark, useSuspect } from './SuspectMark';
import { Units } from './Units';

export const LayerNode = memo(function LayerNode({ id }: NodeProps) {
  const { graph } = useCanvas();
  const node = graph.byId.get(id);
  if (!node) return null;
  if (node.role === 'gate') return <GateNode node={node} />;
  if (node.role === 'output') return <OutputNode node={node} />;
  return <UnitsNode node={node} />;
});

/** Whether a press adds to the selection. */
const adds = (event: { readonly ctrlKey: boolean; readonly metaKey: boolean; readonly shiftKey: boolean }): boolean =>
  event.ctrlKey || event.metaKey || event.shiftKey;

/** Frame, header and keys that all nodes share. */
function Frame(props: { readonly node: GraphNode; readonly className?: string; readonly children: ReactNode }) {
  const { node } = props;
  const canvas = useCanvas();
  const store = useStore();
  const selected = useApp((s) => isSelected(s, node.id));
  const { connectable } = canvas;
  const problem = useApp((s) =>
    s.snapshot?.diagnostics.find((d) => d.path[0] === 'layers' && d.path[1] === node.layer.index),
  );
  const suspect = useSuspect(node.id);
  const box = canvas.boxes.get(node.id)!;
  const image = imageOf(node.layer) !== undefined;
  // A press focuses before it clicks: what is added to a selection must not replace it first.
  const adding = useRef(false);

  const key = (event: KeyboardEvent<HTMLDivElement>): void => {
    const onNode = event.target === event.currentTarget;
    const arrow = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (event.altKey && arrow && canvas.editable) void store.edit({ type: 'moveLayer', layer: node.id, by: arrow });
    else if (event.key === 'Escape' && !onNode) event.currentTarget.focus();
    else if (!onNode) return;
    else if (arrow) canvas.walk(node.id, arrow, event.shiftKey);
    else if (event.key === 'Enter') {
      const slider = event.currentTarget.querySelector<HTMLElement>('[role=slider]');
      (slider ?? document.querySelector<HTMLElement>('.inspector [data-field] vscode-text-field'))?.focus();
    } else if (event.key === ' ' && event.ctrlKey) store.toggle(node.id);
    else if (event.key === ' ') store.select(node.id);
    else if (event.key === 'Escape') store.select(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      className={`node ${node.role} ${props.className ?? ''} ${selected ? 'selected' : ''} ${suspect === undefined ? '' : 'suspect'}`}
      style={{ width: box.width, height: box.height }}
      role="group"
      aria-roledescription="layer"
      aria-label={words.spokenNode({
        id: node.id,
        title: node.kind?.title ?? node.layer.kind,
        meta: node.role === 'gate' ? `rate ${words.rate(Number(node.layer.params['rate'] ?? 0))}` : node.meta,
        parameters: node.layer.parameters,
        index: node.layer.index,
        layers: canvas.graph.nodes.length,
      })}
      aria-current={selected ? 'true' : undefined}
      tabIndex={canvas.tabStop === node.id ? 0 : -1}
      data-node={node.id}
      data-kind={node.layer.kind}
      onKeyDown={key}
      onPointerDown={(event) => {
        adding.current = adds(event);
      }}
      onFocus={(event) => {
        if (event.target === event.currentTarget && !adding.current && !isSelected(store.get(), node.id))
          store.select(node.id);
      }}
      onClick={(event) => {
        adding.current = false;
        if (adds(event)) store.toggle(node.id);
        else store.select(node.id);
      }}
    >
      <Handle
        type="target"
        position={Position.Left}
        isConnectable={connectable && node.role !== 'input'}
        style={{ top: box.axis }}
        title={`Connect a layer to ${node.id}`}
      />
      <div className="node-head">
        <Drawn name={iconOf(node.layer.kind, node.role, image)} />
        <div className="node-title">
          <b title={node.id}>{node.id}</b>
          <span title={node.meta}>{canvas.density.compact ? node.short : node.meta}</span>
        </div>
        {suspect !== undefined && <SuspectMark text={suspect} />}
        {problem && (
          <span className={`mark ${problem.severity}`} title={problem.message}>
            <span
              className={`codicon codicon-${problem.severity === 'error' ? 'error' : 'warning'}`}
              aria-hidden="true"
            />
          </span>
        )}
      </div>
      {props.children}
      <Handle
        type="source"
        position={Position.Right}
        isConnectable={connectable}
        style={{ top: box.axis }}
        title={`Drag to the layer that is to read ${node.id}`}
      />
    </div>
  );
}

function UnitsNode({ node }: { readonly node: GraphNode }) {
  const { boxes, train } = useCanvas();
  const { body, width } = boxes.get(node.id)!;
  const struck = useStruck(node);
  if (body.type !== 'cells' && body.type !== 'neurons' && body.type !== 'maps') return null;
  const neurons = body.type === 'neurons';
  return (
    <Frame node={node} className={`${neurons ? 'neurons' : ''} ${struck ? 'struck' : ''}`}>
      <div className="node-body">
        <Units node={node} body={body} live={train} />
        {neurons && body.labels && <NeuronValues node={node} pitch={body.pitch} size={body.size} />}
      </div>
      {matrixHeight(node) > 0 && <Connections node={node} width={width - 24} live={train} />}
      {!neurons && (train ? <TrainFooter node={node} /> : <DesignFooter node={node} />)}
    </Frame>
  );
}

/** Whether the sample goes without this layer, for all that reads it is dropped. */
function useStruck(node: GraphNode): boolean {
  const { graph, train } = useCanvas();
  const sight = useSight(train);
  const gates = useMemo(
    () =>
      graph.nodes
        .filter((n) => n.layer.kind === 'stochasticDepth' && branchOf(graph, n.id).includes(node.id))
        .map((n) => n.id),
    [graph, node.id],
  );
  return gates.some((id) => (sight?.layers.find((l) => l.id === id)?.mask?.dropped ?? 0) > 0);
}

/** The value below each neuron, or the name of an input's value. */
function NeuronValues({
  node,
  pitch,
  size,
}: {
  readonly node: GraphNode;
  readonly pitch: number;
  readonly size: number;
}) {
  const { train } = useCanvas();
  const sight = useSight(train);
  const beat = useBeat(train);
  const data = useData(train);
  const shown = unitsShown(node, sight, undefined, beat);
  const input = node.role === 'input';
  const names = input ? data?.inputNames : undefined;
  const scales = input ? data?.inputScales : undefined;
  const told = (value: number, i: number): string => (scales ? ownValue(value, scales[i]) : words.value(value));
  return (
    <div className="neuron-values" aria-hidden="true">
      {Array.from({ length: node.units }, (_, i) => {
        const name = names?.[i];
        const value = shown && told(shown.values[i], i);
        const text = [name, value].filter(Boolean).join(' ');
        return (
          <span key={i} style={{ top: i * pitch + size + 3 }} title={text}>
            {name && value ? (
              <>
                <i>{name}</i> {value}
              </>
            ) : (
              text
            )}
          </span>
        );
      })}
    </div>
  );
}

function DesignFooter({ node }: { readonly node: GraphNode }) {
  const { compact } = useCanvas().density;
  if (node.role === 'input') {
    return (
      <div className="node-foot">
        <span>values</span>
        <b>{words.count(node.units)}</b>
      </div>
    );
  }
  return (
    <div className="node-foot">
      <span>{compact ? 'params' : 'parameters'}</span>
      <b>{words.count(node.layer.parameters)}</b>
    </div>
  );
}

function TrainFooter({ node }: { readonly node: GraphNode }) {
  const { density, graph } = useCanvas();
  const sight = useSight(true);
  const beat = useBeat(true);
  const data = useData(true);
  const shown = unitsShown(node, sight, undefined, beat);
  const connections = connectionsOf(node.id, sight);
  const range = sight && reached(beat, 'units') ? noiseRange(node.layer, sight) : undefined;
  if (node.role === 'input') {
    return (
      <div className="node-foot">
        <span>{data && data.classes.length > 0 ? 'label' : 'target'}</span>
        <b className="ellipsis">{sight ? targetText(sight, data) : '\u2013'}</b>
      </div>
    );
  }
  if (range) {
    return (
      <div className="node-foot" title="Smallest and largest number added; nothing is dropped">
        <span>
          {!density.compact && 'noise '}
          <b>
            {words.value(range[0])} to {words.value(range[1])}
          </b>
        </span>
      </div>
    );
  }
  const gate = node.maskBy === undefined ? undefined : graph.byId.get(node.maskBy);
  if (beat === 'scaling' && gate && shown?.mask)
    return (
      <div className="node-foot now">
        <b>{remains(droppingOf(gate), shown.mask.rate)}</b>
      </div>
    );
  return (
    <div className="node-foot">
      {!(connections && density.compact) && (
        <span>
          <b>{shown ? words.count(shown.active) : '\u2013'}</b> active
        </span>
      )}
      {connections ? (
        <span title="Connections that this sample goes without">
          <Cross /> <b>{words.percent(connections.dropped / (connections.features * connections.units))}</b>
        </span>
      ) : density.compact ? null : (
        <span>
          <b>{shown ? words.count(shown.silent) : '\u2013'}</b> silent
        </span>
      )}
    </div>
  );
}

/** A dropout that is narrower says how many without what they are: that is said above it. */
const ROOMY = 110;

function GateNode({ node }: { readonly node: GraphNode }) {
  const { graph, density, train, editable, boxes } = useCanvas();
  const [preview, setPreview] = useState<number>();
  const [typed, setTyped] = useState('');
  const look = useCallback((rate: number | undefined, digits = '') => {
    setPreview(rate);
    setTyped(digits);
  }, []);
  const sight = useSight(train);
  // The document's rate, where it still has this layer: that is what the slider changes.
  const documentRate = useApp((s) => s.snapshot?.model?.layers.find((l) => l.id === node.id)?.params['rate']);
  const rate = Number(documentRate ?? node.layer.params['rate'] ?? 0);
  const beat = useBeat(train);
  const mask = reached(beat, 'mask') ? sight?.layers.find((l) => l.id === node.id)?.mask : undefined;
  const shown = preview ?? rate;
  const dropping = droppingOf(node);
  const own = node.ownMask ? unitsBodyOf(node, Math.min(13, density.pitch)) : undefined;
  const happened = unitsShown(node, sight, graph, beat);
  const left = node.units * (1 - shown);
  const range = sight && reached(beat, 'mask') ? noiseRange(node.layer, sight) : undefined;
  const low = boxes.get(node.id)!.height < 100;
  return (
    <Frame node={node} className={low ? 'low' : boxes.get(node.id)!.height < 130 ? 'tight' : ''}>
      <div className="gate-body">
        {own && <Units node={node} body={own} live={train} />}
        <div className="gate-rate">
          <span>rate</span>
          <b className={typed ? 'typing' : ''}>{typed || words.rate(shown)}</b>
        </div>
        <RateSlider id={node.id} rate={rate} dropping={dropping} disabled={!editable} tabIndex={-1} onPreview={look} />
        <div className="gate-line" data-testid={`dropped-${node.id}`}>
          {preview !== undefined ? (
            typed ? (
              'Enter to apply'
            ) : (
              'release to apply'
            )
          ) : mask && happened ? (
            happened.way === 'branch' ? (
              <>
                {happened.dropped > 0 && <Cross />} <b>{droppedBy(mask)}</b>
                {!density.compact && ' dropped'}
              </>
            ) : (
              <>
                <Cross /> <Counted text={droppedBy(mask)} short={density.gate < ROOMY || low} />
              </>
            )
          ) : range ? (
            <>
              {!density.compact && '\u00d7 '}
              {words.value(range[0])} to {words.value(range[1])}
            </>
          ) : (
            expected(dropping, shown, density.compact || low)
          )}
        </div>
        {!density.compact && !low && (
          <div className={`gate-line ${beat === 'scaling' ? 'now' : ''}`}>
            {left < 1 && shown > 0 && node.layer.kind === 'dropout' ? (
              <span className="warning">leaves {words.value(left)} units</span>
            ) : (
              remained(
                dropping,
                mask && preview === undefined ? mask.rate : shown,
                sight && preview === undefined ? setTo(node, sight) : undefined,
              )
            )}
          </div>
        )}
      </div>
    </Frame>
  );
}

/** "3 of 16 channels", the number that changes in bold; without the noun where there is little room. */
function Counted({ text, short }: { readonly text: string; readonly short: boolean }) {
  const [number, of, all, noun] = text.split(' ');
  return (
    <span title={text}>
      <b>{number}</b> {[of, all, short ? undefined : noun].filter(Boolean).join(' ')}
    </span>
  );
}

function OutputNode({ node }: { readonly node: GraphNode }) {
  const { boxes, train } = useCanvas();
  const body = boxes.get(node.id)!.body;
  if (body.type !== 'answers') return null;
  return (
    <Frame node={node}>
      <Answers node={node} body={body} />
      {!train && <DesignFooter node={node} />}
    </Frame>
  );
}
