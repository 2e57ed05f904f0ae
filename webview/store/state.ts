/** What the page knows, and the pure steps from one state to the next. No DOM here: these are unit-tested. */
import { StepLosses, type StepLossesData } from '../../src/protocol/stepLosses';
import { NO_SESSION } from '../../src/protocol/designer';
import type {
  CatalogueDescription,
  SessionSnapshot,
  Snapshot,
  TemplateDescription,
  TwinSnapshot,
  ViewTick,
  Welcome,
} from '../../src/protocol/designer';
import type { EditOperation } from '../../src/model/edit';
import { sizeOf } from '../../src/model/spec';
import type { Answer, ChangeRecord, LoadProgress, Part, Watch } from '../../src/protocol/training';
import type { Suspect } from '../train/suspects';
import { NEURONS } from '../canvas/geometry';
import type { Order } from '../train/strip';
import { type Picture, watchedOf, withPicture } from './picture';

export type View = 'design' | 'train';
export type InspectorTab = 'layer' | 'data' | 'training';
/** What stands below the design. */
export type DesignTab = 'analyzer' | 'data' | 'problems';

export interface Message {
  readonly text: string;
  /** The gesture that was refused, to be tried again on the document as it is now. */
  readonly retry?: EditOperation;
}

export interface State extends Picture {
  readonly catalogue?: CatalogueDescription;
  readonly templates: readonly TemplateDescription[];
  readonly snapshot?: Snapshot;
  readonly view: View;
  /** Nothing was kept from a page before: the first view follows what the host tells. */
  readonly fresh: boolean;
  /** The layer whose form is shown. */
  readonly selection: string | undefined;
  /** Layers that are selected besides it. */
  readonly others: readonly string[];
  readonly tab: InspectorTab;
  readonly designPanel: DesignTab;
  /** A strip of masks is open somewhere on the page. */
  readonly strip: boolean;
  readonly pageVisible: boolean;
  /** So low that the panel makes room until somebody opens it. */
  readonly low: boolean;
  readonly logLoss: boolean;
  /** How strongly curves are smoothed, 0 to below 1. */
  readonly smoothing: number;
  /** The metric that is drawn besides the loss: the first, until one is chosen. */
  readonly metric?: string;
  /** The epochs that curves show; absent: all. */
  readonly zoom?: readonly [number, number];
  /** The epoch that is pointed at, marked in every chart. */
  readonly epochAt?: number;
  /** Undefined until somebody opens or closes it: then it is open where there is something to see in it. */
  readonly panelOpen: boolean | undefined;
  /** The dropout layer whose masks are shown: the first, until one is chosen. */
  readonly gate?: string;
  /** What the columns of the strip of masks are ordered by. */
  readonly order: Order;
  /** Where connections are dropped: how often each was over the run, in the place of the batch's masks. */
  readonly overRun: boolean;
  /** The panel shown below the network in training: the first, until one is chosen. */
  readonly panel?: string;
  readonly pointed?: { readonly layer: string; readonly unit: number };
  /** Row of the data that is pointed at, from 0. */
  readonly pointedRow?: number;
  /** The part of the data that panels look at: validation, until one is chosen. */
  readonly part?: Part;
  /** What each neuron answers over two inputs, of the run at hand. */
  readonly responses?: Answer<'responses'>;
  /** What single connections between neurons weigh, of the run at hand. */
  readonly weights?: Answer<'weights'>;
  readonly message?: Message;
  /** Layers that are behind a failure of the run at hand, with what is wrong with each. */
  readonly suspects: readonly Suspect[];
  /** How far the data has come that is being read, where that takes long. */
  readonly loading?: LoadProgress;
}

export const alive = (state: SessionSnapshot['state']): boolean =>
  state === 'loading' || state === 'training' || state === 'paused';

/** What a run is called: as its folder on disk, where it has one. */
export const runName = ({ kept, run }: Pick<SessionSnapshot, 'kept' | 'run'>): string | undefined =>
  kept?.directory?.split(/[\\/]/).at(-1) ?? run;

/** What VS Code keeps for us over a hidden tab or a reload. */
export interface SavedState {
  readonly view?: View;
  readonly selection?: string;
  readonly tab?: InspectorTab;
  readonly designPanel?: DesignTab;
  readonly logLoss?: boolean;
  readonly smoothing?: number;
  readonly metric?: string;
  readonly panelOpen?: boolean;
  readonly panel?: string;
}

