import type { DataView } from '../../src/model/dataView';
import type { EditOperation } from '../../src/model/edit';
import type {
  Control,
  DesignerHostApi,
  EditReply,
  RevealTarget,
  SessionSnapshot,
  Snapshot,
  Subject,
  ViewTick,
} from '../../src/protocol/designer';
import { asError, type Connection } from '../../src/protocol/rpc';
import type { Answer, Ask, LensName, LoadProgress, Pace, Part, Question } from '../../src/protocol/training';
import {
  applyTick,
  PASSES,
  savedOf,
  selected,
  watchOf,
  withSession,
  withSnapshot,
  withToggled,
  withWelcome,
} from './state';
import type { DesignTab, SavedState, State, View } from './state';
import { nextBeat, nextSample, sightOf, stepFrom, type Chosen, type Replay, type Showing } from './picture';

const DRAW_EVERY_MS = 100;

/** Holds the state, tells its listeners, and turns gestures into calls. The host's answers are the only truth. */
export class Store {
  private readonly listeners = new Set<() => void>();
  private host: Connection<DesignerHostApi> | undefined;
  private sentWatch = '';
  /** The session with the ticks that are not drawn yet. */
  private session: SessionSnapshot | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private savedText = '';

  constructor(
    private state: State,
    private readonly save: (state: SavedState) => void,
  ) {}

  readonly get = (): State => this.state;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private put(next: State): void {
    if (next === this.state) return;
    this.state = next;
    const saved = savedOf(next);
    const text = JSON.stringify(saved);
    if (text !== this.savedText) {
      this.savedText = text;
      this.save(saved);
    }
    this.tellWatch();
    for (const listener of [...this.listeners]) listener();
  }
  readonly patch = (change: Partial<State>): void => this.put({ ...this.state, ...change });

  async open(host: Connection<DesignerHostApi>): Promise<void> {
    this.host = host;
    this.put(withWelcome(this.state, await host.call.ready()));
  }

  // What the host tells.
  readonly onSnapshot = (snapshot: Snapshot): void => this.put(withSnapshot(this.state, snapshot));
  readonly onSession = (session: SessionSnapshot): void => {
    this.forgetTicks();
    this.put(withSession(this.state, session));
  };
  readonly onLoading = (loading: LoadProgress | undefined): void => this.patch({ loading });
  /** Ticks come up to 30 times a second, more often than anybody reads: what a few of them say is drawn together. */
  readonly onTick = (tick: ViewTick): void => {
    this.session = applyTick(this.session ?? this.state.session, tick);
    if (tick.end || tick.state !== this.state.session.state) this.drawTicks();
    else this.timer ??= setTimeout(() => this.drawTicks(), DRAW_EVERY_MS);
  };
  private drawTicks(): void {
    const { session } = this;
    this.forgetTicks();
    if (session) this.put(withSession(this.state, session));
  }
  private forgetTicks(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.session = undefined;
  }

  private tellWatch(): void {
    if (!this.host || !this.state.catalogue) return;
    const watch = watchOf(this.state);
    const text = JSON.stringify(watch);
    if (text === this.sentWatch) return;
    this.sentWatch = text;
    this.host.call.watch(watch).catch((e: unknown) => this.failed('The picture cannot follow', e));
  }

