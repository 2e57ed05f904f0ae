/** The data that the document names, split as training splits it: what is in it, and what is odd about it. */
import { useState } from 'react';
import type { DataView } from '../../src/model/dataView';
import { progressWords } from '../../src/model/loadProgress';
import { useApp } from '../store/use';
import { Button } from '../ui/controls';
import { Segmented } from '../ui/Segmented';
import { Columns } from './Columns';
import { Overview } from './Overview';
import { Plot } from './Plot';
import { Rows } from './Rows';
import { Sheet } from './Sheet';
import type { Stage } from './stage';
import { type SeenData, useDataView } from './useDataView';

type Aspect = 'overview' | 'columns' | 'rows' | 'pictures' | 'plot';
const labels: Readonly<Record<Aspect, string>> = {
  overview: 'Overview',
  columns: 'Columns',
  rows: 'Rows',
  pictures: 'Pictures',
  plot: 'Plot',
};

function aspectsOf({ tables, sheet }: DataView): Aspect[] {
  const numbers = tables?.given.columns.filter((c) => c.type === 'number').length ?? 0;
  return [
    'overview',
    ...(sheet ? (['pictures'] as const) : []),
    ...(tables ? (['columns', 'rows'] as const) : []),
    ...(numbers >= 2 ? (['plot'] as const) : []),
  ];
}

export function DataPanel() {
  const { view, problem, cancelled, loading, again }: SeenData = useDataView();
  const progress = useApp((s) => s.loading);
  const [chosen, choose] = useState<Aspect>('overview');
  const [stage, setStage] = useState<Stage>('given');
  const [column, open] = useState<string>();
  if (problem !== undefined)
    return (
      <p className="hint" role="status" data-testid="data-problem">
        {problem}
      </p>
    );
  if (cancelled)
    return (
      <div className="hint" data-testid="data-cancelled">
        <p role="status">Reading was cancelled.</p>
        <Button testId="read-again" onPress={again}>
          Read again
        </Button>
      </div>
    );
  if (!view)
    return (
      <p className="hint">
        <span role="status">The data is being read.</span> {progress && progressWords(progress)}
      </p>
    );
  const aspects = aspectsOf(view);
  const aspect = aspects.includes(chosen) ? chosen : 'overview';
  const table = view.tables?.[stage];
  return (
    <div className="data-view" data-testid="data-view" aria-busy={loading}>
      <div className="data-tools">
        <Segmented<Aspect>
          label="What of the data is shown"
          value={aspect}
          options={aspects.map((value) => ({ value, label: labels[value] }))}
          small
          testId="data-aspect"
          onChange={choose}
        />
        {table && (aspect === 'columns' || aspect === 'rows') && (
          <Segmented<Stage>
            label="Values"
            value={stage}
            options={[
              { value: 'given', label: 'As in the source' },
              { value: 'network', label: 'As the network gets it' },
            ]}
            small
            testId="data-stage"
            onChange={setStage}
          />
        )}
      </div>
      {aspect === 'overview' ? (
        <Overview view={view} />
      ) : aspect === 'pictures' ? (
        <Sheet sheet={view.sheet!} target={view.target} total={view.parts.train} />
      ) : aspect === 'columns' ? (
        <Columns key={stage} table={table!} stage={stage} parts={view.parts} opened={column} onOpen={open} />
      ) : aspect === 'rows' ? (
        <Rows
          key={stage}
          table={table!}
          target={view.target}
          total={view.rows}
          onColumn={(name) => {
            setStage('given');
            open(name);
            choose('columns');
          }}
        />
      ) : (
        <Plot table={view.tables!.given} target={view.target} total={view.rows} />
      )}
    </div>
  );
}
