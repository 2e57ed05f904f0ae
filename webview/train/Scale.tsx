/** Where a run stands between under and over: three stretches and a needle. */
import { useId } from 'react';

const WIDTH = 108;
const GAP = 4;
const THIRD = (WIDTH - 2 * GAP) / 3;
const NAMES = ['under', 'right', 'over'] as const;

const thirdOf = (place: number): number => Math.min(2, Math.max(0, Math.floor(((place + 1) * 3) / 2)));

/** Pixels from the left. */
function across(place: number): number {
  const third = thirdOf(place);
  return third * (THIRD + GAP) + 2 + (((place + 1) * 3) / 2 - third) * (THIRD - 4);
}

const show = (place: number): string => place.toFixed(2).replace('-', '\u2212');

/**
 * @param place from -1 to 1; each third is one stretch
 * @param reach from where to where it may stand as well
 */
export function Scale({ place, reach }: { readonly place: number; readonly reach: readonly [number, number] }) {
  const id = useId();
  const third = thirdOf(place);
  const x = across(place);
  const from = Math.min(x, across(reach[0]));
  const to = Math.max(x, across(reach[1]));
  const said = `Scale from under to over: ${NAMES[third]}, ${show(place)} from \u22121 to 1; it may as well be ${show(reach[0])} to ${show(reach[1])}`;
  return (
    <svg
      className="scale"
      width={WIDTH}
      height="30"
      viewBox={`0 0 ${WIDTH} 30`}
      role="img"
      aria-labelledby={id}
      data-testid="scale"
      data-place={place.toFixed(3)}
    >
      <title id={id}>{said}</title>
      {NAMES.map((name, i) => (
        <g key={name} className={`stretch ${i === third ? 'here' : ''}`}>
          <rect x={i * (THIRD + GAP)} y="6" width={THIRD} height="3" rx="1.5" />
          <text x={i * (THIRD + GAP) + THIRD / 2} y="25" textAnchor="middle">
            {name}
          </text>
        </g>
      ))}
      <rect className="reach" x={from} y="2" width={to - from} height="11" />
      <path className="needle" d={`M${x.toFixed(1)} 1V14`} />
    </svg>
  );
}
