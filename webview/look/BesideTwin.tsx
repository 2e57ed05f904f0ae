/**
 * What dropout made of the activations, beside those of the twin without: sparsity and co-adaptation, after section 7 of
 * Srivastava et al. (2014). Both on one axis.
 */
import type { Answer } from '../../src/protocol/training';
import { useApp } from '../store/use';
import { useLens } from '../store/useLens';
import * as words from '../words';
import {
  ActivationsCell,
  CoadaptationCell,
  type InsideLayer,
  MeansCell,
  type Ranges,
  rangesOf,
} from './ActivationCells';
import { besideTwin } from './findings';

type InsideAnswer = Answer<'inside'>;

/** What is seen inside of the twin, where there is one to look at. */
export function useTwin(): boolean {
  return useApp((s) => s.session.twin !== undefined && !['loading', 'failed'].includes(s.session.twin.state));
}

export function BesideTwin({ run }: { readonly run: InsideAnswer }) {
  const there = useTwin();
  const { answer: twin } = useLens('inside', there ? {} : undefined, 1000, { of: 'twin' });
  if (!there || !twin) return null;
  const pairs = run.layers.flatMap((layer) => {
    const other = twin.layers.find(({ id }) => id === layer.id);
    return other ? [{ layer, other }] : [];
  });
  return (
    <section aria-label="Beside the twin" data-testid="beside-twin" data-step={twin.step}>
      <div className="section-head">
        <h2>Beside the twin</h2>
        <span className="look-note">
          Dropout off in both; the twin, which has none, after {words.plural(twin.step, 'step')}.
        </span>
      </div>
      <ul className="findings" aria-label="What dropout did inside">
        {besideTwin(pairs.slice(0, -1)).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <table aria-label="Activations with dropout and without">
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Trained</th>
            <th scope="col">Activations</th>
            <th scope="col">Mean of each unit</th>
            <th scope="col">Co-adaptation</th>
          </tr>
        </thead>
        {pairs.map(({ layer, other }) => {
          const ranges = rangesOf(layer, other);
          return (
            <tbody key={layer.id} data-beside={layer.id}>
              <Row layer={layer} ranges={ranges} first />
              <Row layer={other} ranges={ranges} />
            </tbody>
          );
        })}
      </table>
    </section>
  );
}

function Row(props: { readonly layer: InsideLayer; readonly ranges: Ranges; readonly first?: boolean }) {
  const { layer, first = false } = props;
  const how = first ? 'with dropout' : 'without';
  const cell = { layer, how, ranges: props.ranges };
  return (
    <tr className={first ? '' : 'twin'} data-zero={layer.activations.zero}>
      {first && (
        <th scope="rowgroup" rowSpan={2}>
          {layer.id}
        </th>
      )}
      <th scope="row">{how}</th>
      <ActivationsCell {...cell} />
      <MeansCell {...cell} />
      <CoadaptationCell {...cell} />
    </tr>
  );
}