  // What the person does.
  readonly setView = (view: View): void => this.patch({ view, pointed: undefined });
  readonly select = (selection: string | undefined): void => {
    if (selection !== undefined && selection !== this.state.selection)
      this.host?.call.selected(selection).catch((e: unknown) => this.failed('The text cannot follow', e));
    this.onSelect(selection);
  };
  /** The text's cursor is in a layer: no need to tell the text. */
  readonly onSelect = (selection: string | undefined): void =>
    this.patch(selection === undefined ? { selection, others: [] } : { selection, others: [], tab: 'layer' });
  readonly toggle = (id: string): void => this.put(withToggled(this.state, id));
  readonly selectAll = (ids: readonly string[]): void =>
    this.patch({ selection: ids[0], others: ids.slice(1), tab: 'layer' });
  readonly show = (showing: Showing): void => {
    const sight = sightOf(this.state);
    if (showing === 'replay') {
      if (sight && this.state.session.step > 0) this.replay(Math.min(sight.step, this.state.session.step - 1));
      return;
    }
    this.patch({ showing, refreshing: false, sample: sight?.sample ?? this.state.sample, beat: 0 });
  };
  readonly refresh = (): void => this.patch({ refreshing: true });
  readonly moveSample = (by: number): void => this.chooseSample(nextSample(this.state, by));
  readonly chooseSample = (sample: number): void => {
    const { showing } = this.state;
    if (showing === 'replay') this.replay(this.state.replay!.step, sample);
    else this.patch({ sample, showing: showing === 'live' || showing === 'chosen' ? 'sample' : showing, beat: 0 });
  };
  /**
   * Shows a sample of a panel in the graph, as the network of now sees it; it stays until another picture is wanted.
   * @param held the step whose picture of it is there already
   */
  readonly pick = async (part: Part, position: number, held?: number): Promise<void> => {
    const { strip, gate, chosen: before, session } = this.state;
    this.patch({ showing: 'chosen', chosen: { part, position, sight: before?.sight }, beat: 0 });
    const note = (change: Pick<Chosen, 'sight' | 'problem'>): void => {
      const { chosen } = this.state;
      if (chosen?.part === part && chosen.position === position && this.state.session.run === session.run)
        this.patch({ chosen: { part, position, ...change } });
    };
    try {
      const ask = { part, position, held, strip: strip ? gate : null, passes: PASSES };
      note({ sight: (await this.examine('sampleSight', ask, 'chosen')).sight });
    } catch (error) {
      note({ problem: asError(error).message });
    }
  };
  /** Shows the step before or behind the one that is seen; a run that waits makes its next step for it. */
  readonly moveStep = (by: -1 | 1): void => {
    const to = stepFrom(this.state, by);
    if (to === undefined) return;
    if (to !== 'make') return this.replay(to.replay);
    if (this.state.showing === 'replay') this.show('sample');
    this.control('step');
  };
  /** Shows a step of before, made again: at once where it is near, else leg by leg of the way there. */
  readonly replay = (step: number, sample?: number): void => {
    const before = this.state.replay;
    const at = sample ?? sightOf(this.state)?.sample ?? 0;
    if (this.state.showing === 'replay' && before?.step === step && before.sample === at && !before.problem) return;
    this.patch({ showing: 'replay', replay: { step, sample: at, sight: before?.sight } });
    void this.goTo(step, at);
  };
  private async goTo(step: number, sample: number): Promise<void> {
    const { strip, gate, session } = this.state;
    const isWanted = (): boolean => {
      const { replay, showing } = this.state;
      return showing === 'replay' && replay?.step === step && replay.sample === sample;
    };
    const note = (change: Partial<Replay>): void => {
      if (isWanted() && this.state.session.run === session.run)
        this.patch({ replay: { ...this.state.replay!, ...change } });
    };
    try {
      while (isWanted()) {
        const ask = { step, sample, strip: strip ? gate : null };
        const { sight, from, at } = await this.examine('replay', ask, 'replay');
        note({ from, at, ...(sight && { sight }) });
        if (sight) return;
      }
    } catch (error) {
      note({ problem: asError(error).message });
    }
  }
  readonly moveBeat = (): void => this.put(nextBeat(this.state));
  /** A beat on or back by hand: slow motion stands there until it is told to go on. */
  readonly turnBeat = (by: -1 | 1): void => {
    if (by > 0) this.put({ ...nextBeat(this.state), held: true });
    else this.patch({ beat: Math.max(0, this.state.beat - 1), held: true });
  };
  /** Live, slow motion, a step of before where there is one, and live again. */
  readonly showNext = (): void => {
    const { showing } = this.state;
    this.show(showing === 'live' ? 'slow' : showing === 'slow' ? 'replay' : 'live');
    if (showing === 'slow' && this.state.showing === 'slow') this.show('live');
  };
  readonly chooseGate = (gate: string): void => {
    this.patch({ gate });
    this.lookAgain();
  };
  /** Asks again for a picture that the page asks for itself: more of it is to be seen. */
  readonly lookAgain = (): void => {
    const { showing, replay, chosen } = this.state;
    if (showing === 'replay' && replay) void this.goTo(replay.step, replay.sample);
    if (showing === 'chosen' && chosen) void this.pick(chosen.part, chosen.position, chosen.sight?.step);
  };
  readonly point = (layer: string | undefined, unit = 0): void => {
    const was = this.state.pointed;
    if (was?.layer === layer && (layer === undefined || was?.unit === unit)) return;
    this.patch({ pointed: layer === undefined ? undefined : { layer, unit } });
  };
  readonly dismiss = (): void => this.patch({ message: undefined });

