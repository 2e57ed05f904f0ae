/** The masks of a batch, one row a sample: each has other units dropped. Rows are a list, to walk and to choose from. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import type { Sight } from '../../src/protocol/training';
import { isDropped } from '../../src/protocol/training';
import { useApp, useSight, useStore } from '../store/use';
import { useLens } from '../store/useLens';
import { prepare, usePalette } from '../canvas/theme';
import { Dropdown } from '../ui/controls';
import * as words from '../words';
import {
  type BatchMask,
  countDropped,
  drawStrip,
  GUTTER,
  hasBatch,
  runWords,
  rowBits,
  rowsOf,
  stripSize,
  timesDropped,
} from './strip';

/** Which dropouts there are, which of them is shown, and whose units it drops. */
function useMasks() {
  const store = useStore();
  const sight = useSight(true);
  const model = useApp((s) => s.session.model ?? s.snapshot?.model);
  const wanted = useApp((s) => s.gate);
  const gates = useMemo(() => (sight?.layers ?? []).filter((l) => l.mask).map((l) => l.id), [sight]);
  const gate = wanted !== undefined && gates.includes(wanted) ? wanted : gates[0];
  const source = model?.layers.find((l) => l.id === gate)?.inputs[0];
  return { sight, gates, gate, source, want: store.chooseGate };
}

export function MaskChoice() {
  const { gates, gate, want } = useMasks();
  if (gate === undefined || gates.length < 2) return null;
  return (
    <Dropdown
      label="Dropout layer"
      value={gate}
      options={gates.map((g) => ({ value: g, label: g }))}
      onChange={want}
      testId="mask-layer"
    />
  );
}

export function Masks() {
  const { sight, gate, source } = useMasks();
  const kinds = useApp((s) => s.catalogue?.layers);
  const model = useApp((s) => s.session.model ?? s.snapshot?.model);
  useStripWanted();
  const none = model && kinds && !model.layers.some((l) => kinds.some((k) => k.drops && k.kind === l.kind));
  if (none) return <p className="hint">This network has no dropout layer: nothing is dropped. Add one in Design.</p>;
  const mask = sight?.layers.find((l) => l.id === gate)?.mask;
  if (!sight || gate === undefined || !hasBatch(mask))
    return (
      <p className="hint">The masks of a batch appear here while it trains: one row a sample, one column a unit.</p>
    );
  return <Strip sight={sight} mask={mask} gate={gate} source={source ?? gate} />;
}

/** The masks of whole batches are sent only while a strip is there to show them. */
function useStripWanted(): void {
  const store = useStore();
  useEffect(() => {
    store.patch({ strip: true });
    return () => store.patch({ strip: false });
  }, [store]);
}

interface Shown {
  readonly sight: Sight;
  readonly mask: BatchMask;
  readonly gate: string;
  readonly source: string;
}

