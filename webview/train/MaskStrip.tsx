/**
 * The strip of masks: samples down, across what the layer drops in one piece. A grid to walk through by keys, and a
 * magnifier over what is pointed at. Each row has its name; of the cells, which may be thousands, the one that is pointed at
 * stands in the page.
 */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import type { ModelLayer } from '../../src/model/model';
import type { BatchMask, Sight } from '../../src/protocol/training';
import { prepare, usePalette } from '../canvas/theme';
import { chosenOf } from '../store/picture';
import { isLive } from '../store/state';
import { useApp, useStore } from '../store/use';
import { useLens } from '../store/useLens';
import { useSize } from '../ui/useSize';
import * as words from '../words';
import {
  droppedIn,
  droppedOfRow,
  droppedShort,
  droppedText,
  fateOf,
  FREQUENCY,
  nounOf,
  orderOf,
  pieceAt,
  pieceName,
  placeAt,
  type RunCounts,
  runWords,
  shareOf,
  stripSize,
  timesDropped,
  valueOf,
  valuesOfPieces,
} from './strip';
import { drawStrip, type StripPicture } from './stripDrawing';
import { StripLens } from './StripLens';

interface Shown {
  readonly sight: Sight;
  readonly mask: BatchMask;
  /** That drops. */
  readonly layer: ModelLayer;
}

/** Places that Page Up and Page Down go on. */
const PAGE = 10;

