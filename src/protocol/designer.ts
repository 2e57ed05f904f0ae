/** Host and webview: the picture of a document, the gestures made on it, and the session that trains it. */
import type { MemoryEstimate } from '../engine/plan';
import type { DataView } from '../model/dataView';
import type { Diagnostic } from '../model/diagnostics';
import type { EditOperation } from '../model/edit';
import type { Model } from '../model/model';
import type { KindSpec, LayerSpec } from '../model/spec';
import { NO_LOSSES, type StepLossesData } from './stepLosses';
import type {
  Answer,
  ChangeRecord,
  DataFacts,
  DataSummary,
  EndRecord,
  EpochRecord,
  Kept,
  LensName,
  LoadProgress,
  Pace,
  Question,
  RunState,
  Shown,
  Sight,
  Watch,
  Loaded,
} from './training';
import type { BackendMade } from './runList';

/** What the host answers the webview. */
export interface DesignerHostApi {
  /** The page stands and asks for everything: answered, and followed by `snapshot` and `session` notifications. */
  ready(): Welcome;
  /** One gesture, one edit, one undo step. Refused (`applied: false`) where the document moved on and it no longer fits. */
  edit(intent: EditIntent): EditReply;
  /** Puts layers on the clipboard, as text. */
  copyLayers(layers: readonly string[]): void;
  /** Puts text on the clipboard. */
  copyText(text: string): void;
  /** Puts layers of the clipboard behind a layer, as one undo step. */
  pasteLayers(after: string | null): EditReply;
  control(command: Control): void;
  /** Shows other weights of the stored run that is shown: a checkpoint's name. */
  showWeights(checkpoint: string): void;
  /** Begins a new run of the stored run's model with the weights that are shown; it waits before its first step. */
  restoreWeights(): void;
  /** Whether runs have a twin beside them. One that is alive gets it, from its first step on, or loses it. */
  setTwin(wanted: boolean): void;
  watch(watch: Watch): void;
  /**
   * Looks at the run, or at its twin, through a lens. Throws where there is none, or it has nothing of what is asked.
   * Absent `of`: at the run.
   */
  examine(question: Question, asker: string, pace: Pace, of?: Subject): Answer<LensName>;
  /** Nobody waits for what the asker of this page asked any more. */
  leave(asker: string): void;
  /** Asks for a file or folder of data: its path relative to the model's; undefined where the person goes back. */
  pickPath(what: 'file' | 'folder'): string | undefined;
  /**
   * Asks where to save a file that the page made, and writes it: true; false where the person goes back.
   * @param content text, written in UTF-8, or bytes
   */
  saveFile(name: string, content: string | Uint8Array): boolean;
  /** Looks at the data that the text names now. Throws where it cannot be used, with the reason. */
  dataView(): DataView;
  /** Ends what is read of the document's data, for whatever it is. */
  cancelLoad(): void;
  /** Opens the text and selects what the path points at. */
  reveal(target: RevealTarget): void;
  /** A layer was selected in the picture: text that is in sight shows it too. */
  selected(layer: string): void;
  /** Fills an empty document from a template, as one undo step. */
  useTemplate(template: string): EditReply;
  /** Asks for a CSV file and fills an empty document with a network for it; nothing happens where the person goes back. */
  useTable(): EditReply;
}

/** What the webview answers the host. */
export interface DesignerViewApi {
  snapshot(snapshot: Snapshot): void;
  session(session: SessionSnapshot): void;
  tick(tick: ViewTick): void;
  /** How far the document's data has come, where reading it takes long; undefined once it is over. */
  loading(progress: LoadProgress | undefined): void;
  /** The cursor of the text went into a layer. */
  select(layer: string): void;
  /** The training view is wanted, in a page that stands. */
  showTraining(): void;
}

/** What is looked at: the run, or the same without dropout beside it. */
export type Subject = 'run' | 'twin';

/** `resume` goes on after a pause, `resumeRun` with a run that was interrupted, from what is on disk. */
export type Control = 'train' | 'pause' | 'resume' | 'step' | 'stop' | 'stopAtBest' | 'trainAnew' | 'resumeRun';
export type RevealTarget = { readonly layer: string } | { readonly offset: number; readonly length: number };

/** A kind as the page needs it: without functions, so that it can be posted. */
export type KindDescription = KindSpec;
export type LayerDescription = Pick<
  LayerSpec,
  'kind' | 'title' | 'help' | 'parameters' | 'example' | 'group' | 'inputs' | 'drops'
>;
export interface CatalogueDescription {
  readonly layers: readonly LayerDescription[];
  readonly losses: readonly KindDescription[];
  readonly optimizers: readonly KindDescription[];
  readonly metrics: readonly KindDescription[];
  readonly schedules: readonly KindDescription[];
  readonly augmentations: readonly KindDescription[];
  readonly sources: readonly KindDescription[];
}
export interface TemplateDescription {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly variant?: true;
}

export interface Welcome {
  readonly catalogue: CatalogueDescription;
  readonly templates: readonly TemplateDescription[];
  readonly snapshot: Snapshot;
  readonly session: SessionSnapshot;
  /** True where the page was opened to see the training. */
  readonly showTraining?: boolean;
}

/** The document at one version. */
export interface Snapshot {
  readonly version: number;
  readonly fileName: string;
  /** True where the file has no text at all: the page offers templates. */
  readonly empty: boolean;
  /**
   * What the text says, or the last version that said something valid. Absent only where none ever did.
   * `current` tells which.
   */
  readonly model?: Model;
  readonly current: boolean;
  /** False where the text does not parse: nothing can be edited by gesture until it does. */
  readonly editable: boolean;
  readonly diagnostics: readonly LocatedDiagnostic[];
  readonly data?: DataSummary;
  /** Of `model`, once it was looked at. */
  readonly memory?: MemoryEstimate;
}
export interface LocatedDiagnostic extends Diagnostic {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The line's text, for the banner. */
  readonly excerpt: string;
}

