/** A number against one input: what is answered, how far the masks spread, and the samples. */
import { useApp } from '../store/use';
import * as words from '../words';
import { path, Plot } from './Plot';
import { rangeOf, type Surface } from './surfaceDrawing';
import { axisOf, inDataUnits } from './units';

export function Curve(props: { readonly surface: Surface; readonly size: number; readonly name: string | undefined }) {
  const { surface, size, name } = props;
  const shown = useApp((s) => s.session.sight?.row);
  const pointed = useApp((s) => s.pointedRow);
  const scale = useApp((s) => s.session.data?.inputScales?.[0]);
  const { grid, columns, off, monteCarlo, points } = surface;
  const [range] = grid.ranges;
  const own = (x: number): number => inDataUnits(x, scale);
  const xs = Array.from({ length: grid.side }, (_, i) => own(range[0] + (i / (grid.side - 1)) * (range[1] - range[0])));
  const first = (values: Float32Array): number[] => xs.map((_, i) => values[i * columns]);
  const answers = first(off);
  const mean = monteCarlo && first(monteCarlo.mean);
  const deviation = monteCarlo && first(monteCarlo.deviation);
  const upper = mean?.map((m, i) => m + 2 * deviation![i]);
  const lower = mean?.map((m, i) => m - 2 * deviation![i]);
  const [low, high] = rangeOf([...answers, ...points.targets, ...(upper ?? []), ...(lower ?? [])]);
  const spread = deviation && deviation.reduce((sum, d) => sum + d, 0) / deviation.length;
  const marked = pointed ?? shown;
  return (
    <figure className="curve">
      <div className="section-head">
        <h2>Answer</h2>
      </div>
      <Plot
        testId="surface-curve"
        width={size}
        height={size}
        x={axisOf(range, scale)}
        y={[low, high]}
        xTitle={name ?? 'input'}
        yTitle="answer"
        label={
          `What is answered, dropout off, after ${words.plural(surface.step, 'step')}: from ${words.value(Math.min(...answers))} to ${words.value(Math.max(...answers))}` +
          (spread === undefined ? '' : `; ${monteCarlo!.passes} masks spread by ${words.value(spread)} on average`)
        }
      >
        {(frame) => (
          <>
            {upper && lower && (
              <path
                className="band"
                d={`${path(frame, xs, upper)}L${path(frame, [...xs].reverse(), [...lower].reverse()).slice(1)}Z`}
              />
            )}
            {Array.from(points.targets, (target, i) => (
              <circle
                key={i}
                className={`${points.validation[i] ? 'validation' : 'train'} ${points.rows[i] === marked ? 'marked' : ''}`}
                cx={frame.x(own(points.inputs[i]))}
                cy={frame.y(target)}
                r={points.rows[i] === marked ? 5 : 2.4}
              />
            ))}
            {mean && <path className="line on" d={path(frame, xs, mean)} />}
            <path className="line off" d={path(frame, xs, answers)} />
          </>
        )}
      </Plot>
      <figcaption>
        Dashed: dropout off.{' '}
        {monteCarlo && `Dotted, with a band of two standard deviations: ${monteCarlo.passes} masks. `}
        Filled: training samples; hollow: validation.
      </figcaption>
    </figure>
  );
}
