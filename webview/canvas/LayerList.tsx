/** Where there is no room for a graph: the layers as a list, each with its counts, dropouts with their slider. */
import { useMemo } from 'react';
import type { Model } from '../../src/model/model';
import { useApp, useBeat, useSight, useStore } from '../store/use';
import { Cross, Drawn, iconOf } from '../ui/icons';
import * as words from '../words';
import { droppedBy } from './dropped';
import { expected } from './dropping';
import { droppingOf, graphOf, imageOf, unitsShown, type Graph, type GraphNode } from './graph';
import { RateSlider } from './RateSlider';
import { SuspectMark, useSuspect } from './SuspectMark';

interface Props {
  readonly model: Model;
  readonly train: boolean;
  readonly editable: boolean;
}

export function LayerList({ model, train, editable }: Props) {
  const catalogue = useApp((s) => s.catalogue);
  const graph = useMemo(() => graphOf(model, catalogue), [model, catalogue]);
  return (
    <ol className="layer-list" aria-label="Network">
      {graph.nodes.map((node) => (
        <Row key={node.id} graph={graph} node={node} train={train} editable={editable} />
      ))}
    </ol>
  );
}

function Row({
  graph,
  node,
  train,
  editable,
}: {
  readonly graph: Graph;
  readonly node: GraphNode;
  readonly train: boolean;
  readonly editable: boolean;
}) {
  const store = useStore();
  const sight = useSight(train);
  const beat = useBeat(train);
  const selected = useApp((s) => s.selection === node.id);
  const suspect = useSuspect(node.id);
  const documentRate = useApp((s) => s.snapshot?.model?.layers.find((l) => l.id === node.id)?.params['rate']);
  const shown = unitsShown(node, sight, graph, beat);
  const mask = node.role === 'gate' ? shown?.mask : undefined;
  const rate = Number(documentRate ?? node.layer.params['rate'] ?? 0);
  return (
    <li className={`${selected ? 'selected' : ''} ${node.role}`} data-node={node.id}>
      <button type="button" className="layer-name" onClick={() => store.select(node.id)}>
        <Drawn name={iconOf(node.layer.kind, node.role, imageOf(node.layer) !== undefined)} />
        <b>{node.id}</b>
        <span>{node.meta}</span>
        {suspect !== undefined && <SuspectMark text={suspect} />}
      </button>
      <span className="layer-counts" data-layer={node.id} data-dropped={shown?.mask ? shown.dropped : undefined}>
        {node.role === 'gate' ? (
          mask ? (
            <>
              <Cross /> {droppedBy(shown!.mask!)}
            </>
          ) : (
            expected(droppingOf(node), rate, true)
          )
        ) : shown && node.role === 'layer' ? (
          `${words.count(shown.active)} active, ${words.count(shown.silent)} silent`
        ) : (
          ''
        )}
      </span>
      {node.role === 'gate' && (
        <div className="layer-rate">
          <b>{words.rate(rate)}</b>
          <RateSlider id={node.id} rate={rate} dropping={droppingOf(node)} disabled={!editable} />
        </div>
      )}
    </li>
  );
}