export function initialState(saved: SavedState, reducedMotion: boolean): State {
  return {
    templates: [],
    session: NO_SESSION,
    view: saved.view === 'train' ? 'train' : 'design',
    fresh: saved.view === undefined,
    selection: saved.selection,
    others: [],
    suspects: [],
    tab: saved.tab ?? 'layer',
    designPanel: saved.designPanel ?? 'analyzer',
    // Reduced motion: masks change on request only.
    showing: reducedMotion ? 'freeze' : 'live',
    sample: 0,
    refreshing: false,
    beat: 0,
    held: reducedMotion,
    strip: false,
    order: 'index',
    overRun: false,
    pageVisible: true,
    low: false,
    logLoss: saved.logLoss ?? false,
    smoothing: saved.smoothing ?? 0,
    metric: saved.metric,
    panelOpen: saved.panelOpen,
    panel: saved.panel,
  };
}

export const savedOf = (s: State): SavedState => ({
  view: s.view,
  selection: s.selection,
  tab: s.tab,
  designPanel: s.designPanel,
  logLoss: s.logLoss,
  smoothing: s.smoothing,
  metric: s.metric,
  panelOpen: s.panelOpen,
  panel: s.panel,
});

/** The losses of all steps, of which a page has one list: it grows in place, and each state has a view of it. */
let collected: { readonly losses: StepLosses; data: StepLossesData } | undefined;
function joined(known: StepLossesData, fresh: Float32Array): StepLossesData {
  if (collected?.data !== known) collected = { losses: new StepLosses(known), data: known };
  collected.losses.add(fresh);
  collected.data = collected.losses.data;
  return collected.data;
}

/** The twin as it is after news of it: `history` of those has only what is new. */
function withTwin(twin: TwinSnapshot | undefined, news: TwinSnapshot): TwinSnapshot {
  const last = twin?.history.at(-1)?.epoch ?? 0;
  const fresh = news.history.filter((e) => e.epoch > last);
  return { ...news, history: [...(twin?.history ?? []), ...fresh] };
}

const changeKey = ({ step, layer = '', parameter, to }: ChangeRecord): string => `${step} ${layer} ${parameter} ${to}`;

/** A tick of another run than the one at hand says nothing about this one: the host's `session` comes with the change. */
export function applyTick(session: SessionSnapshot, tick: ViewTick): SessionSnapshot {
  if (session.run !== undefined && session.run !== tick.run) return session;
  const lastEpoch = session.history.at(-1)?.epoch ?? 0;
  const fresh = tick.epochs.filter((e) => e.epoch > lastEpoch);
  const twin = tick.twin && withTwin(session.twin, tick.twin);
  const known = new Set(session.changes.map(changeKey));
  const changes = tick.changes.filter((c) => !known.has(changeKey(c)));
  const noted = session.log?.at(-1)?.n ?? -1;
  const log = tick.log?.filter((entry) => entry.n > noted) ?? [];
  return {
    ...session,
    run: tick.run,
    state: tick.state,
    step: tick.step,
    epoch: tick.epoch,
    progress: tick.progress,
    seconds: tick.seconds,
    lastLoss: tick.lastLoss ?? session.lastLoss,
    ...(tick.losses?.length && { losses: joined(session.losses, tick.losses) }),
    history: fresh.length ? [...session.history, ...fresh] : session.history,
    ...(fresh.length && { epochSeconds: [...(session.epochSeconds ?? []), ...fresh.map(() => tick.seconds)] }),
    ...(log.length && { log: [...(session.log ?? []), ...log] }),
    changes: changes.length ? [...session.changes, ...changes] : session.changes,
    sight: tick.sight ?? session.sight,
    end: tick.end ?? session.end,
    ...(twin && { twin }),
    message: tick.end?.message ?? session.message,
  };
}

/** The session's next state within the page: a run that begins brings the Train view, a new picture ends a refresh. */
export function withSession(s: State, session: SessionSnapshot): State {
  const begins = !alive(s.session.state) && (session.state === 'loading' || session.state === 'training');
  const next = withPicture(s, session);
  return {
    ...next,
    view: begins && s.snapshot !== undefined ? 'train' : next.view,
    ...(session.run !== s.session.run && { zoom: undefined, epochAt: undefined }),
  };
}

