/** Every difference in one table. */
import type { Row } from './words';
import { MarkSign } from './MarkSign';

interface Props {
  readonly rows: readonly Row[];
  readonly before: string;
  readonly after: string;
  /** Leads to a layer in the picture. */
  readonly onLayer: (id: string) => void;
}

export function Differences({ rows, before, after, onLayer }: Props) {
  if (rows.length === 0) {
    return (
      <section className="differences" aria-label="All differences" data-testid="differences">
        <p className="hint">
          The two versions are the same network, on the same data, with the same training. Their texts may still differ
          in comments, in layout and in the order of layers.
        </p>
      </section>
    );
  }
  return (
    // It scrolls, so it can be reached by Tab.
    <section className="differences" aria-label="All differences" data-testid="differences" tabIndex={0}>
      <table>
        <caption className="spoken">All differences</caption>
        <thead>
          <tr>
            <th scope="col">Where</th>
            <th scope="col">Mark</th>
            <th scope="col">What</th>
            <th scope="col">
              Before <span className="weak">{before}</span>
            </th>
            <th scope="col">
              After <span className="weak">{after}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ layer, where, mark, what, before: was, after: is }) => (
            <tr key={`${layer ?? ''} ${where} ${what}`} data-row={`${where} ${what}`}>
              <th scope="row">
                {layer === undefined ? (
                  where
                ) : (
                  <button type="button" className="row-name" data-layer={layer} onClick={() => onLayer(layer)}>
                    {where}
                  </button>
                )}
              </th>
              <td>
                <MarkSign mark={mark} />
              </td>
              <td>{what}</td>
              <td className="value">{was}</td>
              <td className="value">{is}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
