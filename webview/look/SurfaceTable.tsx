/** The answers over two inputs as a table: a few places of the picture, for whoever does not see it. */
import { useApp } from '../store/use';
import * as words from '../words';
import { sureness } from './colour';
import type { Surface } from './surfaceDrawing';
import { inDataUnits } from './units';

const PLACES = 5;

export function SurfaceTable(props: {
  readonly surface: Surface;
  readonly values: Float32Array;
  readonly classes: readonly string[];
  readonly names: readonly string[];
}) {
  const { surface, values, classes, names } = props;
  const { grid, columns } = surface;
  const scales = useApp((s) => s.session.data?.inputScales);
  const places = Array.from({ length: PLACES }, (_, i) => Math.round((i * (grid.side - 1)) / (PLACES - 1)));
  const at = (input: number, place: number): string => {
    const [low, high] = grid.ranges[input];
    return words.value(inDataUnits(low + (place / (grid.side - 1)) * (high - low), scales?.[input]));
  };
  const text = (point: number): string => {
    if (classes.length === 0) return words.value(values[point * columns]);
    const { best } = sureness(values, point * columns, columns);
    return `${classes[best]} ${words.percent(values[point * columns + best])}`;
  };
  return (
    <div className="numbers" data-testid="surface-table">
      <table>
        <caption>
          Across: {names[0] ?? 'value 1'}. Down: {names[1] ?? 'value 2'}.
        </caption>
        <thead>
          <tr>
            <td />
            {places.map((x) => (
              <th key={x} scope="col">
                {at(0, x)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...places].reverse().map((y) => (
            <tr key={y}>
              <th scope="row">{at(1, y)}</th>
              {places.map((x) => (
                <td key={x}>{text(y * grid.side + x)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