/** The first word of the host. Who opens a document that is being trained wants to see it train. */
export function withWelcome(s: State, { catalogue, templates, snapshot, session, showTraining }: Welcome): State {
  const next = withSession(withSnapshot({ ...s, catalogue, templates }, snapshot), session);
  return { ...next, view: showTraining || (s.fresh && (alive(session.state) || session.stored)) ? 'train' : s.view };
}

export function withSnapshot(s: State, snapshot: Snapshot): State {
  const { model } = snapshot;
  if (!model) return { ...s, snapshot };
  const there = selected(s).filter((id) => model.layers.some((l) => l.id === id));
  // What is left of a selection keeps its first layer at the front.
  return {
    ...s,
    snapshot,
    selection: there[0],
    others: there.length === 1 + s.others.length ? s.others : there.slice(1),
  };
}

/** All selected layers, the one whose form is shown first. */
export const selected = (s: State): readonly string[] => (s.selection === undefined ? [] : [s.selection, ...s.others]);

export const isSelected = (s: State, id: string): boolean => s.selection === id || s.others.includes(id);

/** Adds a layer to the selection, as the one whose form is shown, or takes it out. */
export function withToggled(s: State, id: string): State {
  const rest = selected(s).filter((other) => other !== id);
  const [selection, ...others] = isSelected(s, id) ? rest : [id, ...rest];
  return { ...s, selection, others, tab: 'layer' };
}

/** Where every neuron is seen in the graph itself, the strip of masks makes room for it, until somebody opens it. */
export function panelIsOpen(s: State): boolean {
  if (s.panelOpen !== undefined) return s.panelOpen;
  if (s.low || s.view === 'design') return !s.low;
  const model = s.session.model ?? s.snapshot?.model;
  const hidden = model?.layers.filter((l) => l.inputs.length > 0 && l.id !== model.output) ?? [];
  return hidden.length === 0 || hidden.some((l) => sizeOf(l.shape) > NEURONS);
}

/** What the host is told to compute for us: nothing of what nobody sees. */
export function watchOf(s: State): Watch {
  const watched = watchedOf(s);
  return {
    ...watched,
    visible: watched.visible && s.view === 'train' && s.pageVisible,
    ...(s.strip ? s.gate !== undefined && { strip: s.gate } : { strip: null }),
    ...(isLive(s) &&
      (s.session.sight?.layers.some((l) => l.mask ?? l.connections) ?? false) && { others: passesOf(s) }),
  };
}

/** Whether the picture moves on with the training. */
export const isLive = (s: State): boolean =>
  s.session.state === 'training' && (s.showing === 'live' || s.showing === 'sample');

/** Other masks that a sample is answered with. */
export const PASSES = 50;
/** While pictures follow the training they may cost so many multiply-adds: about ten milliseconds of work. */
const LIVE_WORK = 20_000_000;
const FEWEST = 5;

/** How many other masks the sample shown is answered with: fewer while the network trains, where one takes long. */
export function passesOf(s: State): number {
  const each = s.session.model?.layers.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0) ?? 0;
  return isLive(s) ? Math.max(FEWEST, Math.min(PASSES, Math.floor(LIVE_WORK / Math.max(1, each)))) : PASSES;
}

export type Trainable = { readonly ok: true } | { readonly ok: false; readonly reason: string };
/** Whether Train can be pressed, and if not, why. */
export function trainable(snapshot: Snapshot | undefined): Trainable {
  const no = (reason: string): Trainable => ({ ok: false, reason });
  if (!snapshot) return no('The document is being read.');
  if (snapshot.empty) return no('The file is empty: choose a template first.');
  const error = snapshot.diagnostics.find((d) => d.severity === 'error');
  if (error) return no(`Line ${error.line}: ${error.message}`);
  if (!snapshot.current || !snapshot.model) return no('The text is not valid.');
  if (!snapshot.model.data) return no('No data yet: name a data source under Data.');
  if (!snapshot.model.training) return no('No training yet: choose a loss and an optimizer under Training.');
  return { ok: true };
}