export function Strip({ sight, mask, layer }: Shown) {
  const store = useStore();
  const palette = usePalette();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [frame, room] = useSize();
  // Who walks over units by keys is told of each; who points at them sees it.
  const [walking, walk] = useState(false);
  // Row and piece of the cell that is pointed at here.
  const [cell, setCell] = useState<{ readonly row: number; readonly piece: number }>();
  const { id, shape } = layer;
  const { piece: kind, pieces, rows } = mask;
  const block = kind === 'block' ? Number(layer.params['blockSize'] ?? 1) : 1;
  const source = kind === 'connection' ? id : layer.inputs[0];
  const values = useValues(sight, mask, layer, source);
  const pointed = useApp((s) => (s.pointed?.layer === source ? s.pointed.unit : undefined));
  const chosen = useApp((s) => s.order);
  const run = useRunCounts(id);
  const times = useMemo(() => timesDropped(mask), [mask]);
  const dropped = useMemo(() => Array.from({ length: rows }, (_, r) => droppedOfRow(mask, r)), [mask, rows]);
  const current = sight.sample;
  const own = values.of(current);
  const order = useMemo(
    () => orderOf(chosen, pieces, run && run.samples > 0 ? run.counts : times, own),
    [chosen, pieces, run, times, own],
  );
  const size = useMemo(() => stripSize(pieces, rows, room.width, room.height), [pieces, rows, room]);
  // What is pointed at elsewhere is marked here too.
  const piece = cell?.piece ?? (pointed === undefined ? undefined : pieceAt(kind, pointed, shape, block));
  const at = piece === undefined || piece >= pieces ? undefined : piece;
  const place = at === undefined ? undefined : order.indexOf(at);
  const row =
    cell && cell.row < rows ? (walking ? Math.min(current, rows - 1) : cell.row) : Math.min(current, rows - 1);
  const pointedRow = cell && row;
  const picture = useMemo<StripPicture>(
    () => ({ mask, times, order, sample: current, values: values.of, max: values.max, run, place, row: pointedRow }),
    [mask, times, order, current, values, run, place, pointedRow],
  );

  // Thousands of cells: they are painted where they are others, not whenever something beside them is drawn.
  const ratio = window.devicePixelRatio || 1;
  useEffect(() => {
    if (!canvas.current || room.width === 0) return;
    const g = prepare(canvas.current, size.width, size.height, ratio);
    if (g) drawStrip(g, size, picture, palette);
  }, [room.width, size, picture, palette, ratio]);

  const top = FREQUENCY + current * size.row;
  useEffect(() => {
    const element = frame.current;
    if (!element || element.scrollHeight <= element.clientHeight) return;
    if (top < element.scrollTop || top + size.row > element.scrollTop + element.clientHeight)
      element.scrollTop = top - element.clientHeight / 2;
  }, [frame, top, size.row]);

  const point = (to: { readonly row: number; readonly piece: number } | undefined): void => {
    setCell(to);
    const unit = to && valueOf(kind, to.piece, shape, block);
    store.point(unit === undefined ? undefined : source, unit);
  };
  const leave = (): void => {
    walk(false);
    point(undefined);
  };
  const move = (event: MouseEvent): void => {
    const box = canvas.current!.getBoundingClientRect();
    const over = placeAt(size, pieces, event.clientX - box.left);
    const down = Math.floor((event.clientY - box.top - FREQUENCY) / size.row);
    walk(false);
    if (over === undefined || down < 0 || down >= rows) point(undefined);
    else point({ row: down, piece: order[over] });
  };
  const key = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey) return;
    const last = pieces - 1;
    const to = {
      ArrowLeft: Math.max(0, (place ?? 1) - 1),
      ArrowRight: Math.min(last, (place ?? -1) + 1),
      Home: 0,
      End: last,
    }[event.key];
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE }[event.key];
    const ends = event.ctrlKey ? { Home: 0, End: rows - 1 }[event.key] : undefined;
    if (event.key === 'Escape' && walking) point(undefined);
    else if (to === undefined && by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (to !== undefined) {
      walk(true);
      point({ row, piece: order[to] });
    }
    // The row that is walked on is the sample shown in the graph.
    if (ends !== undefined) store.chooseSample(ends);
    else if (by === 1 || by === -1) store.moveSample(by);
    else if (by !== undefined) store.chooseSample(Math.max(0, Math.min(rows - 1, current + by)));
  };

  const noun = nounOf(kind, shape);
  const name = (r: number): string => `mask-${id}-${r}`;
  const every = size.row >= 13;
  const roomy = size.left > 80;
  const overRun = run && run.samples > 0 ? shareOf(run, run.expected.mean) : undefined;
  const expected =
    kind === 'block' || kind === 'connection' || overRun !== undefined
      ? words.percent(overRun ?? mask.chance, kind === 'block' ? 2 : 0)
      : String(Math.round(mask.chance * rows * 10) / 10);
  const told = at === undefined ? undefined : cellWords(row, at);

  /** What became of one piece for one sample. */
  function cellWords(r: number, p: number): string {
    const given = values.of(r)?.[p];
    const gave =
      given === undefined
        ? ''
        : droppedIn(mask, r, p) && mask.each === 1
          ? `, ${words.value(given)} if kept`
          : `, ${words.value(given)}`;
    return `${pieceName(kind, p, shape, block)}: ${fateOf(mask, r, p)}${gave}`;
  }

  return (
    <div className="strip">
      <div className="strip-frame" ref={frame}>
        <div
          className="strip-inside"
          style={{ width: size.width, height: size.height }}
          onMouseMove={move}
          onMouseLeave={leave}
        >
          <canvas ref={canvas} aria-hidden="true" />
          <span className="strip-label" style={{ top: 2, width: size.left - 12 }}>
            {overRun !== undefined ? (roomy ? 'over the run' : 'run') : roomy ? 'times dropped' : 'dropped'}
          </span>
          <span className="strip-count" style={{ top: 2, left: size.width - size.right + 8 }}>
            {roomy ? `${expected} expected` : expected}
          </span>
          <div
            className="strip-rows"
            role="grid"
            tabIndex={0}
            aria-label={`Masks of ${id}: ${words.plural(rows, 'sample')} down, ${kind === 'block' ? `${words.count(pieces)} places where a block can begin` : words.plural(pieces, noun)} across`}
            aria-readonly="true"
            aria-rowcount={rows}
            aria-colcount={pieces + 1}
            aria-activedescendant={
              at !== undefined && walking ? `${name(row)}-cell` : name(Math.min(current, rows - 1))
            }
            data-testid="masks"
            data-gate={id}
            data-piece={kind}
            style={{ top: FREQUENCY, height: rows * size.row }}
            onKeyDown={key}
            onBlur={leave}
          >
            {dropped.map((n, r) => {
              const here = r === current;
              const said = every || here || r === 0 || (r + 1) % 5 === 0;
              // Said by the header's own label: what is seen beside it is drawn by the style sheet.
              const near = !every && !here && Math.abs(r - current) * size.row < 13;
              const seen = said && !near;
              return (
                <div
                  key={r}
                  role="row"
                  aria-rowindex={r + 1}
                  aria-selected={here}
                  className={`strip-row ${here ? 'current' : ''}`}
                  style={{ height: size.row, lineHeight: `${size.row}px` }}
                  data-sample={r + 1}
                  data-row-dropped={n}
                  onClick={() => store.chooseSample(r)}
                >
                  <span
                    id={name(r)}
                    role="rowheader"
                    aria-colindex={1}
                    aria-label={`Sample ${r + 1}: ${droppedText(mask, n, shape)} dropped`}
                    data-text={!seen ? '' : here ? `▸ ${r + 1}` : r === 0 && roomy ? 'sample 1' : r + 1}
                    style={{ width: size.left - 12 }}
                  >
                    <span className="spoken">{`Sample ${r + 1}`}</span>
                  </span>
                  {r === row && at !== undefined && (
                    <span
                      id={`${name(r)}-cell`}
                      role="gridcell"
                      className="strip-cell"
                      aria-colindex={place! + 2}
                      aria-label={told}
                      data-unit={at}
                      style={{ left: size.left + Math.floor(place! / size.per) * size.cell, width: size.cell }}
                    />
                  )}
                  {seen && (
                    <b
                      aria-hidden="true"
                      data-text={droppedShort(mask, n)}
                      style={{ left: size.width - size.right + 8 }}
                    />
                  )}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {cell && at !== undefined && (
        <StripLens
          picture={picture}
          row={row}
          place={place!}
          near={canvas}
          x={size.left + (Math.floor(place! / size.per) + 0.5) * size.cell}
          y={FREQUENCY + row * size.row}
          rowHeight={size.row}
          title={`Sample ${words.count(row + 1)}`}
          text={told!}
        />
      )}
      <p className="strip-note" role={walking ? 'status' : undefined} data-testid="strip-note">
        {at !== undefined ? (
          <>
            <b>{pieceName(kind, at, shape, block)}</b>, sample {words.count(row + 1)}: {fateOf(mask, row, at)}
            {kind === 'connection'
              ? `, of all samples ${words.percent(times[at] / (rows * mask.each), 1)}`
              : `; ${kind === 'block' ? 'begins' : 'dropped'} in ${words.count(times[at])} of ${words.count(rows)} samples of this batch`}
            {run && run.samples > 0 && `, ${runWords(run, at)}`}
          </>
        ) : run && run.samples > 0 ? (
          runWords(run)
        ) : rows < sight.batchSize ? (
          `The first ${words.plural(rows, 'sample')} of ${words.count(sight.batchSize)}: the connections of more would take too long to draw.`
        ) : (
          about(kind, noun, source)
        )}
      </p>
    </div>
  );
}

function about(kind: BatchMask['piece'], noun: string, source: string): string {
  if (kind === 'sample') return `One row a sample of the batch: ${source} is dropped for some, all of it at once.`;
  if (kind === 'block')
    return `One row a sample of the batch, one column a place of ${source} where a block can begin.`;
  if (kind === 'connection')
    return `One row a sample of the batch, one column a unit: red as high as its share of connections dropped.`;
  return `One row a sample of the batch, one column a ${noun} of ${source}: every sample has other ${noun}s dropped.`;
}

/** How often each piece was dropped over the run, counted on while somebody looks. */
export const useRunCounts = (layer: string): RunCounts | undefined =>
  useLens('dropCounts', { layer }, 1000, { unfinished: (a) => a.steps < a.made }).answer;

/** What the pieces gave: of the sample that is shown at once, of the others as soon as the worker comes to it. */
function useValues(sight: Sight, mask: BatchMask, layer: ModelLayer, source: string) {
  const live = useApp(isLive);
  // The batch of a picked sample was made for it: only what that gave is known.
  const chosen = useApp((s) => chosenOf(s) !== undefined);
  const ask = chosen ? undefined : { step: sight.step, layer: layer.id };
  const { answer } = useLens('batchValues', ask, Infinity, {
    first: live ? 'follow' : 'soon',
  });
  const { piece } = mask;
  const { shape } = layer;
  return useMemo(() => {
    const shown = sight.layers.find((l) => l.id === source)?.values;
    const of = (values: Float32Array | undefined) => values && valuesOfPieces(piece, values, shape);
    const own = of(shown);
    const all =
      answer &&
      Array.from({ length: answer.rows }, (_, r) => of(answer.values.subarray(r * answer.size, (r + 1) * answer.size)));
    const max = [own, ...(all ?? [])].reduce(
      (m, values) => values?.reduce((most, v) => Math.max(most, Math.abs(v)), m) ?? m,
      0,
    );
    return { of: (row: number) => (row === sight.sample ? own : all?.[row]), max: max || 1 };
  }, [sight, answer, piece, shape, source]);
}
