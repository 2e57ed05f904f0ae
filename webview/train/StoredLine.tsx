/** Of a run that is shown as it is on disk: which weights it is looked at with, and how to train on from them. */
import { wasInterrupted } from '../../src/protocol/designer';
import { useApp, useStore } from '../store/use';
import { Button } from '../ui/controls';
import { Icon } from '../ui/icons';
import * as words from '../words';

export function StoredLine() {
  const store = useStore();
  const stored = useApp((s) => s.session.stored);
  const initial = useApp((s) => s.session.initial);
  const interrupted = useApp((s) => wasInterrupted(s.session));
  if (initial)
    return (
      <p className="kept-line" data-testid="initial">
        <Icon name="history" />
        <span>
          Began with the {words.weights(initial.checkpoint)} of {initial.run}
        </span>
      </p>
    );
  if (!stored) return null;
  const { name, weights, checkpoints, problems, missing } = stored;
  const other = ['best', 'last'].find((c) => c !== weights?.checkpoint && checkpoints.includes(c));
  const epoch = weights?.epoch;
  return (
    <div className="stored" data-testid="stored" data-weights={weights?.checkpoint}>
      <p className="kept-line" title={stored.directory}>
        <Icon name="history" />
        <span>
          Stored run {name}
          {weights && (
            <>
              , shown with its {words.weights(weights.checkpoint)}
              {epoch !== undefined && !weights.checkpoint.startsWith('epoch-') && `, ${whenOf(epoch)}`}
            </>
          )}
          {interrupted && '; it was interrupted'}
        </span>
      </p>
      {[...(missing === undefined ? [] : [`Its network cannot be looked into: ${missing}`]), ...problems].map(
        (text) => (
          <p key={text} className="kept-line problem" role="note">
            <Icon name="warning" />
            <span>{text}</span>
          </p>
        ),
      )}
      {weights && (
        <div className="stored-actions">
          {other !== undefined && missing === undefined && (
            <Button testId="show-weights" onPress={() => store.showWeights(other)}>
              Show {words.weights(other)}
            </Button>
          )}
          <Button
            testId="restore-weights"
            title="Begin a new run of the present model with these weights"
            onPress={store.restoreWeights}
          >
            Train from these
          </Button>
        </div>
      )}
    </div>
  );
}

const whenOf = (epoch: number): string =>
  epoch > 0 ? `of epoch ${words.count(epoch)}` : 'of before the end of its first epoch';
