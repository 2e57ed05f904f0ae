/** Where a run stands between under and over: three stretches and a needle. */
import { useId } from 'react';

const WIDTH = 108;
const GAP = 4;
const THIRD = (WIDTH - 2 * GAP) / 3;
const NAMES = ['under', 'right', 'over'] as const;

/** @param place from -1 to 1; each third is one stretch */
export function Scale({ place }: { readonly place: number }) {
  const id = useId();
  const third = Math.min(2, Math.max(0, Math.floor(((place + 1) * 3) / 2)));
  const within = ((place + 1) * 3) / 2 - third;
  const x = third * (THIRD + GAP) + 2 + within * (THIRD - 4);
  const said = `Scale from under to over: ${NAMES[third]}, ${place.toFixed(2).replace('-', '\u2212')} from \u22121 to 1`;
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
      <path className="needle" d={`M${x.toFixed(1)} 1V14`} />
    </svg>
  );
}