function Strip({ sight, mask, gate, source }: Shown) {
  const store = useStore();
  const palette = usePalette();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const pointed = useApp((s) => (s.pointed?.layer === source ? s.pointed.unit : undefined));
  const values = sight.layers.find((l) => l.id === source)?.values;
  const { answer: run } = useLens('dropCounts', { layer: gate }, 1000, { unfinished: (a) => a.steps < a.made });
  // Who walks over units by keys is told of each; who points at them sees it.
  const [walking, walk] = useState(false);
  const rows = rowsOf(mask);
  const size = stripSize(mask.units, rows, room.width, room.height);
  const counts = useMemo(() => timesDropped(mask), [mask]);
  const dropped = useMemo(
    () => Array.from({ length: rows }, (_, r) => countDropped(rowBits(mask, r), mask.units)),
    [mask, rows],
  );

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const read = (): void => setRoom({ width: element.clientWidth, height: element.clientHeight });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!canvas.current || room.width === 0) return;
    const g = prepare(canvas.current, size.width, size.height, window.devicePixelRatio || 1);
    if (g)
      drawStrip(
        g,
        size,
        { mask, sample: sight.sample, values: values?.length === mask.units ? values : undefined, unit: pointed, run },
        palette,
      );
  });

  const current = GUTTER.frequency + sight.sample * size.row;
  useEffect(() => {
    const at = frame.current;
    if (!at || at.scrollHeight <= at.clientHeight) return;
    if (current < at.scrollTop || current + size.row > at.scrollTop + at.clientHeight) {
      at.scrollTop = current - at.clientHeight / 2;
    }
  }, [current, size.row]);

  const move = (event: MouseEvent): void => {
    const box = canvas.current!.getBoundingClientRect();
    const unit = Math.floor((event.clientX - box.left - GUTTER.left) / size.cell);
    store.point(size.per === 1 && unit >= 0 && unit < mask.units ? source : undefined, unit);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const last = mask.units - 1;
    const unit = {
      ArrowLeft: Math.max(0, (pointed ?? 1) - 1),
      ArrowRight: Math.min(last, (pointed ?? -1) + 1),
      Home: 0,
      End: last,
    }[event.key];
    if (unit !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      walk(true);
      store.point(source, unit);
      return;
    }
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    store.moveSample(by);
  };
  const option = (r: number): string => `mask-${gate}-${r}`;
  const every = size.row >= 13;
  const expected = Math.round(mask.rate * rows * 10) / 10;
  const overRun = run?.expected && run.samples > 0 ? words.percent(run.expected.mean / run.samples) : undefined;

  return (
    <div className="strip">
      <div className="strip-frame" ref={frame}>
        <div
          className="strip-inside"
          style={{ width: size.width, height: size.height }}
          onMouseMove={move}
          onMouseLeave={() => store.point(undefined)}
        >
          <canvas ref={canvas} aria-hidden="true" />
          <span className="strip-label" style={{ top: 2, width: GUTTER.left - 12 }}>
            {overRun === undefined ? 'times dropped' : 'over the run'}
          </span>
          <span className="strip-count" style={{ top: 2, left: size.width - GUTTER.right + 8 }}>
            {overRun ?? expected} expected
          </span>
          <div
            className="strip-rows"
            role="listbox"
            tabIndex={0}
            aria-label={`Masks of ${gate}: ${words.plural(rows, 'sample')} down, ${words.plural(mask.units, 'unit')} across`}
            aria-activedescendant={option(sight.sample)}
            data-testid="masks"
            style={{ top: GUTTER.frequency, height: rows * size.row }}
            onKeyDown={key}
            onBlur={() => walk(false)}
          >
            {dropped.map((n, r) => {
              const current = r === sight.sample;
              const said = every || current || r === 0 || (r + 1) % 5 === 0;
              // Said by the option's own label: what is seen beside it is drawn by the style sheet.
              const near = !every && !current && Math.abs(r - sight.sample) * size.row < 13;
              return (
                <div
                  key={r}
                  id={option(r)}
                  role="option"
                  aria-selected={current}
                  aria-label={`Sample ${r + 1}: ${words.count(n)} of ${words.count(mask.units)} dropped`}
                  className={`strip-row ${current ? 'current' : ''}`}
                  style={{ height: size.row, lineHeight: `${size.row}px` }}
                  data-sample={r + 1}
                  data-row-dropped={n}
                  onClick={() => store.chooseSample(r)}
                >
                  {said && !near && (
                    <>
                      <span
                        data-text={current ? `▸ ${r + 1}` : r === 0 ? 'sample 1' : r + 1}
                        style={{ width: GUTTER.left - 12 }}
                      />
                      <b
                        data-text={`${words.count(n)} of ${words.count(mask.units)}`}
                        style={{ left: size.width - GUTTER.right + 8 }}
                      />
                    </>
                  )}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      <p className="strip-note" role={walking ? 'status' : undefined} data-testid="strip-note">
        {pointed !== undefined && pointed < mask.units ? (
          <>
            <b>Unit {pointed + 1}</b>, {isDropped(rowBits(mask, sight.sample), pointed) ? 'dropped' : 'kept'} here,
            dropped in {counts[pointed]} of {rows} samples of this batch{run && `, ${runWords(run, pointed)}`}
          </>
        ) : run && run.samples > 0 ? (
          runWords(run)
        ) : (
          `One row a sample of the batch, one column a unit of ${source}: every sample has other units dropped.`
        )}
      </p>
    </div>
  );
}
