/** What lies on the canvas without being of the graph: what the colours mean, what it is trained on. */
import { sizeOf } from '../../src/model/spec';
import { useApp, useStore } from '../store/use';
import { Icon } from '../ui/icons';
import * as words from '../words';
import { NEURONS } from './geometry';

export function Legend() {
  const weighed = useApp((s) => (s.weights?.layers.length ?? 0) > 0);
  // Neurons that show what they answer all over the plane show nothing of the one sample but whether it is dropped.
  const over = useApp(
    (s) =>
      s.responses !== undefined &&
      (s.session.model ?? s.snapshot?.model)?.layers.every(({ shape }) => sizeOf(shape) <= NEURONS) === true,
  );
  return (
    <ul className="legend" aria-label="What the units show">
      {!over && (
        <>
          <li>
            <i className="unit weak-act" />
            <i className="unit act" /> active, weak to strong
          </li>
          <li>
            <i className="unit" /> silent (0)
          </li>
        </>
      )}
      {weighed && (
        <>
          <li>
            <i className="weight positive" /> positive weight
          </li>
          <li>
            <i className="weight negative" /> negative
          </li>
        </>
      )}
      <li>
        <i className="unit drop">
          <svg width="12" height="12" aria-hidden="true">
            <path d="M3.5 3.500l5 5m0-5l-5 5" />
          </svg>
        </i>{' '}
        dropped
      </li>
    </ul>
  );
}

export function Chips() {
  const store = useStore();
  const model = useApp((s) => s.snapshot?.model);
  const data = useApp((s) => s.snapshot?.data);
  const current = useApp((s) => s.snapshot?.current ?? true);
  const editable = useApp((s) => s.snapshot?.editable ?? true);
  const optimizers = useApp((s) => s.catalogue?.optimizers);
  if (!model) return null;
  const { training } = model;
  const optimizer = optimizers?.find((o) => o.kind === training?.optimizer.kind)?.title ?? training?.optimizer.kind;
  const speed = training?.optimizer.params['learningRate'];
  return (
    <>
      <button type="button" className="chip" onClick={() => store.patch({ tab: 'data' })}>
        <Icon name="database" />
        {data ? (
          <>
            {data.title}{' '}
            <span>
              {[
                `${words.count(data.train)} train`,
                ...(data.validation > 0 ? [`${words.count(data.validation)} validation`] : []),
                ...(data.test > 0 ? [`${words.count(data.test)} test`] : []),
              ].join(' · ')}
            </span>
          </>
        ) : (
          (model.data?.kind ?? 'No data yet')
        )}
      </button>
      <button type="button" className="chip" onClick={() => store.patch({ tab: 'training' })}>
        <Icon name="settings-gear" />
        {training ? (
          <>
            {optimizer} {typeof speed === 'number' ? speed : ''}{' '}
            <span>
              {training.loss.kind} · batch {training.batchSize} · {words.plural(training.epochs, 'epoch')}
            </span>
          </>
        ) : (
          'No training yet'
        )}
      </button>
      {!current && (
        <span className="chip">
          <Icon name="eye" /> Last valid version{editable ? '' : ', read only'}
        </span>
      )}
    </>
  );
}
