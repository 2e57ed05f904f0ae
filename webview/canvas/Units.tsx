/** The units of one layer on one canvas, with what a test and a screen reader read of it. */
import { useEffect, useMemo, useRef } from 'react';
import type { MouseEvent } from 'react';
import { useStore as useFlow } from '@xyflow/react';
import type { DataSummary } from '../../src/protocol/training';
import { useApp, useBeat, useData, useSight, useStore } from '../store/use';
import { chosenOf } from '../store/picture';
import * as words from '../words';
import type { Body } from './geometry';
import { imageOf, unitsShown, type GraphNode } from './graph';
import { prepare, usePalette } from './theme';
import { responsePictures } from '../look/responsePictures';
import { valueAndRead } from '../look/units';
import { drawCells, drawNeurons, drawPicture, unitAt } from './drawing';
import { drawMaps, unitAtMap } from './maps';
import { channelsOf } from './masks';
import { placeOf, spokenDrops, unitText } from './dropped';
import { useCanvas } from './context';

type Shown = Extract<Body, { type: 'cells' | 'neurons' | 'maps' }>;

export function Units({
  node,
  body,
  live,
}: {
  readonly node: GraphNode;
  readonly body: Shown;
  readonly live: boolean;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const store = useStore();
  const palette = usePalette();
  const sight = useSight(live);
  const chosen = useApp((s) => live && chosenOf(s) !== undefined);
  const beat = useBeat(live);
  const pointed = useApp((s) => (s.pointed?.layer === node.id ? s.pointed.unit : undefined));
  const responses = useApp((s) => (live && body.type === 'neurons' ? s.responses : undefined));
  const pictures = useMemo(() => responsePictures(responses, node.id, palette), [responses, node.id, palette]);
  const data = useData(live);
  const zoom = useFlow((s) => Math.max(1, Math.ceil(s.transform[2] * 2) / 2));
  const { graph } = useCanvas();
  const shown = unitsShown(node, sight, graph, beat);
  const image = node.role === 'input' ? imageOf(node.layer) : undefined;
  const width = body.type === 'neurons' ? body.size + 6 : body.width;
  const height = body.type === 'neurons' ? (body.count - 1) * body.pitch + body.size + 6 : body.height;

  useEffect(() => {
    if (!canvas.current) return;
    const ratio = (window.devicePixelRatio || 1) * zoom;
    const g = prepare(canvas.current, width + 2, height + 2, ratio);
    if (!g) return;
    g.translate(1, 1);
    if (body.type === 'neurons') drawNeurons(g, body, shown, palette, pointed, pictures);
    else if (body.type === 'maps') drawMaps(g, body, shown, palette, pointed);
    else if (image) drawPicture(g, body, shown, palette, rangeOf(shown?.values));
    else drawCells(g, body, shown, palette, pointed);
  });

  const label =
    sight && shown
      ? words.spokenMask({
          id: node.id,
          sample: sight.sample,
          row: chosen ? sight.row : undefined,
          batchSize: sight.batchSize,
          step: words.ordinal(sight),
          units: shown.values.length,
          dropped: shown.mask ? shown.dropped : undefined,
          drops: spokenDrops(node, graph, shown, sight),
          active: shown.active,
          silent: shown.silent,
        })
      : `${node.id}, ${node.meta}`;

  const move = (event: MouseEvent): void => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box || !shown) return;
    const scale = (width + 2) / box.width;
    const [x, y] = [(event.clientX - box.left) * scale - 1, (event.clientY - box.top) * scale - 1];
    const unit = body.type === 'maps' ? unitAtMap(body, x, y) : unitAt(body, x, y);
    store.point(unit === undefined ? undefined : node.id, unit);
  };

  return (
    <div
      className={`units ${image ? 'picture' : ''}`}
      role="img"
      aria-label={label}
      data-layer={node.id}
      data-dropped={shown?.mask ? shown.dropped : undefined}
      data-channels={body.type === 'maps' ? body.channels : undefined}
      data-channels-dropped={body.type === 'maps' && shown?.mask ? channelsOf(shown, body.channels).dropped : undefined}
      data-active={shown?.active}
      data-silent={shown?.silent}
      data-step={sight && words.ordinal(sight)}
      title={
        pointed === undefined || !shown || !sight
          ? undefined
          : unitText(node, graph, shown, sight, pointed, told(node, pointed, shown.values[pointed], data))
      }
      onMouseMove={move}
      onMouseLeave={() => store.point(undefined)}
    >
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}

/** Inputs have names and the data's units; all else stands somewhere in its layer. */
const told = (node: GraphNode, unit: number, value: number, data: DataSummary | undefined) =>
  node.role === 'input' && node.layer.shape.length === 1
    ? { place: data?.inputNames[unit] ?? `Value ${unit + 1}`, value: valueAndRead(value, data?.inputScales?.[unit]) }
    : { place: placeOf(node, unit), value: words.value(value) };

/** Black and white of a picture: its own extremes, but never an empty range. */
function rangeOf(values: Float32Array | undefined): readonly [number, number] {
  if (!values) return [0, 1];
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  return high > low ? [Math.min(0, low), high] : [0, Math.max(1, high)];
}
