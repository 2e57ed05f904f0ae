/** Below the picture: whether it follows the training, and which sample it shows. */
import type { KeyboardEvent } from 'react';
import { partNames } from '../look/Part';
import { stepFrom, type Chosen, type Replay } from '../store/picture';
import { useApp, useSight, useStore } from '../store/use';
import type { Showing } from '../store/picture';
import { Button, IconButton, TextField } from '../ui/controls';
import { Drawn, Icon } from '../ui/icons';
import { Segmented } from '../ui/Segmented';
import * as words from '../words';
import { Scrubber } from './Scrubber';
import { BeatControls } from './SlowMotion';
import { typedStep } from './steps';

export function Transport({ narrow }: { readonly narrow: boolean }) {
  const store = useStore();
  const showing = useApp((s) => s.showing);
  const state = useApp((s) => s.session.state);
  const refreshing = useApp((s) => s.refreshing);
  const sight = useSight(true);
  const step = useApp((s) => s.session.step);
  const replay = useApp((s) => s.replay);
  const chosen = useApp((s) => (s.showing === 'chosen' ? s.chosen : undefined));
  const before = useApp((s) => stepFrom(s, -1) !== undefined);
  const after = useApp((s) => stepFrom(s, 1) !== undefined);
  const shown = sight && words.ordinal(sight);
  const held = showing === 'freeze' || chosen !== undefined;
  const again = showing === 'replay' && replay !== undefined;
  const under = again && replay.problem === undefined && replay.sight?.step !== replay.step;
  const behind = shown !== undefined && showing === 'freeze' && step > shown;
  const key = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    // In a field they move the cursor.
    if (
      !by ||
      (event.target as HTMLElement).closest('vscode-text-field') ||
      event.altKey ||
      event.ctrlKey ||
      event.metaKey
    )
      return;
    event.preventDefault();
    store.moveSample(by);
  };
  return (
    <div className="transport" role="toolbar" aria-label="Picture" onKeyDown={key}>
      <IconButton
        label="Previous step"
        title="Show the step before (,)"
        className="dense"
        testId="previous-step"
        disabled={!before}
        onPress={() => store.moveStep(-1)}
      >
        <Icon name="arrow-left" />
      </IconButton>
      <Button
        testId="freeze"
        title={held ? 'Follow the training again (F)' : 'Hold this very picture; training goes on (F)'}
        label={held ? 'Unfreeze' : 'Freeze'}
        onPress={() => store.show(held ? 'live' : 'freeze')}
      >
        <Drawn name="freeze" />
        {!narrow && <span className="roomy">{held ? 'Unfreeze' : 'Freeze'}</span>}
      </Button>
      <IconButton
        label="Next step"
        title="Show the step behind, or make one where the run waits (.)"
        className="dense"
        testId="next-step"
        disabled={!after}
        onPress={() => store.moveStep(1)}
      >
        <Icon name="arrow-right" />
      </IconButton>
      {showing === 'freeze' && behind && state === 'training' && (
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
        {chosen ? (
          <span className="chip" data-testid="chosen" title={chosen.problem}>
            {chosen.problem ?? <ChosenWords part={chosen.part} position={chosen.position} sight={chosen.sight} />}
          </span>
        ) : again && replay.problem !== undefined ? (
          <span className="chip" title={replay.problem}>
            {replay.problem}
          </span>
        ) : again ? (
          <ReplayStep replay={replay} made={step} under={under} />
        ) : behind ? (
          <span className="chip">
            <span>
              Step <b>{words.count(shown)}</b>, training is at {words.count(step)}
            </span>
          </span>
        ) : shown !== undefined && shown > step ? (
          // No step was made with this picture's masks: it is what the next one would be.
          <span title="With the masks that the step after it would use">
            {step === 0 ? (
              'Before the first step'
            ) : (
              <>
                <span className="weak">After step</span> <b>{words.count(step)}</b>
              </>
            )}
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
      {showing === 'slow' ? <BeatControls /> : <Scrubber />}
      <Segmented<Showing>
        small
        label="What the picture follows"
        value={showing}
        options={[
          { value: 'live', label: 'Live', title: 'Another sample with its own mask, up to twice a second (L)' },
          {
            value: 'sample',
            label: 'Sample',
            name: 'One sample',
            title: 'The same sample, with a new mask at every step',
          },
          { value: 'slow', label: 'Slow', title: 'One sample, part by part: input, units, mask, scaling, answer (L)' },
          { value: 'replay', label: 'Replay', title: 'A step of before, made again to the bit' },
        ]}
        onChange={store.show}
        testId="showing"
      />
      <div className="samples">
        <IconButton
          label="Previous sample"
          title="Previous sample (←)"
          className="dense"
          testId="previous-sample"
          disabled={!sight}
          onPress={() => store.moveSample(-1)}
        >
          <Icon name="chevron-left" />
        </IconButton>
        <span data-testid="sample">
          {sight && !chosen ? (
            <>
              <span className="weak">Sample</span> <b>{words.count(sight.sample + 1)}</b>{' '}
              <span className="weak roomy">of {words.count(sight.batchSize)}</span>
            </>
          ) : (
            <span className="weak">Sample</span>
          )}
        </span>
        <IconButton
          label="Next sample"
          title="Next sample (→)"
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

/** Which step is shown again: another one can be typed. */
function ReplayStep(props: { readonly replay: Replay; readonly made: number; readonly under: boolean }) {
  const { replay, made, under } = props;
  const store = useStore();
  const commit = (text: string): void => {
    const typed = typedStep(text, made);
    if ('error' in typed) store.patch({ message: { text: typed.error } });
    else store.replay(typed.step);
  };
  return (
    <span className="replay-step" title="Type the number of a step, then Enter">
      <span className="weak" aria-hidden="true">
        Step
      </span>
      <TextField
        label={`Step shown again, 1 to ${words.count(made)}`}
        value={words.count(replay.step + 1)}
        onCommit={commit}
        testId="replay-step"
      />
      <span className={under ? 'weak' : 'weak roomy'}>
        {under ? (
          <span data-testid="replaying">
            made again
            {replay.at !== undefined && replay.from !== undefined
              ? `, ${words.percent((replay.at - replay.from) / Math.max(1, replay.step - replay.from))}`
              : ''}
          </span>
        ) : (
          `of ${words.count(made)}`
        )}
      </span>
    </span>
  );
}

/** Which sample it is that was picked, and as which step sees it. */
function ChosenWords({ part, position, sight }: Chosen) {
  const name = `${partNames[part]} sample`;
  if (!sight) return <span>{`${name} ${words.count(position + 1)} comes`}</span>;
  return (
    <span>
      {name}, row <b>{words.count(sight.row + 1)}</b>, as of step {words.count(words.ordinal(sight))}
    </span>
  );
}
