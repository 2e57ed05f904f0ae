/** Slow motion: one sample, part by part. What happens stands above the picture, what moves it in the transport. */
import { useEffect, useMemo } from 'react';
import { graphOf } from '../canvas/graph';
import { BEATS } from '../store/picture';
import { Explain } from '../explain/Explain';
import { useApp, useBeat, useData, useSight, useStore } from '../store/use';
import { IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import { captionOf } from './beats';

/** Milliseconds from one beat to the next. */
const BEAT = 300;

/** Goes on by itself, unless somebody holds it or motion is not wanted. */
function usePace(): void {
  const store = useStore();
  const beat = useApp((s) => s.beat);
  const sample = useApp((s) => s.sample);
  const waits = useApp((s) => s.held || s.refreshing || !s.pageVisible || s.session.sight === undefined);
  useEffect(() => {
    if (waits) return undefined;
    const timer = setTimeout(() => store.moveBeat(), BEAT);
    return () => clearTimeout(timer);
  }, [store, beat, sample, waits]);
}

export function BeatControls() {
  const store = useStore();
  const beat = useApp((s) => s.beat);
  const held = useApp((s) => s.held);
  usePace();
  return (
    <div className="beats" role="group" aria-label="Slow motion" data-testid="beats" data-beat={BEATS[beat]}>
      <IconButton
        label={held ? 'Let slow motion go on' : 'Hold slow motion'}
        title={held ? 'Let slow motion go on' : 'Hold slow motion at this beat'}
        className="dense"
        testId="hold-beat"
        onPress={() => store.patch({ held: !held })}
      >
        <Icon name={held ? 'debug-start' : 'debug-pause'} />
      </IconButton>
      <IconButton
        label="Previous beat"
        title="Beat before (,)"
        className="dense"
        testId="previous-beat"
        disabled={beat === 0}
        onPress={() => store.turnBeat(-1)}
      >
        <Icon name="chevron-left" />
      </IconButton>
      <span className="beat-names roomy" aria-hidden="true">
        {BEATS.map((name, i) => (
          <span key={name} className={i === beat ? 'now' : ''}>
            {name}
          </span>
        ))}
      </span>
      <IconButton
        label="Next beat"
        title="Beat behind; after the last one, another sample (.)"
        className="dense"
        testId="next-beat"
        onPress={() => store.turnBeat(1)}
      >
        <Icon name="chevron-right" />
      </IconButton>
    </div>
  );
}

/** Said to a screen reader only where the person moves the beats: what runs by itself would never stop talking. */
export function BeatCaption() {
  const beat = useBeat(true);
  const sight = useSight(true);
  const data = useData(true);
  const held = useApp((s) => s.held);
  const model = useApp((s) => s.session.model ?? s.snapshot?.model);
  const catalogue = useApp((s) => s.catalogue);
  const graph = useMemo(() => model && graphOf(model, catalogue), [model, catalogue]);
  if (beat === undefined || !sight || !graph) return null;
  return (
    <div className="beat-caption">
      <p role={held ? 'status' : undefined} data-testid="beat-caption">
        <b>
          {BEATS.indexOf(beat) + 1} of {BEATS.length}, {beat}
        </b>{' '}
        {captionOf(beat, sight, graph, data)}
      </p>
      <Explain idea="scaling" words="why scaled?" />
    </div>
  );
}
