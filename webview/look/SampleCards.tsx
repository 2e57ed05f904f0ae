/** Samples as cards: picture or values, label, answer, loss. Pointing at one marks it in the other pictures, pressing shows it in the graph. */
import { useEffect, useRef } from 'react';
import type { Answer, Part } from '../../src/protocol/training';
import { imageOf } from '../canvas/graph';
import { prepare, usePalette } from '../canvas/theme';
import { useApp, useStore } from '../store/use';
import * as words from '../words';
import { ownValue, valueAndRead } from './units';

export type SeenSample = Answer<'worst'>['samples'][number];

const MOST_VALUES = 6;

export function SampleCards(props: {
  readonly samples: readonly SeenSample[];
  /** Of the data that they are. */
  readonly part: Part;
  readonly label: string;
}) {
  const store = useStore();
  const classes = useApp((s) => s.session.data?.classes) ?? [];
  const input = useApp((s) => (s.session.model ?? s.snapshot?.model)?.layers.find((l) => l.inputs.length === 0));
  const pointed = useApp((s) => s.pointedRow);
  const shown = useApp((s) =>
    s.showing === 'chosen' && s.chosen?.part === props.part ? s.chosen.position : undefined,
  );
  const image = input && imageOf(input);
  const point = (row: number | undefined): void => store.patch({ pointedRow: row });
  return (
    <ul className={`samples-seen ${image ? '' : 'with-values'}`} aria-label={props.label} data-testid="samples-seen">
      {props.samples.map((s) => {
        const said = describe(s, classes);
        return (
          <li key={s.position} data-row={s.row} data-loss={s.loss}>
            <button
              type="button"
              className={`sample-card ${pointed === s.row ? 'pointed' : ''} ${shown === s.position ? 'shown' : ''}`}
              aria-description={said}
              aria-pressed={shown === s.position}
              title="Show this sample in the graph"
              onMouseEnter={() => point(s.row)}
              onMouseLeave={() => point(undefined)}
              onFocus={() => point(s.row)}
              onBlur={() => point(undefined)}
              onClick={() => void store.pick(props.part, s.position)}
            >
              {image ? <Picture values={s.input} rows={image[0]} columns={image[1]} /> : <Values values={s.input} />}
              <div className="sample-words">
                <b>{heading(s, classes)}</b>
                <span>{detail(s, classes)}</span>
                <span>
                  loss {words.loss(s.loss)} · row {words.count(s.row + 1)}
                </span>
                {s.noisy && <span className="noise">label noise</span>}
              </div>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const isClass = (v: number | readonly number[]): v is number => typeof v === 'number';
const list = (values: readonly number[]): string => values.map(words.value).join(', ');

function heading(s: SeenSample, classes: readonly string[]): string {
  if (isClass(s.target) && isClass(s.answered)) return `${classes[s.target]} → ${classes[s.answered]}`;
  return `${list(s.target as readonly number[])} → ${list(s.answered as readonly number[])}`;
}
function detail(s: SeenSample, classes: readonly string[]): string {
  if (!s.probability || !isClass(s.target)) return '';
  return `${classes[s.target]} got ${words.percent(s.probability.label, 1)}`;
}
function describe(s: SeenSample, classes: readonly string[]): string {
  const noise = s.noisy ? ', its label was drawn anew by label noise' : '';
  const where = `row ${words.count(s.row + 1)} of the data`;
  if (isClass(s.target) && isClass(s.answered) && s.probability)
    return (
      `Label ${classes[s.target]}, answered ${classes[s.answered]} with ${words.percent(s.probability.answered, 1)}; ` +
      `the label got ${words.percent(s.probability.label, 1)}, loss ${words.loss(s.loss)}, ${where}${noise}`
    );
  return `Wanted ${list(s.target as readonly number[])}, answered ${list(s.answered as readonly number[])}, loss ${words.loss(s.loss)}, ${where}`;
}

/** The first values, by name, in the units of the data. */
function Values({ values }: { readonly values: Float32Array }) {
  const names = useApp((s) => s.session.data?.inputNames);
  const scales = useApp((s) => s.session.data?.inputScales);
  const shown = Array.from(values.subarray(0, MOST_VALUES));
  return (
    <div className="sample-values">
      {shown.map((value, i) => (
        <span key={i} title={`${names?.[i] ?? `Value ${i + 1}`}: ${valueAndRead(value, scales?.[i])}`}>
          <i>{names?.[i] ?? i + 1}</i> {ownValue(value, scales?.[i])}
        </span>
      ))}
      {values.length > shown.length && <span>and {words.count(values.length - shown.length)} more</span>}
    </div>
  );
}

export function Picture(props: {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly side?: number;
}) {
  const { values, rows, columns, side = 56 } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  useEffect(() => {
    if (!canvas.current) return;
    const cell = side / Math.max(rows, columns);
    const g = prepare(canvas.current, columns * cell, rows * cell, window.devicePixelRatio || 1);
    if (!g) return;
    let low = Infinity;
    let high = -Infinity;
    for (const v of values) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    g.fillStyle = palette.fg;
    for (let i = 0; i < rows * columns; i++) {
      g.globalAlpha = 0.04 + (0.96 * (values[i] - low)) / (high - low || 1);
      g.fillRect((i % columns) * cell, Math.floor(i / columns) * cell, cell, cell);
    }
  });
  return <canvas ref={canvas} aria-hidden="true" />;
}
