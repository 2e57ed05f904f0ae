/** The two charts of a run: the loss in its four ways, and what else is measured. */
import { useCallback, useMemo } from 'react';
import { useApp, useStore } from '../store/use';
import { Dropdown } from '../ui/controls';
import { Segmented } from '../ui/Segmented';
import * as words from '../words';
import { ChartSection } from './ChartSection';
import type { KeyRow } from './Key';
import type { Line } from '../../src/charts/line';
import { marksOf } from './marks';
import { lossCurves, lossRange, shareRange, shareTicks } from '../../src/charts/scale';
import { Explain } from '../explain/Explain';
import {
  fitRange,
  metricsIn,
  smooth,
  stepPoints,
  twinValues,
  valuesOf,
  visible,
  type Span,
} from '../../src/charts/series';

const SMOOTHING = [
  { value: '0', label: 'Measured' },
  { value: '0.6', label: 'Smooth' },
  { value: '0.9', label: 'Smoother' },
];
/** Buckets of steps that are drawn: more would be a solid block, which the band says as well. */
const MOST_STEPS = 4000;

/** A line and its row of numbers. */
function rowOf(
  line: Omit<Line, 'values'>,
  values: readonly number[],
  smoothing: number,
  row: Pick<KeyRow, 'title' | 'column' | 'spoken' | 'better'>,
): KeyRow {
  return {
    ...row,
    values,
    line: { ...line, values: smooth(values, smoothing), ...(smoothing > 0 && { raw: values }) },
  };
}

const wholeOf = (epochs: readonly number[]): Span =>
  // As long as there is no curve, the first epoch is what one sees grow.
  epochs.length < 2 ? [0, 1] : [epochs[0], epochs[epochs.length - 1]];

/** What lines show of a span of epochs. */
const seen = (epochs: readonly number[], zoom: Span, rows: readonly KeyRow[]): (readonly number[])[] => {
  const [first, end] = visible(epochs, zoom);
  return rows.map((r) => r.values.slice(first, end));
};

export function LossSection({ height }: { readonly height: number }) {
  const store = useStore();
  const history = useApp((s) => s.session.history);
  const changes = useApp((s) => s.session.changes);
  const twin = useApp((s) => s.session.twin?.history);
  const losses = useApp((s) => s.session.losses);
  const stepsPerEpoch = useApp((s) => s.session.stepsPerEpoch);
  const ended = useApp((s) => s.session.end !== undefined);
  const log = useApp((s) => s.logLoss);
  const zoom = useApp((s) => s.zoom);
  const smoothing = useApp((s) => s.smoothing);
  const curves = useMemo(() => lossCurves(history), [history]);
  const { epochs } = curves;
  const whole = useMemo(() => wholeOf(epochs), [epochs]);
  const rows = useMemo<readonly KeyRow[]>(() => {
    const band = { min: curves.onMin, max: curves.onMax };
    const validated = curves.validation.some(Number.isFinite);
    const better = 'lower';
    return [
      ...(validated
        ? [
            rowOf({ name: 'valid.', colour: 'val', style: 'solid' }, curves.validation, smoothing, {
              title: 'Validation',
              column: 'Validation',
              spoken: 'Validation loss',
              better,
            }),
          ]
        : []),
      rowOf({ name: 'off', colour: 'off', style: 'dashed' }, curves.off, smoothing, {
        title: 'Train, dropout off',
        column: 'Train, off',
        spoken: 'Training loss, dropout off,',
        better,
      }),
      rowOf({ name: 'on', colour: 'on', style: 'dotted', band }, curves.on, smoothing, {
        title: (
          <>
            Train, dropout on <Explain idea="whyHigher" words="why higher?" testId="why-higher" />
          </>
        ),
        column: 'Train, on',
        spoken: 'Training loss, dropout on,',
        better,
      }),
      ...(validated && twin
        ? [
            rowOf({ name: 'twin', colour: 'fg', style: 'dashdot' }, twinValues(history, twin, 'loss'), smoothing, {
              title: 'Validation of the twin',
              column: 'Twin',
              spoken: 'Validation loss of the twin',
              better,
            }),
          ]
        : []),
    ];
  }, [curves, twin, history, smoothing]);
  const steps = useMemo(() => {
    const span = zoom ?? whole;
    // Over many epochs the band of each says as much as its steps.
    if (epochs.length >= 2 && span[1] - span[0] > 8) return undefined;
    return stepPoints(losses, history, stepsPerEpoch, span, MOST_STEPS);
  }, [zoom, whole, epochs, losses, history, stepsPerEpoch]);
  const range = useMemo(() => {
    if (epochs.length === 0 && steps) return lossRange({ ...curves, on: steps.max }, log);
    if (zoom) {
      const found = fitRange([...seen(epochs, zoom, rows), ...(steps ? [steps.min, steps.max] : [])], log);
      if (found) return found;
    }
    return lossRange(
      { ...curves, validation: [...curves.validation, ...(rows.find((r) => r.line.name === 'twin')?.values ?? [])] },
      log,
    );
  }, [curves, rows, epochs, zoom, steps, log]);
  const marks = useMemo(() => marksOf(history, changes, ended ? twin : undefined), [history, changes, twin, ended]);
  return (
    <ChartSection
      title="Loss"
      testId="loss-chart"
      measure="loss"
      rows={rows}
      order={['twin', 'on', 'off', 'valid.']}
      epochs={epochs}
      whole={whole}
      range={range}
      marks={marks}
      log={log}
      height={height}
      format={words.loss}
      axis={(v) => axisLoss(v, log)}
      steps={steps}
      gain={twin ? ['twin', 'valid.'] : undefined}
      tools={
        <>
          <Dropdown
            label="Smoothing of the curves"
            value={String(smoothing)}
            options={SMOOTHING}
            onChange={(v) => store.patch({ smoothing: Number(v) })}
            testId="smoothing"
          />
          <Segmented
            small
            label="Scale of the loss"
            value={log ? 'log' : 'linear'}
            options={[
              { value: 'linear', label: 'Linear' },
              { value: 'log', label: 'Log' },
            ]}
            onChange={(v) => store.patch({ logLoss: v === 'log' })}
            testId="loss-scale"
          />
        </>
      }
    />
  );
}

