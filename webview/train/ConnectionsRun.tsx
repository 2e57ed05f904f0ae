/** Where connections are dropped: how often each was over the run, as a picture of the weights. Red: more often than others. */
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import type { ModelLayer } from '../../src/model/model';
import { prepare, usePalette, type Palette } from '../canvas/theme';
import { rgbOf } from '../look/colour';
import { useApp, useStore } from '../store/use';
import { type Size, useSize } from '../ui/useSize';
import * as words from '../words';
import { connectionAt, connectionWords, heatOf, scaleOf } from './connectionShares';
import { useRunCounts } from './MaskStrip';
import type { RunCounts } from './strip';

type Shares = NonNullable<RunCounts['connections']>;
interface Place {
  readonly row: number;
  readonly column: number;
}

export function ConnectionsRun({ layer }: { readonly layer: ModelLayer }) {
  const run = useRunCounts(layer.id);
  const shares = run?.connections;
  if (!run || !shares || run.samples === 0) return <p className="hint">The masks of the run are being counted.</p>;
  return <Heat run={run} shares={shares} layer={layer} />;
}

function Heat({
  run,
  shares,
  layer,
}: {
  readonly run: RunCounts;
  readonly shares: Shares;
  readonly layer: ModelLayer;
}) {
  const store = useStore();
  const palette = usePalette();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [place, room] = useSize();
  const [at, point] = useState<Place>();
  const [walking, walk] = useState(false);
  const pointed = useApp((s) => (s.pointed?.layer === layer.id ? s.pointed.unit : undefined));
  const scale = scaleOf(run, shares);
  const { rows, columns } = shares;
  const from = layer.inputs[0];
  const marked = at ?? (pointed === undefined ? undefined : { column: Math.floor((pointed * columns) / run.pieces) });

  useEffect(() => {
    if (!canvas.current || room.width === 0) return;
    const g = prepare(canvas.current, room.width, room.height, window.devicePixelRatio || 1);
    if (g) draw(g, room, shares, scale, palette, marked);
  });

  const go = (to: Place | undefined): void => {
    point(to);
    store.point(to && layer.id, to && connectionAt(run, shares, to.row, to.column).unit);
  };
  const move = (event: MouseEvent): void => {
    const box = canvas.current!.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    walk(false);
    go(column >= 0 && column < columns && row >= 0 && row < rows ? { row, column } : undefined);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { row, column } = at ?? { row: 0, column: 0 };
    const to = {
      ArrowLeft: { row, column: column - 1 },
      ArrowRight: { row, column: column + 1 },
      ArrowUp: { row: row - 1, column },
      ArrowDown: { row: row + 1, column },
      Home: { row, column: 0 },
      End: { row, column: columns - 1 },
    }[event.key];
    if (event.key === 'Escape' && at) go(undefined);
    else if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    if (!to) return;
    walk(true);
    const within = (n: number, count: number): number => Math.max(0, Math.min(count - 1, n));
    go(at ? { row: within(to.row, rows), column: within(to.column, columns) } : { row: 0, column: 0 });
  };
  const leave = (): void => {
    walk(false);
    go(undefined);
  };

  return (
    <div className="strip connections-run">
      <div className="heat">
        <span className="heat-axis" aria-hidden="true">
          <span>value 1</span>
          <span>{words.count(run.each)}</span>
        </span>
        <div
          ref={place}
          className="heat-picture"
          role="application"
          aria-roledescription="picture"
          aria-label={`Connections of ${layer.id}, ${words.plural(run.each, 'value')} of ${from} down, ${words.plural(run.pieces, 'unit')} across. ${connectionWords(run, shares, from)}`}
          tabIndex={0}
          data-testid="connections-run"
          data-samples={run.samples}
          onMouseMove={move}
          onMouseLeave={leave}
          onBlur={leave}
          onKeyDown={key}
        >
          <canvas ref={canvas} aria-hidden="true" />
        </div>
        <span className="heat-scale" aria-hidden="true">
          <span>{words.percent(scale[2], 1)}</span>
          <i />
          <span>{words.percent(scale[0], 1)}</span>
        </span>
      </div>
      <p className="strip-note" role={walking ? 'status' : undefined} data-testid="strip-note">
        {connectionWords(run, shares, from, at)}
      </p>
    </div>
  );
}

function draw(
  g: CanvasRenderingContext2D,
  { width, height }: Size,
  { rows, columns, shares }: Shares,
  scale: ReturnType<typeof scaleOf>,
  p: Palette,
  marked: { readonly row?: number; readonly column: number } | undefined,
): void {
  const small = document.createElement('canvas');
  small.width = columns;
  small.height = rows;
  const pen = small.getContext('2d');
  if (!pen) return;
  const image = pen.createImageData(columns, rows);
  const [red, green, blue] = rgbOf(p.drop);
  for (let i = 0; i < rows * columns; i++)
    image.data.set([red, green, blue, Math.round(255 * heatOf(shares[i], scale))], i * 4);
  pen.putImageData(image, 0, 0);
  g.imageSmoothingEnabled = columns > width || rows > height;
  g.drawImage(small, 0, 0, width, height);
  if (!marked) return;
  const [w, h] = [width / columns, height / rows];
  g.strokeStyle = p.fg;
  g.lineWidth = 1;
  g.strokeRect(marked.column * w - 0.5, 0.5, w + 1, height - 1);
  if (marked.row !== undefined) g.strokeRect(0.5, marked.row * h - 0.5, width - 1, h + 1);
}
