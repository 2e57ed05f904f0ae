/** Inside the network: weights, gradients and activations of each layer, dead units, co-adaptation, and how weights moved. */
import type { Answer } from '../../src/protocol/training';
import { useApp, useStore } from '../store/use';
import { useLens } from '../store/useLens';
import * as words from '../words';
import { BesideTwin } from './BesideTwin';
import { Filters } from './Filters';
import { findings } from './findings';
import { Bars, path, Plot } from './Plot';

type Layer = Answer<'inside'>['layers'][number];
type History = NonNullable<Answer<'inside'>['history']>;

const BANDS = 5;

export function Inside() {
  const { answer, problem } = useLens('inside', {}, 1000);
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
            <th scope="col">Activations</th>
            <th scope="col">Mean of each unit</th>
            <th scope="col" title="Correlation between the activations of two units, over all pairs">
              Co-adaptation
            </th>
          </tr>
        </thead>
        <tbody>
          {layers.map((layer) => (
            <Row key={layer.id} layer={layer} history={history} />
          ))}
        </tbody>
      </table>
      <BesideTwin run={answer} />
      <Filters />
    </div>
  );
}

function Row({ layer, history }: { readonly layer: Layer; readonly history: History | undefined }) {
  const store = useStore();
  const selected = useApp((s) => s.selection === layer.id);
  const { activations, tensors } = layer;
  const [kernel] = tensors;
  const { coadaptation, dead } = activations;
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
      <td>{kernel && history && <Ridge layer={layer.id} history={history} />}</td>
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
        <Bars
          className="values"
          bins={activations.values}
          label={`Activations of ${layer.id}, mean ${words.axis(activations.mean)}`}
        />
        <span className="weak">
          {words.percent(activations.zero)} zero
          {dead && dead.length > 0 && `, ${words.count(dead.length)} dead`}
        </span>
      </td>
      <td>
        <Bars className="values" bins={activations.means} label={`Mean activation of each unit of ${layer.id}`} />
        <span className="weak">mean {words.axis(activations.mean)}</span>
      </td>
      <td>
        {coadaptation && (
          <>
            <Bars
              className="correlations"
              bins={coadaptation.values}
              label={`Correlations of ${words.plural(coadaptation.pairs, 'pair')} of units of ${layer.id}`}
            />
            <span className="weak" data-testid={`coadaptation-${layer.id}`}>
              mean |r| {coadaptation.mean.toFixed(3)}
            </span>
          </>
        )}
      </td>
    </tr>
  );
}

/** The middle half and nine tenths of a layer's weights, epoch by epoch. */
function Ridge({ layer, history }: { readonly layer: string; readonly history: History }) {
  const tensor = history.tensors.find((t) => t.layer === layer);
  const { epochs } = history;
  if (!tensor || epochs.length < 2) return <span className="weak">after two epochs</span>;
  const of = (quantile: number): number[] => epochs.map((_, i) => tensor.bands[i * BANDS + quantile]);
  const [q5, q25, q50, q75, q95] = [0, 1, 2, 3, 4].map(of);
  const finite = [...q5, ...q95].filter(Number.isFinite);
  const last = epochs.length - 1;
  return (
    <Plot
      width={150}
      height={66}
      x={[epochs[0], epochs[last]]}
      y={[Math.min(...finite), Math.max(...finite)]}
      xTitle=""
      yTitle=""
      label={
        `Weights of ${layer} over ${words.plural(epochs[last], 'epoch')}: nine tenths lay from ${words.axis(q5[0])} to ${words.axis(q95[0])}, ` +
        `now from ${words.axis(q5[last])} to ${words.axis(q95[last])}`
      }
    >
      {(frame) => {
        const band = (low: number[], high: number[]): string =>
          `${path(frame, epochs, high)}L${path(frame, [...epochs].reverse(), [...low].reverse()).slice(1)}Z`;
        return (
          <>
            <path className="band" d={band(q5, q95)} />
            <path className="band" d={band(q25, q75)} />
            <path className="line thin off" d={path(frame, epochs, q50)} />
          </>
        );
      }}
    </Plot>
  );
}
