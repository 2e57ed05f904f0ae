/** Inside the network: weights, gradients and activations of each layer, dead units, co-adaptation, and how weights moved. */
import type { Answer } from '../../src/protocol/training';
import { useApp, useStore } from '../store/use';
import { useLens } from '../store/useLens';
import * as words from '../words';
import { ActivationsCell, CoadaptationCell, type InsideLayer, MeansCell } from './ActivationCells';
import { BesideTwin } from './BesideTwin';
import { Filters } from './Filters';
import { findings } from './findings';
import { Bars, path, Plot } from './Plot';

type History = NonNullable<Answer<'inside'>['history']>;

const BANDS = 5;

export function Inside() {
  const { answer, problem } = useLens('inside', {}, 1000);
  const { answer: over } = useLens('overSteps', answer && {}, 2000, { first: 'follow' });
  if (problem !== undefined) return <p className="hint">{problem}</p>;
  if (!answer) return <p className="hint">Weights, gradients and activations appear here once a run has begun.</p>;
  const { layers, history, step, samples, part, batch } = answer;
  return (
    <div className="look-panel inside" data-testid="inside" data-step={step}>
      <p className="look-note">
        After {words.plural(step, 'step')}. Activations of {words.plural(samples, `${part} sample`)}, dropout off;
        gradients of a batch of {words.count(batch)} with its masks.
      </p>
      <ul className="findings" aria-label="What stands out" data-testid="inside-findings">
        {findings(layers).map((finding) => (
          <li key={finding}>{finding}</li>
        ))}
      </ul>
      <table aria-label="Inside each layer">
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Weights</th>
            <th scope="col">Over the epochs</th>
            <th scope="col">Gradients</th>
            <th scope="col">Over the steps</th>
            <th scope="col">Activations</th>
            <th scope="col">Over the steps</th>
            <th scope="col">Mean of each unit</th>
            <th scope="col" title="Correlation between the activations of two units, over all pairs">
              Co-adaptation
            </th>
          </tr>
        </thead>
        <tbody>
          {layers.map((layer) => (
            <Row key={layer.id} layer={layer} history={history} over={over} />
          ))}
        </tbody>
      </table>
      <BesideTwin run={answer} />
      <Filters />
    </div>
  );
}

function Row(props: {
  readonly layer: InsideLayer;
  readonly history: History | undefined;
  readonly over: Answer<'overSteps'> | undefined;
}) {
  const { layer, history, over } = props;
  const weights = history?.tensors.find((t) => t.layer === layer.id);
  const went = over?.layers.find(({ id }) => id === layer.id);
  const steps = over?.steps;
  const store = useStore();
  const selected = useApp((s) => s.selection === layer.id);
  const { activations, tensors } = layer;
  const [kernel] = tensors;
  return (
    <tr className={selected ? 'selected' : ''} data-inside={layer.id} data-zero={activations.zero}>
      <th scope="row">
        <button type="button" className="link" onClick={() => store.select(layer.id)}>
          {layer.id}
        </button>
        <span className="weak">
          {words.plural(layer.units, 'unit')}
          {layer.activation ? `, ${layer.activation}` : ''}
        </span>
      </th>
      <td>
        {kernel && (
          <>
            <Bars
              className="values"
              bins={kernel.values}
              label={`Weights of ${layer.id}, from ${words.axis(kernel.values.low)} to ${words.axis(kernel.values.high)}`}
            />
            <span className="weak">norm {words.loss(kernel.norm)}</span>
          </>
        )}
      </td>
      <td>
        {kernel && history && (
          <Went what={`Weights of ${layer.id}`} at={history.epochs} unit="epoch" bands={weights?.bands} />
        )}
      </td>
      <td>
        {kernel && (
          <>
            <Bars
              className="gradients"
              bins={kernel.gradients}
              label={`Gradients of ${layer.id}, from ${words.axis(kernel.gradients.low)} to ${words.axis(kernel.gradients.high)}`}
            />
            <span className="weak" data-gradient={kernel.gradientNorm}>
              norm {words.loss(kernel.gradientNorm)}
            </span>
          </>
        )}
      </td>
      <td>
        {kernel && steps && <Went what={`Gradients of ${layer.id}`} at={steps} unit="step" bands={went?.gradients} />}
      </td>
      <ActivationsCell layer={layer} />
      <td>{steps && <Went what={`Activations of ${layer.id}`} at={steps} unit="step" bands={went?.activations} />}</td>
      <MeansCell layer={layer} />
      <CoadaptationCell layer={layer} />
    </tr>
  );
}

/** Two places make a way: before, there is none to draw. */
function Went({ bands, ...way }: Omit<Parameters<typeof Ridge>[0], 'bands'> & { readonly bands?: Float32Array }) {
  if (!bands || way.at.length < 2) return <span className="weak">{`after two ${way.unit}s`}</span>;
  return <Ridge {...way} bands={bands} />;
}

/** The middle half and nine tenths of some values, as they went. @param bands BANDS numbers a place */
function Ridge(props: {
  readonly what: string;
  /** Where they were measured, ascending, and what that counts. */
  readonly at: readonly number[];
  readonly unit: string;
  readonly bands: Float32Array;
}) {
  const { what, at, unit, bands } = props;
  const of = (quantile: number): number[] => at.map((_, i) => bands[i * BANDS + quantile]);
  const [q5, q25, q50, q75, q95] = [0, 1, 2, 3, 4].map(of);
  const finite = [...q5, ...q95].filter(Number.isFinite);
  const last = at.length - 1;
  return (
    <Plot
      width={116}
      height={66}
      x={[at[0], at[last]]}
      y={[Math.min(...finite), Math.max(...finite)]}
      xTitle=""
      yTitle=""
      label={
        `${what} over ${words.plural(at[last], unit)}: nine tenths lay from ${words.axis(q5[0])} to ${words.axis(q95[0])}, ` +
        `now from ${words.axis(q5[last])} to ${words.axis(q95[last])}`
      }
    >
      {(frame) => {
        const band = (low: number[], high: number[]): string =>
          `${path(frame, at, high)}L${path(frame, [...at].reverse(), [...low].reverse()).slice(1)}Z`;
        return (
          <>
            <path className="band" d={band(q5, q95)} />
            <path className="band" d={band(q25, q75)} />
            <path className="line thin off" d={path(frame, at, q50)} />
          </>
        );
      }}
    </Plot>
  );
}
