/** Below the picture: whether it follows the training, and which sample it shows. */
import type { KeyboardEvent } from 'react';
import { useApp, useStore } from '../store/use';
import type { Showing } from '../store/picture';
import { Button, IconButton } from '../ui/controls';
import { Drawn, Icon } from '../ui/icons';
import { Segmented } from '../ui/Segmented';
import * as words from '../words';

export function Transport({ narrow }: { readonly narrow: boolean }) {
  const store = useStore();
  const showing = useApp((s) => s.showing);
  const state = useApp((s) => s.session.state);
  const refreshing = useApp((s) => s.refreshing);
  const sight = useApp((s) => s.session.sight);
  const step = useApp((s) => s.session.step);
  const shown = sight && words.ordinal(sight);
  const behind = shown !== undefined && showing === 'freeze' && step > shown;
  const key = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    store.moveSample(by);
  };
  return (
    <div className="transport" role="toolbar" aria-label="Picture" onKeyDown={key}>
      <Segmented<Showing>
        small
        label="What the picture follows"
        value={showing}
        options={[
          { value: 'live', label: 'Live', title: 'Another sample with its own mask, up to twice a second (L)' },
          {
            value: 'sample',
            label: narrow ? 'Sample' : 'One sample',
            name: 'One sample',
            title: 'The same sample, with a new mask at every step',
          },
          {
            value: 'freeze',
            name: 'Freeze',
            title: 'Hold this very picture; training goes on (F)',
            label: (
              <>
                <Drawn name="freeze" />
                {!narrow && 'Freeze'}
              </>
            ),
          },
        ]}
        onChange={store.show}
        testId="showing"
      />
      {behind && state === 'training' && (
        <Button
          testId="refresh"
          disabled={refreshing}
          title="Show the newest step, then hold again"
          onPress={store.refresh}
        >
          Show newest
        </Button>
      )}
      <span className="step-shown" data-testid="step-shown">
        {behind ? (
          <span className="chip">
            <span>
              Step <b>{words.count(shown)}</b>, training is at {words.count(step)}
            </span>
          </span>
        ) : shown !== undefined ? (
          <>
            <span className="weak">Step</span> <b>{words.count(shown)}</b>
          </>
        ) : (
          <span className="weak">
            {state === 'training' || state === 'loading' ? 'Waiting for the first picture' : 'No picture yet'}
          </span>
        )}
      </span>
      <span className="grow" />
      <div className="samples">
        <IconButton
          label="Previous sample"
          title="Previous sample (,)"
          className="dense"
          testId="previous-sample"
          disabled={!sight}
          onPress={() => store.moveSample(-1)}
        >
          <Icon name="chevron-left" />
        </IconButton>
        <span data-testid="sample">
          {sight ? (
            <>
              <span className="weak">Sample</span> <b>{words.count(sight.sample + 1)}</b>{' '}
              <span className="weak">of {words.count(sight.batchSize)}</span>
            </>
          ) : (
            <span className="weak">Sample</span>
          )}
        </span>
        <IconButton
          label="Next sample"
          title="Next sample (.)"
          className="dense"
          testId="next-sample"
          disabled={!sight}
          onPress={() => store.moveSample(1)}
        >
          <Icon name="chevron-right" />
        </IconButton>
      </div>
    </div>
  );
}
