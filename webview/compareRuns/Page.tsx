/** The whole page: curves of all runs over each other, their numbers, and what differs between them. */
import { useEffect, useMemo, useState } from 'react';
import type { ComparedRuns, CompareRunsHostApi } from '../../src/protocol/compareRuns';
import type { Connection } from '../../src/protocol/rpc';
import type { Span } from '../../src/charts/series';
import { Button, Dropdown } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Segmented } from '../ui/Segmented';
import { Chart } from './Chart';
import { keep, kept } from './kept';
import { epochsOf, linesOf, lookOf, namesOf, type Mode } from './lines';
import { Swatch } from './Swatch';
import { Differences, Figures } from './Tables';

interface Props {
  readonly compared: ComparedRuns;
  readonly host: Connection<CompareRunsHostApi>['call'];
}

export function Page({ compared, host }: Props) {
  const { comparison, histories } = compared;
  const { runs, repeats } = comparison;
  const [chosen, setChosen] = useState(() => kept().metric ?? 'loss');
  const [wanted, setMode] = useState<Mode>(() => kept().mode ?? 'mean');
  const [log, setLog] = useState(() => kept().log ?? false);
  const [at, setAt] = useState<number>();
  const [zoom, setZoom] = useState<Span>();
  const epochs = useMemo(() => epochsOf(histories), [histories]);
  const names = useMemo(() => namesOf(histories), [histories]);
  const name = names.includes(chosen) ? chosen : 'loss';
  const mode: Mode = repeats.length > 0 ? wanted : 'runs';
  const better = comparison.figures.find((f) => f.id.includes(`.${name}.`))?.better ?? 'lower';
  const validation = useMemo(() => linesOf(compared, epochs, 'validation', name, mode), [compared, epochs, name, mode]);
  const train = useMemo(() => linesOf(compared, epochs, 'trainDropoutOff', name, mode), [compared, epochs, name, mode]);
  useEffect(() => {
    keep({ directories: runs.map(({ directory }) => directory), metric: chosen, mode: wanted, log });
  }, [runs, chosen, wanted, log]);
  const shared = { epochs, better, share: name === 'accuracy', log, at, onAt: setAt, zoom, onZoom: setZoom };
  return (
    <div className="app runs-page" data-testid="runs-comparison">
      <header className="header">
        <h1>{runs.length} runs compared</h1>
        {names.length > 1 && (
          <Dropdown
            label="Metric"
            value={name}
            options={names.map((value) => ({ value, label: value }))}
            onChange={setChosen}
            testId="metric"
          />
        )}
        {repeats.length > 0 && (
          <Segmented
            small
            label="Lines"
            value={mode}
            options={[
              { value: 'mean', label: 'Mean and spread' },
              { value: 'runs', label: 'Each run' },
            ]}
            onChange={setMode}
            testId="mode"
          />
        )}
        <Segmented
          small
          label="Scale"
          value={log ? 'log' : 'linear'}
          options={[
            { value: 'linear', label: 'Linear' },
            { value: 'log', label: 'Log' },
          ]}
          onChange={(value) => setLog(value === 'log')}
          testId="scale"
        />
        <span className="grow" />
        <Button testId="save-csv" onPress={() => void host.save('csv')}>
          Save as CSV
        </Button>
        <Button testId="save-markdown" onPress={() => void host.save('markdown')}>
          Save as Markdown
        </Button>
      </header>
      <div className="notices">
        {runs
          .filter((run) => run.problems.length > 0)
          .map((run) => (
            <div className="notice error" role="alert" key={run.directory}>
              <Icon name="error" />
              <div className="notice-text">
                <b>{run.name} is not whole</b>
                <span>{run.problems.join(' ')}</span>
              </div>
            </div>
          ))}
      </div>
      {/* It scrolls, so it can be reached by Tab. */}
      <main className="runs-body" tabIndex={0} aria-label="Runs compared">
        <section className="runs-list" aria-label="Runs">
          <table className="key" data-testid="runs">
            <thead>
              <tr>
                <td />
                <th scope="col">Run</th>
                <th scope="col">State</th>
                <th scope="col">Seed</th>
                <th scope="col">Verdict</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run, i) => (
                <tr key={run.directory} title={run.directory}>
                  <td className="swatch">
                    <Swatch of={lookOf(i)} />
                  </td>
                  <th scope="row">
                    <b>{run.label}</b> {run.name}
                  </th>
                  <td>{run.state}</td>
                  <td className="number">{run.seeds.training}</td>
                  <td>{run.verdict ?? '\u2013'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        {epochs.length === 0 ? (
          <p className="hint">Curves appear here after the first epoch.</p>
        ) : (
          <div className="runs-charts">
            {validation.length > 0 && (
              <Chart title={`Validation ${name}`} testId="validation-chart" lines={validation} {...shared} />
            )}
            <Chart title={`Train ${name}, dropout off`} testId="train-chart" lines={train} {...shared} />
          </div>
        )}
        <Figures comparison={comparison} />
        <Differences comparison={comparison} />
      </main>
    </div>
  );
}
