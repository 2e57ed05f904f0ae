/** What the network answers to everything it could be asked, where it reads one or two numbers, and how sure it is. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { DataSummary } from '../../src/protocol/training';
import { prepare, usePalette } from '../canvas/theme';
import type { State } from '../store/state';
import { Explain } from '../explain/Explain';
import { useApp } from '../store/use';
import { useLens } from '../store/useLens';
import { Segmented } from '../ui/Segmented';
import * as words from '../words';
import { sureness } from './colour';
import { Curve } from './Curve';
import { drawAnswers, drawUncertainty, rangeOf, type Surface as Answered } from './surfaceDrawing';
import { SurfaceTable } from './SurfaceTable';
import { axisOf } from './units';

/** Masks that the mean is taken over: their spread has settled to a few percent. */
const PASSES = 20;
/** Points a side: coarse while it trains, so that pictures come often; fine at rest. */
const LIVE = 28;
const LIVE_MASKS = 20;
const FINE = 64;
const FINE_LINE = 200;

/** How many numbers the network reads. */
export const inputsOf = (s: State): number =>
  ((s.session.data ?? s.snapshot?.data)?.inputShape ?? []).reduce((product, n) => product * n, 1);
/** Whether this run has a picture of all its answers. */
export const hasSurface = (s: State): boolean => {
  const data = s.session.data ?? s.snapshot?.data;
  return data !== undefined && (inputsOf(s) === 2 || (inputsOf(s) === 1 && data.classes.length === 0));
};

type Of = 'off' | 'mean';
type Doubt = 'entropy' | 'disagree';

/** @param size of a picture's side, in pixels */
export function Surface({ size }: { readonly size: number }) {
  const training = useApp((s) => s.session.state === 'training');
  const inputs = useApp(inputsOf);
  const data = useApp((s) => s.session.data);
  const classes = data?.classes ?? [];
  const names = data?.inputNames ?? [];
  const [of, choose] = useState<Of>('off');
  const [doubt, chooseDoubt] = useState<Doubt>('entropy');
  const [table, setTable] = useState(false);
  const masked = useApp((s) => (s.session.sight?.layers ?? []).some((l) => l.mask));
  const side = inputs === 1 ? FINE_LINE : training ? (masked ? LIVE_MASKS : LIVE) : FINE;
  const { answer, problem } = useLens('surface', hasInputs(inputs) ? { side, passes: PASSES } : undefined);
  const kept = useRef<Answered>(undefined);
  // Another fineness is another question: the picture before it stays until the answer is here.
  if (answer) kept.current = answer;
  const run = useApp((s) => s.session.run);
  const keptRun = useRef(run);
  if (keptRun.current !== run) {
    keptRun.current = run;
    kept.current = answer;
  }
  const surface = answer ?? kept.current;
  if (problem !== undefined) return <p className="hint">{problem}</p>;
  if (!surface) return <p className="hint">What the network answers everywhere appears here once a run has begun.</p>;
  if (inputs === 1) return <Curve surface={surface} size={size} name={names[0]} />;
  const { monteCarlo } = surface;
  const over = axesOf(surface, data);
  const mean = of === 'mean' && monteCarlo !== undefined;
  const values = mean ? monteCarlo.mean : surface.off;
  const how = mean ? `mean over ${monteCarlo.passes} masks` : 'dropout off';
  const doubts = !monteCarlo
    ? undefined
    : classes.length === 0
      ? monteCarlo.deviation
      : doubt === 'entropy'
        ? monteCarlo.entropy!
        : monteCarlo.mutualInformation!;
  return (
    <div className="surfaces" data-testid="surfaces" data-step={surface.step} data-side={surface.grid.side}>
      <figure style={{ width: size }}>
        <div className="section-head">
          <h2>Answer</h2>
          <span className="grow" />
          {monteCarlo && (
            <Segmented<Of>
              small
              label="Answer by"
              value={of}
              options={[
                { value: 'off', label: 'No mask' },
                { value: 'mean', label: `Mean of ${monteCarlo.passes}` },
              ]}
              onChange={choose}
              testId="surface-of"
            />
          )}
          <button type="button" className="link" aria-pressed={table} onClick={() => setTable(!table)}>
            Table
          </button>
        </div>
        {table ? (
          <SurfaceTable surface={surface} values={values} classes={classes} names={names} />
        ) : (
          <Map
            surface={surface}
            size={size}
            label={`Answers over ${over.join(' and ')}, ${how}, after ${words.plural(surface.step, 'step')}: ${shares(surface, values, classes)}. ${sampleWords(surface)}`}
            draw={(g, drawn) => drawAnswers(g, drawn, values, classes.length)}
            testId="surface"
          />
        )}
        <figcaption>
          <Key surface={surface} classes={classes} />
          {classes.length === 2 ? 'On the line both answers are equally likely. ' : ''}
          <span data-testid="surface-axes">
            Across: {over[0]}. Up: {over[1]}.
          </span>
        </figcaption>
      </figure>
      {monteCarlo && doubts && (
        <figure style={{ width: size }}>
          <div className="section-head">
            <h2>Uncertainty</h2>
            <Explain idea="monteCarlo" />
            <span className="grow" />
            {classes.length > 0 ? (
              <Segmented<Doubt>
                small
                label="Uncertainty by"
                value={doubt}
                options={[
                  { value: 'entropy', label: 'All', title: 'Entropy of the mean answer: unsure for whatever reason' },
                  {
                    value: 'disagree',
                    label: 'Masks disagree',
                    title: 'Mutual information: the part of it that more data could remove',
                  },
                ]}
                onChange={chooseDoubt}
                testId="surface-doubt"
              />
            ) : (
              <span className="weak">spread over {monteCarlo.passes} masks</span>
            )}
          </div>
          <Map
            surface={surface}
            size={size}
            label={`Uncertainty over ${over.join(' and ')}, ${monteCarlo.passes} masks: ${doubtWords(doubts, surface.columns, classes.length)}`}
            draw={(g, drawn) => drawUncertainty(g, drawn, doubts, mostOf(doubts, classes.length), classes.length)}
            testId="surface-uncertainty"
          />
          <figcaption>
            {classes.length === 0
              ? 'Standard deviation over the masks.'
              : doubt === 'entropy'
                ? 'Entropy of the mean answer over the masks.'
                : 'Where the masks disagree, more data would help.'}{' '}
            Full colour: {classes.length > 0 ? 'as unsure as can be, ' : ''}
            {words.axis(mostOf(doubts, classes.length))}
            {classes.length > 0 ? ' nats' : ''}.
          </figcaption>
        </figure>
      )}
    </div>
  );
}

