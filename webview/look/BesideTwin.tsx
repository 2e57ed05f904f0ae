/**
 * What dropout made of the activations, beside those of the twin without: sparsity and co-adaptation, after section 7 of
 * Srivastava et al. (2014). Both on one axis.
 */
import type { Answer } from '../../src/protocol/training';
import { useApp } from '../store/use';
import { useLens } from '../store/useLens';
import * as words from '../words';
import { besideTwin } from './findings';
import { Bars } from './Plot';

type InsideAnswer = Answer<'inside'>;
type Layer = InsideAnswer['layers'][number];
type Bins = Layer['activations']['values'];

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
          const ranges = {
            values: together(layer.activations.values, other.activations.values),
            means: together(layer.activations.means, other.activations.means),
          };
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

const together = (a: Bins, b: Bins): readonly [number, number] => [Math.min(a.low, b.low), Math.max(a.high, b.high)];

function Row(props: {
  readonly layer: Layer;
  readonly ranges: Readonly<Record<'values' | 'means', readonly [number, number]>>;
  readonly first?: boolean;
}) {
  const { layer, ranges, first = false } = props;
  const { values, means, mean, zero, coadaptation } = layer.activations;
  const how = first ? 'with dropout' : 'without';
  return (
    <tr className={first ? '' : 'twin'} data-zero={zero} data-coadaptation={coadaptation?.mean}>
      {first && (
        <th scope="rowgroup" rowSpan={2}>
          {layer.id}
        </th>
      )}
      <th scope="row">{how}</th>
      <td>
        <Bars className="values" bins={values} range={ranges.values} label={`Activations of ${layer.id} ${how}`} />
        <span className="weak">{words.percent(zero)} zero</span>
      </td>
      <td>
        <Bars
          className="values"
          bins={means}
          range={ranges.means}
          label={`Mean activation of each unit of ${layer.id} ${how}`}
        />
        <span className="weak">mean {words.axis(mean)}</span>
      </td>
      <td>
        {coadaptation && (
          <>
            <Bars
              className="correlations"
              bins={coadaptation.values}
              label={`Correlations of the units of ${layer.id} ${how}`}
            />
            <span className="weak">mean |r| {coadaptation.mean.toFixed(3)}</span>
          </>
        )}
      </td>
    </tr>
  );
}
