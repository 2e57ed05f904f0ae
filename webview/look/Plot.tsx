/** A small chart: lines, bars and points over two axes. Drawn as SVG, so that colours follow the theme. */
import type { ReactNode } from 'react';
import { ticksOf } from '../../src/charts/scale';
import * as words from '../words';

export interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly low: number;
  readonly left: number;
}

const MARGIN = { left: 34, right: 8, top: 8, bottom: 16 };
/** What a title takes below, or at the left. */
const TITLE = 14;
/** Below, there is no room for four numbers. */
const NARROW = 120;
/** About how wide a figure is, with what keeps two numbers apart. */
const LETTER = 7.2;

/** @param children gets where values stand, in pixels */
export function Plot(props: {
  /** What is seen in it, spoken. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly xTitle: string;
  readonly yTitle: string;
  readonly testId?: string;
  readonly children: (frame: Frame) => ReactNode;
}) {
  const { width, height, x, y } = props;
  const left = MARGIN.left + (props.yTitle ? TITLE : 0);
  const across = width - left - MARGIN.right;
  const down = height - MARGIN.top - MARGIN.bottom - (props.xTitle ? TITLE : 0);
  const place = (value: number, [low, high]: readonly [number, number]): number => (value - low) / (high - low || 1);
  const frame: Frame = {
    x: (value) => left + across * place(value, x),
    y: (value) => MARGIN.top + down * (1 - place(value, y)),
    low: MARGIN.top + down,
    left,
  };
  return (
    <svg
      className="plot"
      role="img"
      aria-label={props.label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      data-testid={props.testId}
    >
      {ticksOf(y, 4).map((tick) => (
        <g key={tick}>
          <line className="grid" x1={frame.left} x2={width - MARGIN.right} y1={frame.y(tick)} y2={frame.y(tick)} />
          <text x={frame.left - 5} y={frame.y(tick) + 4} textAnchor="end">
            {words.axis(tick)}
          </text>
        </g>
      ))}
      {ticksOf(x, across < NARROW ? 2 : 4).map((tick) => (
        <text key={tick} x={frame.x(tick)} y={frame.low + 13} textAnchor="middle">
          {words.axis(tick)}
        </text>
      ))}
      <line className="axis" x1={frame.left} x2={width - MARGIN.right} y1={frame.low} y2={frame.low} />
      {props.children(frame)}
      <text x={frame.left + across / 2} y={height - 4} textAnchor="middle">
        {props.xTitle}
      </text>
      {props.yTitle && (
        <text textAnchor="middle" transform={`translate(10 ${MARGIN.top + down / 2}) rotate(-90)`}>
          {props.yTitle}
        </text>
      )}
    </svg>
  );
}

/** The path of a line through points; what is not finite leaves a gap. */
export function path({ x, y }: Frame, xs: ArrayLike<number>, ys: ArrayLike<number>): string {
  let text = '';
  let drawing = false;
  for (let i = 0; i < xs.length; i++) {
    const fine = Number.isFinite(xs[i]) && Number.isFinite(ys[i]);
    if (fine) text += `${drawing ? 'L' : 'M'}${x(xs[i]).toFixed(1)} ${y(ys[i]).toFixed(1)}`;
    drawing = fine;
  }
  return text;
}

interface Bins {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

/** A histogram without axes but its ends: to stand beside many others. */
export function Bars(props: {
  readonly label: string;
  readonly bins: Bins;
  readonly className: string;
  readonly width?: number;
  readonly height?: number;
  /** From where to where the axis goes, where it is shared with others; absent: as far as the bins. */
  readonly range?: readonly [low: number, high: number];
}) {
  const { bins, width = 86, height = 34 } = props;
  const [low, high] = props.range ?? [bins.low, bins.high];
  const most = Math.max(1, ...bins.counts);
  const place = (value: number): number => (width * (value - low)) / (high - low || 1);
  const [from, to] = high > low ? [place(bins.low), place(bins.high)] : [0, width];
  const each = (to - from) / bins.counts.length;
  const zero = low < 0 && high > 0 ? place(0) : undefined;
  const ends = words.ends(low, high, Math.floor(width / LETTER));
  return (
    <svg
      className={`bars ${props.className}`}
      role="img"
      aria-label={props.label}
      width={width}
      height={height + 13}
      viewBox={`0 0 ${width} ${height + 13}`}
    >
      {bins.counts.map((count, i) => {
        // The square root: a spike at 0 must not flatten all the rest.
        const tall = height * Math.sqrt(count / most);
        return (
          count > 0 && (
            <rect key={i} x={from + i * each} y={height - tall} width={Math.max(0.8, each - 0.6)} height={tall} />
          )
        );
      })}
      <line className="axis" x1={0} x2={width} y1={height} y2={height} />
      {zero !== undefined && <line className="zero" x1={zero} x2={zero} y1={0} y2={height} />}
      <text x={0} y={height + 11}>
        {ends[0]}
      </text>
      <text x={width} y={height + 11} textAnchor="end">
        {ends[1]}
      </text>
    </svg>
  );
}