  readonly control = (command: Control): void => {
    if (command === 'train') this.patch({ view: 'train' });
    this.host?.call.control(command).catch((e: unknown) => this.failed('That did not work', e));
  };
  readonly showPanel = (designPanel: DesignTab): void => this.patch({ designPanel, panelOpen: true });
  /** Undefined where the person goes back, or no file can be asked for, which is said. */
  readonly pickPath = async (what: 'file' | 'folder'): Promise<string | undefined> => {
    try {
      return await this.host?.call.pickPath(what);
    } catch (error) {
      this.failed('No file can be chosen', error);
      return undefined;
    }
  };
  /** Asks where to save what the page made. What fails is said. */
  readonly saveFile = async (name: string, make: () => string | Promise<Uint8Array>): Promise<void> => {
    try {
      await this.host?.call.saveFile(name, await make());
    } catch (error) {
      this.failed(`${name} was not saved`, error);
    }
  };
  /** What there is to see of the data. Rejects where it cannot be used, with the reason. */
  readonly dataView = async (): Promise<DataView> => {
    if (!this.host) throw new Error('The page is not connected yet.');
    return this.host.call.dataView();
  };
  readonly cancelLoad = (): void => {
    this.host?.call.cancelLoad().catch((e: unknown) => this.failed('Reading cannot be cancelled', e));
  };
  /** Of the stored run that is shown. */
  readonly showWeights = (checkpoint: string): void => {
    this.host?.call.showWeights(checkpoint).catch((e: unknown) => this.failed('These weights cannot be shown', e));
  };
  readonly restoreWeights = (): void => {
    this.host?.call.restoreWeights().catch((e: unknown) => this.failed('These weights cannot be restored', e));
  };
  readonly setTwin = (wanted: boolean): void => {
    this.host?.call.setTwin(wanted).catch((e: unknown) => this.failed('The twin cannot be changed', e));
  };
  readonly reveal = (target: RevealTarget): void => {
    this.host?.call.reveal(target).catch((e: unknown) => this.failed('The text cannot be shown', e));
  };

  /**
   * Looks at the run through a lens. Rejects where it has nothing of what is asked, with the reason.
   * @param asker whose question it is: a second one takes the place of the first, which rejects
   * @param of its twin, where there is one, can be looked at just so
   */
  readonly examine = async <K extends LensName>(
    lens: K,
    ask: Ask<K>,
    asker: string,
    pace: Pace = 'soon',
    of: Subject = 'run',
  ): Promise<Answer<K>> => {
    if (!this.host) throw new Error('The page is not connected yet.');
    return await this.host.call.examine({ lens, ask } as Question, asker, pace, of);
  };
  /** What the asker asked is not waited for any more. A run that is gone answers nobody anyway. */
  readonly leave = (asker: string): void => {
    this.host?.call.leave(asker).catch(() => undefined);
  };

  /** One gesture. Resolves to whether it was made; what was refused is shown as a message. */
  readonly edit = (operation: EditOperation): Promise<boolean> => {
    const version = this.state.snapshot?.version;
    if (!this.host || version === undefined) return Promise.resolve(false);
    return this.settle(this.host.call.edit({ baseVersion: version, operation }), operation);
  };
  /** One gesture that adds layers, which are selected then. */
  readonly editAndSelect = async (operation: EditOperation): Promise<void> => {
    await this.selectingNew(() => this.edit(operation));
  };
  readonly copy = async (): Promise<boolean> => {
    const layers = selected(this.state);
    if (!this.host || layers.length === 0) return false;
    try {
      await this.host.call.copyLayers(layers);
      return true;
    } catch (error) {
      this.failed('Nothing was copied', error);
      return false;
    }
  };
  readonly copyText = async (text: string): Promise<void> => {
    try {
      await this.host?.call.copyText(text);
    } catch (error) {
      this.failed('Nothing was copied', error);
    }
  };
  readonly cut = async (): Promise<void> => {
    const layers = selected(this.state);
    if (await this.copy()) await this.edit({ type: 'removeLayers', layers });
  };
  readonly paste = async (after: string | null): Promise<void> => {
    await this.selectingNew(() =>
      this.host ? this.settle(this.host.call.pasteLayers(after)) : Promise.resolve(false),
    );
  };
  private async selectingNew(gesture: () => Promise<boolean>): Promise<void> {
    const ids = (): readonly string[] => this.state.snapshot?.model?.layers.map((l) => l.id) ?? [];
    const before = new Set(ids());
    if (!(await gesture())) return;
    const fresh = ids().filter((id) => !before.has(id));
    if (fresh.length > 0) this.selectAll(fresh);
  }
  readonly useTemplate = (id: string): Promise<boolean> =>
    this.host ? this.settle(this.host.call.useTemplate(id)) : Promise.resolve(false);

  readonly useTable = (): Promise<boolean> =>
    this.host ? this.settle(this.host.call.useTable()) : Promise.resolve(false);

  private async settle(reply: Promise<EditReply>, retry?: EditOperation): Promise<boolean> {
    let reason: string;
    try {
      const answer = await reply;
      if (answer.applied) {
        if (this.state.message) this.dismiss();
        return true;
      }
      reason = answer.reason;
    } catch (error) {
      reason = asError(error).message;
    }
    this.patch({ message: { text: `Your change was not made: ${reason}`, retry } });
    return false;
  }

  private failed(what: string, error: unknown): void {
    this.patch({ message: { text: `${what}: ${asError(error).message}` } });
  }
}
