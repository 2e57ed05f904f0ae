/** Small pictures of how values are spread: training rows as bars, validation and test together as a line over them. */
import type { Histogram } from '../../src/model/dataView';
import { spokenHistogram } from './format';

const HEIGHT = 22;
const PITCH = 5;

export function HistogramBars({ name, histogram }: { readonly name: string; readonly histogram: Histogram }) {
  const { train, validation, test } = histogram.counts;
  const held = validation.map((n, i) => n + test[i]);
  const width = train.length * PITCH;
  // Shares, so that a small part is as tall as a large one.
  const most = Math.max(...shares(train), ...shares(held), 1e-9);
  const y = (share: number): number => HEIGHT - 1 - (share / most) * (HEIGHT - 3);
  const line = shares(held)
    .map((share, i) => `${i === 0 ? 'M' : 'L'}${i * PITCH} ${y(share)}h${PITCH}`)
    .join('');
  return (
    <svg
      className="histogram"
      width={width}
      height={HEIGHT}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={spokenHistogram(name, histogram)}
    >
      {shares(train).map((share, i) =>
        share > 0 ? (
          <rect key={i} x={i * PITCH} y={y(share)} width={PITCH - 1} height={HEIGHT - 1 - y(share)} className="bar" />
        ) : null,
      )}
      {held.some((n) => n > 0) && <path d={line} className="held" />}
      <path d={`M0 ${HEIGHT - 0.5}H${width}`} className="ground" />
    </svg>
  );
}

function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((n) => (total > 0 ? n / total : 0));
}

/** A count in a table, on a bar of its share. */
export function ShareCell({
  count,
  most,
  text,
}: {
  readonly count: number;
  readonly most: number;
  readonly text: string;
}) {
  return (
    <td className="number share" style={{ '--share': most > 0 ? count / most : 0 } as React.CSSProperties}>
      {text}
    </td>
  );
}