const hasInputs = (inputs: number): boolean => inputs === 1 || inputs === 2;
/** "petal length 1 to 6.9": of each input its name, and from where to where it is drawn, in the data's units. */
const axesOf = ({ grid }: Answered, data: DataSummary | undefined): readonly string[] =>
  grid.ranges.map((range, i) => {
    const [low, high] = axisOf(range, data?.inputScales?.[i]);
    return `${data?.inputNames[i] ?? `value ${i + 1}`}, ${words.axis(low)} to ${words.axis(high)}`;
  });
/** Of classes the most there could be, so that colours stay the same while it trains; of numbers the largest there is. */
const mostOf = (values: Float32Array, classes: number): number =>
  classes > 0 ? Math.log(classes) : rangeOf(values)[1] || 1;

function shares({ columns, grid }: Answered, values: Float32Array, classes: readonly string[]): string {
  const points = grid.side ** 2;
  if (classes.length === 0) {
    const [low, high] = rangeOf(values, columns);
    return `from ${words.value(low)} to ${words.value(high)}`;
  }
  const counts = classes.map(() => 0);
  for (let point = 0; point < points; point++) counts[sureness(values, point * columns, columns).best]++;
  return counts.map((n, c) => `${classes[c]} on ${words.percent(n / points)}`).join(', ');
}
function sampleWords({ points }: Answered): string {
  const validation = points.validation.reduce((sum, v) => sum + v, 0);
  const noisy = points.noisy.reduce((sum, v) => sum + v, 0);
  return (
    `${words.plural(points.rows.length - validation, 'training sample')}, ${words.plural(validation, 'validation sample')}` +
    (noisy > 0 ? `, ${words.plural(noisy, 'label')} drawn anew by label noise` : '')
  );
}
function doubtWords(values: Float32Array, columns: number, classes: number): string {
  const every = classes > 0 ? 1 : columns;
  const [low, high] = rangeOf(values, every);
  let sum = 0;
  for (let i = 0; i < values.length; i += every) sum += values[i];
  return `from ${words.axis(low)} to ${words.axis(high)}, on average ${words.axis((sum * every) / values.length)}`;
}

function Map(props: {
  readonly surface: Answered;
  readonly size: number;
  readonly label: string;
  readonly draw: (g: CanvasRenderingContext2D, drawn: Parameters<typeof drawAnswers>[1]) => void;
  readonly testId: string;
}) {
  const { surface, size, draw } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const shown = useApp((s) => s.session.sight?.row);
  const pointed = useApp((s) => s.pointedRow);
  useEffect(() => {
    const g = canvas.current && prepare(canvas.current, size, size, window.devicePixelRatio || 1);
    if (g) draw(g, { surface, size, palette, marked: pointed ?? shown, samples: true });
  });
  return (
    <div className="map" role="img" aria-label={props.label} data-testid={props.testId}>
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}

function Key({ surface, classes }: { readonly surface: Answered; readonly classes: readonly string[] }) {
  const signs = ['◆', '●', '■', '▲'];
  const hollow = useMemo(() => surface.points.validation.some((v) => v === 1), [surface]);
  const noisy = useMemo(() => surface.points.noisy.some((v) => v === 1), [surface]);
  return (
    <span className="surface-key">
      {classes.map((name, c) => (
        <span key={name}>
          <i className={`class-${c % 4}`}>{signs[c % 4]}</i> {name}
        </span>
      ))}
      {hollow && <span>hollow: validation</span>}
      {noisy && <span>struck: label noise</span>}
      <span>ring: the sample shown</span>
    </span>
  );
}
