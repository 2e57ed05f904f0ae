/** What runs came to, and what differs between them. */
import {
  type Figure,
  type RunsComparison,
  differenceTitle,
  figureText,
  membersText,
  statisticText,
} from '../../src/protocol/compareRuns';

interface Props {
  readonly comparison: RunsComparison;
}

export function Figures({ comparison }: Props) {
  const { runs, figures, repeats } = comparison;
  return (
    <section className="runs-table" aria-label="Figures" data-testid="figures">
      <h2>Figures</h2>
      <table>
        <thead>
          <tr>
            <td />
            {runs.map((run) => (
              <th key={run.label} scope="col" className="number" title={run.name}>
                {run.label}
              </th>
            ))}
            {repeats.map(({ runs: members }) => (
              <th key={members[0]} scope="col" className="number">
                mean {'\u00b1'} sd of {membersText(comparison, members)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figures.map((figure, f) => {
            const best = bestOf(figure);
            return (
              <tr key={figure.id} data-figure={figure.id}>
                <th scope="row">{figure.title}</th>
                {figure.values.map((value, i) => (
                  <td key={runs[i].label} className="number">
                    {value !== undefined && value === best ? (
                      <b>
                        {figureText(value, figure.unit)}
                        <span className="spoken"> the best</span>
                      </b>
                    ) : (
                      figureText(value, figure.unit)
                    )}
                  </td>
                ))}
                {repeats.map(({ runs: members, statistics }) => (
                  <td key={members[0]} className="number">
                    {statisticText(statistics[f], figure.unit)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** Of what one way is better, where not all are the same. */
function bestOf({ better, values, unit }: Figure): number | undefined {
  const there = values.filter((v) => v !== undefined);
  if (!better || unit === 'seconds' || new Set(there).size < 2) return undefined;
  return better === 'lower' ? Math.min(...there) : Math.max(...there);
}

const OF = { seeds: 'Seeds', model: 'Network', data: 'Data', training: 'Training', run: 'Run' } as const;

export function Differences({ comparison: { runs, differences } }: Props) {
  return (
    <section className="runs-table" aria-label="Differences" data-testid="differences">
      <h2>Differences</h2>
      {differences.length === 0 ? (
        <p className="hint">Nothing differs: they are one run, made more than once.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col">What</th>
              {runs.map((run) => (
                <th key={run.label} scope="col" title={run.name}>
                  {run.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {differences.map((d) => (
              <tr key={`${d.of} ${differenceTitle(d)}`}>
                <td>{OF[d.of]}</td>
                <th scope="row">{differenceTitle(d)}</th>
                {d.values.map((value, i) => (
                  <td key={runs[i].label} className={value === d.values[0] ? 'weak' : ''}>
                    {value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