export interface EditIntent {
  /** The document version that the page saw when the gesture was made. */
  readonly baseVersion: number;
  readonly operation: EditOperation;
}
export type EditReply = { readonly applied: true } | { readonly applied: false; readonly reason: string };

/** Everything about the run of this document, for a page that just opened. */
export interface SessionSnapshot {
  readonly state: 'idle' | 'loading' | RunState;
  /** Why it failed, or why training cannot start. */
  readonly message?: string;
  readonly run?: string;
  /** The model that is being trained: the document may have moved on. */
  readonly model?: Model;
  readonly data?: DataSummary;
  /** For the verdict: of a stored run known without its data. */
  readonly facts?: DataFacts;
  /** True where the document changed since the run began in more than a run can take over: the next run will differ. */
  readonly outdated?: boolean;
  /** Why something that a run can take over has to wait for the next one. */
  readonly waiting?: string;
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Which way each thing is better that is measured, by its name. */
  readonly measured?: Readonly<Record<string, 'higher' | 'lower'>>;
  readonly epoch: number;
  readonly epochs: number;
  /** How far the run is, 0 to 1, by the samples it took. */
  readonly progress: number;
  readonly seconds: number;
  /** Loss with dropout on of the last step: none before the first. */
  readonly lastLoss?: number;
  /** Of all steps, dropout on. */
  readonly losses: StepLossesData;
  readonly history: readonly EpochRecord[];
  readonly changes: readonly ChangeRecord[];
  /** What happened besides epochs, in order. */
  readonly log?: readonly LogEntry[];
  /** Seconds of training at the end of each epoch of `history`; NaN where that was before the run was gone on with. */
  readonly epochSeconds?: readonly number[];
  readonly sight?: Sight;
  readonly end?: EndRecord;
  /** Whether runs of this document have a twin. */
  readonly twinWanted?: boolean;
  /** Absent where this run has none. */
  readonly twin?: TwinSnapshot;
  /** How it stands on disk; absent where it is in memory alone. */
  readonly kept?: Kept;
  /** Of a run that is shown as it is on disk: it is not trained on here. */
  readonly stored?: StoredRunShown;
  /** Whose weights the run began with, where they are another run's. */
  readonly initial?: { readonly run: string; readonly checkpoint: string };
  /** What makes the steps, or made those of a stored run; absent: the engine. */
  readonly backend?: BackendMade;
}

/** A run on disk, looked at. */
export interface StoredRunShown extends Pick<Shown, 'weights' | 'checkpoints' | 'problems' | 'missing'> {
  readonly directory: string;
  /** Of its folder. */
  readonly name: string;
}

/** Something that happened to a run. */
export interface LogEntry {
  /** From 0, in order. */
  readonly n: number;
  /** Spent training until then, pauses left out. */
  readonly seconds: number;
  /** Steps made. */
  readonly step: number;
  readonly epoch: number;
  readonly event: LogEvent;
}
export type LogEvent =
  | {
      /** `resumed`: gone on with from what is on disk. `shown`: only looked at. */
      readonly type: 'started' | 'resumed' | 'shown';
      readonly seed?: number;
      readonly threads: number;
      readonly numerics: string;
      /** What makes the steps; absent: the engine. */
      readonly backend?: Loaded['backend'];
    }
  | { readonly type: 'paused' | 'wentOn' | 'twinBegan' | 'twinLeft' | 'twinEnded' }
  | { readonly type: 'changed'; readonly change: ChangeRecord }
  | { readonly type: 'ended'; readonly end: EndRecord }
  | { readonly type: 'failed' | 'backendFailed' | 'twinFailed'; readonly message: string };

/** The same model without dropout, trained beside the run: same seed, initial weights and batches. */
export interface TwinSnapshot {
  readonly state: 'loading' | RunState;
  /** Never longer than that of the run. */
  readonly history: readonly EpochRecord[];
  readonly end?: EndRecord;
  /** Why it failed. */
  readonly message?: string;
}

/** Whether the run was interrupted, and can be gone on with from what is on disk. */
export const canResume = ({ state, kept, end }: SessionSnapshot): boolean =>
  kept?.directory !== undefined && (state === 'stopped' || state === 'failed') && end?.reason !== 'nan';

/** Whether it is a stored run that has not come to an end. */
export const wasInterrupted = ({ stored, end }: SessionSnapshot): boolean => stored !== undefined && !end;

/** Before the first run. */
export const NO_SESSION: SessionSnapshot = {
  state: 'idle',
  step: 0,
  stepsPerEpoch: 0,
  epoch: 0,
  epochs: 0,
  progress: 0,
  seconds: 0,
  losses: NO_LOSSES,
  history: [],
  changes: [],
};

/** What changed since the last one, while a run is alive. */
export interface ViewTick {
  readonly run: string;
  readonly state: RunState;
  readonly step: number;
  readonly epoch: number;
  readonly progress: number;
  readonly seconds: number;
  readonly lastLoss?: number;
  readonly epochs: readonly EpochRecord[];
  readonly changes: readonly ChangeRecord[];
  readonly sight?: Sight;
  readonly end?: EndRecord;
  /** Of the twin: `history` has only its epochs since the last tick. */
  readonly twin?: TwinSnapshot;
  readonly log?: readonly LogEntry[];
  /** Of each step since the last tick, dropout on. */
  readonly losses?: Float32Array;
}
