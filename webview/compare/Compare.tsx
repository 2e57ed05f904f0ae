/** The whole page: which two versions, one graph of both, and a table of all that differs. */
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Compared, CompareHostApi, VersionName, VersionProblem } from '../../src/protocol/compare';
import type { CatalogueDescription } from '../../src/protocol/designer';
import type { Connection } from '../../src/protocol/rpc';
import { Button } from '../ui/controls';
import { Icon } from '../ui/icons';
import * as words from '../words';
import { Differences } from './Differences';
import { MarkSign } from './MarkSign';
import { Picture } from './Picture';
import { countsOf, more, rowsOf } from './words';

type Host = Connection<CompareHostApi>['call'];

interface Props {
  readonly compared: Compared;
  readonly catalogue: CatalogueDescription;
  readonly host: Host;
}

export function Compare({ compared, catalogue, host }: Props) {
  const { before, after, comparison, problems } = compared;
  const [at, setAt] = useState<string>();
  const page = useRef<HTMLDivElement>(null);
  const focus = useCallback((selector: string) => page.current?.querySelector<HTMLElement>(selector)?.focus(), []);
  const toLayer = useCallback(
    (id: string) => {
      setAt(id);
      focus(`[data-node="${CSS.escape(id)}"]`);
    },
    [focus],
  );
  const toRow = useCallback((id: string) => focus(`[data-layer="${CSS.escape(id)}"]`), [focus]);
  const rows = useMemo(
    () => (comparison ? rowsOf(comparison.layers, comparison.sections, catalogue) : []),
    [comparison, catalogue],
  );
  return (
    <div className="app comparison" data-testid="comparison" ref={page}>
      <header className="header">
        <h1>
          <Name of={before} /> <Icon name="arrow-right" />
          <span className="spoken">compared with</span> <Name of={after} />
        </h1>
        <Facts compared={compared} />
        <span className="grow" />
        <Button testId="swap" onPress={() => void host.swap()}>
          <Icon name="arrow-swap" /> Swap
        </Button>
        <Button testId="text-diff" onPress={() => void host.textDiff()}>
          <Icon name="diff" /> Text diff
        </Button>
      </header>
      <div className="notices">
        {problems.map((problem) => (
          <Problem
            key={problem.side}
            problem={problem}
            name={compared[problem.side]}
            stale={comparison !== undefined}
            host={host}
          />
        ))}
      </div>
      {comparison ? (
        <main className="compare-body">
          <Picture comparison={comparison} catalogue={catalogue} at={at} onMove={toLayer} onOpen={toRow} />
          <Differences rows={rows} before={before.title} after={after.title} onLayer={toLayer} />
        </main>
      ) : (
        <main className="no-picture">
          <p>The picture appears as soon as both versions are valid.</p>
        </main>
      )}
    </div>
  );
}

const Name = ({ of }: { readonly of: VersionName }) => (
  <span className="version" title={of.detail}>
    {of.title}
  </span>
);

function Facts({ compared: { comparison } }: { readonly compared: Compared }) {
  if (!comparison) return null;
  const { before, after } = comparison.parameters;
  return (
    <div className="facts" data-testid="counts">
      {countsOf(comparison.layers).map(([mark, n]) => (
        <MarkSign key={mark} mark={mark} count={n} />
      ))}
      {before !== after && (
        <span className="fact">
          <span>parameters</span> {words.count(before)} {'\u2192'} {words.count(after)} ({more(before, after)})
        </span>
      )}
    </div>
  );
}

function Problem(props: {
  readonly problem: VersionProblem;
  readonly name: VersionName;
  readonly stale: boolean;
  readonly host: Host;
}) {
  const { problem, name, stale, host } = props;
  const { side, line, message } = problem;
  return (
    <div className="notice error" role="alert" data-testid="problem">
      <Icon name="error" />
      <div className="notice-text">
        <b>{line === undefined ? `${name.title} cannot be compared` : `${name.title} is not valid, line ${line}`}</b>
        <span>
          {message}
          {stale && ' Shown is what differed when both were valid last.'}
        </span>
      </div>
      {line !== undefined && <Button onPress={() => void host.open(side, line)}>Show in text</Button>}
      <Button onPress={() => void host.textDiff()}>Text diff</Button>
    </div>
  );
}
