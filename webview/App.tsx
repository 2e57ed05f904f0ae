/** The whole page: header, notices, and one graph in two views. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { Canvas } from './canvas/Canvas';
import { LayerList } from './canvas/LayerList';
import { Chips, Legend } from './canvas/Overlays';
import { Announcer } from './header/Announcer';
import { Header } from './header/Header';
import { Notices } from './header/Notices';
import { Templates } from './header/Templates';
import { Inspector } from './inspector/Inspector';
import { Palette } from './palette/Palette';
import { DesignPanel } from './panel/DesignPanel';
import { alive, panelIsOpen } from './store/state';
import { useApp, useStore } from './store/use';
import { BeatCaption } from './train/SlowMotion';
import { TrainView } from './train/TrainView';
import { Button } from './ui/controls';
import { Icon } from './ui/icons';

type Width = 'wide' | 'medium' | 'narrow' | 'list';
function widthNow(): Width {
  const { innerWidth } = window;
  return innerWidth < 560 ? 'list' : innerWidth < 900 ? 'narrow' : innerWidth < 1280 ? 'medium' : 'wide';
}
function useWidth(): Width {
  return useSyncExternalStore((changed) => {
    window.addEventListener('resize', changed);
    return () => window.removeEventListener('resize', changed);
  }, widthNow);
}

export function App() {
  const known = useApp((s) => s.catalogue !== undefined);
  const empty = useApp((s) => s.snapshot?.empty === true);
  const view = useApp((s) => s.view);
  const width = useWidth();
  useKeys();
  if (!known) return <div className="app" aria-busy="true" />;
  return (
    <div className={`app ${width === 'list' ? 'narrow list' : width}`} data-testid="app" data-view={view}>
      <Header />
      <div className="notices">
        <Notices />
      </div>
      {empty ? <Templates /> : view === 'train' ? <Train width={width} /> : <Design width={width} />}
      <Announcer />
    </div>
  );
}

function Train({ width }: { readonly width: Width }) {
  const trained = useApp((s) => (s.session.state === 'idle' ? undefined : s.session.model));
  const drawn = useApp((s) => s.snapshot?.model);
  const current = useApp((s) => s.snapshot?.current ?? false);
  const editable = useApp((s) => s.snapshot?.editable ?? false);
  const running = useApp((s) => alive(s.session.state));
  const model = trained ?? drawn;
  const nothing = useCallback(() => undefined, []);
  return (
    <TrainView
      narrow={width === 'narrow' || width === 'list'}
      canvas={
        model && width === 'list' ? (
          <>
            <LayerList model={model} train editable={editable} />
            <BeatCaption />
          </>
        ) : model ? (
          <div className="canvas-place">
            <Canvas model={model} train editable={editable} dimmed={!current && !running} onAdd={nothing}>
              <Legend />
            </Canvas>
            <BeatCaption />
          </div>
        ) : (
          <NoPicture />
        )
      }
    />
  );
}

function Design({ width }: { readonly width: Width }) {
  const model = useApp((s) => s.snapshot?.model);
  const current = useApp((s) => s.snapshot?.current ?? false);
  const editable = useApp((s) => s.snapshot?.editable ?? false);
  // Undefined: the palette stands where it stands. A layer id: what is chosen next goes behind it.
  const [adding, setAdding] = useState<{ readonly after?: string; readonly before?: string }>();
  const add = useCallback((after: string, before?: string) => setAdding({ after, before }), []);
  const done = (): void => setAdding(undefined);
  const docked = width === 'wide';
  return (
    <main className="body design">
      {docked && <Palette disabled={!editable || !model} {...adding} onDone={done} />}
      {model && width === 'list' ? (
        <LayerList model={model} train={false} editable={editable} />
      ) : model ? (
        <Canvas model={model} train={false} editable={editable} dimmed={!current} onAdd={add}>
          <div className="overlay">
            {!docked && (
              <Button disabled={!editable} testId="add-layer" onPress={() => setAdding(adding ? undefined : {})}>
                <Icon name="add" /> Layer
              </Button>
            )}
            <Chips />
          </div>
          {!docked && adding && (
            <div className="palette-popover">
              <Palette disabled={!editable} {...adding} onDone={done} />
            </div>
          )}
        </Canvas>
      ) : (
        <NoPicture />
      )}
      <Inspector disabled={!editable} />
      <DesignPanel />
    </main>
  );
}

function NoPicture() {
  return (
    <div className="canvas no-picture" role="region" aria-label="Network">
      <p>The picture appears as soon as the text is valid.</p>
    </div>
  );
}

/** Keys of the whole page. VS Code's own (F5, F10, Shift+F5, Ctrl+S …) come through the host. */
function useKeys(): void {
  const store = useStore();
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      const at = event.target as HTMLElement | null;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (at?.closest('vscode-text-field, vscode-dropdown, [role=slider]')) return;
      const { view, showing } = store.get();
      if (event.key.toLowerCase() === 'm') store.patch({ panelOpen: !panelIsOpen(store.get()) });
      else if (view !== 'train') return;
      else if (event.key.toLowerCase() === 'f')
        store.show(showing === 'freeze' || showing === 'chosen' ? 'live' : 'freeze');
      else if (event.key.toLowerCase() === 'l') store.showNext();
      else if (event.key === ',' || event.key === '.') {
        const by = event.key === ',' ? -1 : 1;
        if (showing === 'slow') store.turnBeat(by);
        else store.moveStep(by);
      } else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, [store]);
}
