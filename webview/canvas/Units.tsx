/** The units of one layer on one canvas, with what a test and a screen reader read of it. */
import { useEffect, useMemo, useRef } from 'react';
import type { MouseEvent } from 'react';
import { useStore as useFlow } from '@xyflow/react';
import { useApp, useData, useSight, useStore } from '../store/use';
import * as words from '../words';
import type { Body } from './geometry';
import { imageOf, unitsShown, type GraphNode } from './graph';
import { prepare, usePalette } from './theme';
import { responsePictures } from '../look/responsePictures';
import { drawCells, drawNeurons, drawPicture, unitAt } from './drawing';

type Shown = Extract<Body, { type: 'cells' | 'neurons' }>;

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
  const pointed = useApp((s) => (s.pointed?.layer === node.id ? s.pointed.unit : undefined));
  const responses = useApp((s) => (live && body.type === 'neurons' ? s.responses : undefined));
  const pictures = useMemo(() => responsePictures(responses, node.id, palette), [responses, node.id, palette]);
  const names = useData(live)?.inputNames;
  const zoom = useFlow((s) => Math.max(1, Math.ceil(s.transform[2] * 2) / 2));
  const shown = unitsShown(node, sight);
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
    else if (image) drawPicture(g, body, shown, palette, rangeOf(shown?.values));
    else drawCells(g, body, shown, palette, pointed);
  });

  const label =
    sight && shown
      ? words.spokenMask({
          id: node.id,
          sample: sight.sample,
          batchSize: sight.batchSize,
          step: words.ordinal(sight),
          units: shown.values.length,
          dropped: shown.mask ? shown.dropped : undefined,
          active: shown.active,
          silent: shown.silent,
        })
      : `${node.id}, ${node.meta}`;

  const move = (event: MouseEvent): void => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box || !shown) return;
    const scale = (width + 2) / box.width;
    const unit = unitAt(body, (event.clientX - box.left) * scale - 1, (event.clientY - box.top) * scale - 1);
    store.point(unit === undefined ? undefined : node.id, unit);
  };

  return (
    <div
      className={`units ${image ? 'picture' : ''}`}
      role="img"
      aria-label={label}
      data-layer={node.id}
      data-dropped={shown?.mask ? shown.dropped : undefined}
      data-active={shown?.active}
      data-silent={shown?.silent}
      data-step={sight && words.ordinal(sight)}
      title={pointed === undefined || !shown ? undefined : tooltip(node, shown, pointed, names)}
      onMouseMove={move}
      onMouseLeave={() => store.point(undefined)}
    >
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}

function tooltip(
  node: GraphNode,
  shown: NonNullable<ReturnType<typeof unitsShown>>,
  unit: number,
  names: readonly string[] | undefined,
): string {
  const name = node.role === 'input' ? (names?.[unit] ?? `Value ${unit + 1}`) : `Unit ${unit + 1}`;
  return `${name}: ${words.value(shown.values[unit])}`;
}

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