const axisLoss = (v: number, log: boolean): string => {
  if (log) return Number(v.toPrecision(1)).toString();
  if (v >= 1e6) return v.toExponential(0).replace('+', '');
  if (v >= 10_000) return `${String(Math.round(v / 100) / 10)}k`;
  return v >= 100 ? words.count(v) : String(Math.round(v * 1000) / 1000).replace('-', '\u2212');
};

/** What is measured besides the loss, one at a time: first the accuracy, or the root mean squared error. */
export function MetricSection({ height }: { readonly height: number }) {
  const store = useStore();
  const history = useApp((s) => s.session.history);
  const twin = useApp((s) => s.session.twin?.history);
  const smoothing = useApp((s) => s.smoothing);
  const zoom = useApp((s) => s.zoom);
  const chosen = useApp((s) => s.metric);
  const measured = useApp((s) => s.session.measured);
  const names = useMemo(() => metricsIn(history), [history]);
  const of = names.find((n) => n === chosen) ?? names[0] ?? 'accuracy';
  const share = of === 'accuracy';
  const better = measured?.[of] ?? (share ? 'higher' : 'lower');
  const kinds = useApp((s) => s.catalogue?.metrics);
  const titleOf = (name: string): string =>
    name === 'accuracy' ? 'Accuracy, %' : (kinds?.find(({ kind }) => kind === name)?.title ?? name);
  const title = titleOf(of);
  const epochs = useMemo(() => history.map((e) => e.epoch), [history]);
  const whole = useMemo(() => wholeOf(epochs), [epochs]);
  const rows = useMemo<readonly KeyRow[]>(() => {
    const name = share ? 'accuracy' : of === 'rmse' ? 'error' : of;
    const validation = valuesOf(history, 'validation', of);
    const validated = validation.some(Number.isFinite);
    return [
      ...(validated
        ? [
            rowOf({ name: 'valid.', colour: 'val', style: 'solid' }, validation, smoothing, {
              title: 'Validation',
              column: 'Validation',
              spoken: `Validation ${name}`,
              better,
            }),
          ]
        : []),
      rowOf({ name: 'off', colour: 'off', style: 'dashed' }, valuesOf(history, 'trainDropoutOff', of), smoothing, {
        title: 'Train, dropout off',
        column: 'Train, off',
        spoken: `Training ${name}, dropout off,`,
        better,
      }),
      ...(validated && twin
        ? [
            rowOf({ name: 'twin', colour: 'fg', style: 'dashdot' }, twinValues(history, twin, of), smoothing, {
              title: 'Validation of the twin',
              column: 'Twin',
              spoken: `Validation ${name} of the twin`,
              better,
            }),
          ]
        : []),
    ];
  }, [history, twin, of, share, better, smoothing]);
  const range = useMemo(() => {
    const found = zoom && fitRange(seen(epochs, zoom, rows), false);
    if (found) return found;
    const values = rows.map((r) => r.values);
    if (share) return shareRange(...values);
    const none = { epochs: [], on: [], onMin: [], onMax: [] };
    return lossRange({ ...none, off: values[0] ?? [], validation: values.slice(1).flat() }, false);
  }, [rows, epochs, zoom, share]);
  const format = useCallback((v: number) => (share ? words.percent(v, 1) : words.loss(v)), [share]);
  return (
    <ChartSection
      title={title}
      heading={
        names.length > 1 ? (
          <Dropdown
            label="Metric"
            value={of}
            options={names.map((name) => ({ value: name, label: titleOf(name) }))}
            onChange={(metric) => store.patch({ metric })}
            testId="metric"
          />
        ) : undefined
      }
      testId={share ? 'accuracy-chart' : 'rmse-chart'}
      measure={of}
      rows={rows}
      order={['twin', 'off', 'valid.']}
      epochs={epochs}
      whole={whole}
      range={range}
      height={height}
      format={format}
      axis={(v) => (share ? String(Math.round(v * 1000) / 10) : axisLoss(v, false))}
      ticks={share && !zoom ? shareTicks : undefined}
    />
  );
}
