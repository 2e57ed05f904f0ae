/** A line as it is drawn, in small. */
import type { Line } from '../../src/charts/line';
import { markerPoints } from '../charts/paint';

export function Swatch({ of }: { readonly of: Pick<Line, 'colour' | 'style' | 'marker'> }) {
  const points = of.marker && markerPoints(of.marker, 14, 5, 3.4);
  return (
    <svg width="28" height="10" aria-hidden="true">
      <path className={`${of.colour} ${of.style}`} d="M1 5H27" />
      {points && <path className={`marker ${of.colour}`} d={`M${points.map(([x, y]) => `${x} ${y}`).join('L')}Z`} />}
    </svg>
  );
}
