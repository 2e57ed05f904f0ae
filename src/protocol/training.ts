/** Host and worker: what trains, and what it tells. */
import type { ExchangeApi } from './exchange';
import type { DataFacts } from '../engine/dataFacts';
import type { InputScale } from '../engine/dataset';
import type { Change, ChangeRecord, EndRecord, EpochRecord, Kept, Sight } from '../engine/records';
import type { Pace } from '../engine/lenses/define';
import type { Answer, LensName, Question } from '../engine/lenses/lenses';
import type { NumericsClass } from '../engine/kernels/set';
import type { MemoryEstimate } from '../engine/plan';
import type { Diagnostic } from '../model/diagnostics';
import type { DataView } from '../model/dataView';
import type { Workspace } from '../model/dataPaths';
import type { LoadProgress } from '../model/loadProgress';
import type { TorchOptions } from '../model/torchOptions';
import type { TableProfile } from '../model/tableProfile';
import type { BackendMade, RunsApi } from './runList';

export type {
  BatchMask,
  Change,
  ChangeRecord,
  ConnectionMask,
  EndRecord,
  EpochRecord,
  Kept,
  LayerMask,
  LayerSight,
  Metrics,
  OtherMasks,
  Piece,
  Sight,
} from '../engine/records';
export type { DataFacts } from '../engine/dataFacts';
export type { InputScale } from '../engine/dataset';
export type { Part } from '../engine/trainer';
export type { Pace } from '../engine/lenses/define';
export type { Answer, Ask, LensName, Lenses, Question, QuestionOf } from '../engine/lenses/lenses';

export type { LoadProgress } from '../model/loadProgress';

/** What the worker answers. */
export interface WorkerApi extends RunsApi, ExchangeApi {
  /**
   * Reads the data a model names and checks the model against it, without training.
   * Findings are in `diagnostics`; nothing is thrown for a bad file.
   */
  inspect(request: ModelSource): Inspection;
  /** What there is to see of the data a model names. Throws a ModelError-like RemoteError where it cannot be used. */
  dataView(request: ModelSource): DataView;
  /** Looks through a CSV file, named by its absolute path. Throws a ModelError-like RemoteError where it is none. */
  profile(file: string): TableProfile;
  /** What reads the data of that name throws a LoadCancelled-like RemoteError soon. Nothing happens where it is over. */
  cancelLoad(load: string): void;
  /** Loads data and compiles the network. Throws a ModelError-like RemoteError where either fails. */
  load(request: LoadRequest): Loaded;
  /**
   * Opens an interrupted run where it was interrupted, with all that it was made with. Throws a RunError-like RemoteError
   * where it cannot be gone on with, and what `load` throws.
   */
  loadRun(request: ResumeRequest): Resumed;
  /**
   * Opens a run to be looked at as it is on disk, ended or not; nothing of it is trained, and nothing written. Where its
   * network cannot be had, what was measured is told all the same. Throws a RunError-like RemoteError where it is no run.
   */
  showRun(request: ShowRequest): Shown;
  /** Writes again what could not be written of a run. */
  save(): Kept | undefined;
  /** Lets go of the run; on disk it can be gone on with from this very step. Answers when it is written. */
  close(): void;
  /** Goes on training until told otherwise. */
  run(): void;
  /** Finishes the step at work, shows that very step, and waits. Answers when it waits. */
  pause(): void;
  /** Makes one optimizer step, shows it, and waits. */
  step(): void;
  /** Ends the run; the weights of the last step are kept. Answers when it has ended. */
  stop(): void;
  /**
   * Ends the run with the weights of its best epoch, measured on the test samples. Answers when it has ended. Throws where
   * no epoch is known to be the best.
   */
  stopAtBest(): void;
  /** Something changed by hand: takes effect on the next step and is recorded. Throws where it cannot be that. */
  change(change: Change): void;
  /** It may make so many epochs in all: at the end of one it waits until it may make more. At first it may make all. */
  allow(epochs: number): void;
  /**
   * Follows another run of the same model and data: makes its changes at their steps, and no epoch that it has not made.
   * `end`: it has ended, with the weights of its best epoch or of its last.
   */
  keepUp(epochs: number, changes: readonly ChangeRecord[], end?: { readonly best: boolean }): void;
  /** What the views look at; nothing is computed for what nobody looks at. */
  watch(watch: Watch): void;
  /**
   * Looks at the run through a lens, beside training. Throws where it has nothing of what is asked, and once the asker
   * asks something else or leaves.
   */
  examine(question: Question, asker: string, pace: Pace): Answer<LensName>;
  /** Nobody waits for what the asker asked any more. */
  leave(asker: string): void;
}

/** What the host answers the worker. */
export interface SessionApi {
  tick(tick: Tick): void;
  /** How far the data of that name has come: a few times a second, where it takes long. */
  loading(load: string, progress: LoadProgress): void;
  /** How a run stands on disk, whenever that changed. */
  kept(run: string, kept: Kept): void;
}

export interface ModelSource {
  readonly text: string;
  /** Absolute path of the folder that the model's paths are relative to. */
  readonly folder: string;
  /** Bytes that training may take; absent: the engine's own limit. */
  readonly memoryLimit?: number;
  /** What the reading of its data is called, to be told of it and to cancel it. */
  readonly load?: string;
  /** What is open in the editor: what a model names outside of it is refused where it is not trusted. Absent: nobody asks. */
  readonly workspace?: Workspace;
}
export interface LoadRequest extends ModelSource {
  /** Sets the run's id on every tick. */
  readonly run: string;
  /** Present: PyTorch makes the steps; not those of a twin. */
  readonly torch?: TorchOptions;
  /** That may work on a step; 0 or absent: the machine's cores, at most 8. */
  readonly threads?: number;
  /** True: the model is trained as its own twin, with everything of the dropout family off. */
  readonly twin?: true;
  /** How many others are trained beside it: each takes its share of the cores. Absent: none. */
  readonly beside?: number;
  /** Instead of the model's training seed and its epochs. */
  readonly seed?: number;
  readonly epochs?: number;
  /** Of a run that is gone on with: its own kernels. Absent: what the model says. */
  readonly numerics?: NumericsClass;
  /** Absent: the run is in memory alone. */
  readonly keep?: KeepRequest;
  /** Whose weights it begins with; absent: they are drawn by its seed. Its first step is pictured at once. */
  readonly initial?: WeightsOfRun;
}
/** Weights of a run on disk. */
export interface WeightsOfRun {
  /** Absolute path of the run. */
  readonly directory: string;
  /** `last`, `best`, `initial` or a kept epoch such as "epoch-000010". */
  readonly checkpoint: string;
}
export interface ShowRequest
  extends Pick<LoadRequest, 'run' | 'memoryLimit' | 'threads' | 'load' | 'workspace'>, Pick<WeightsOfRun, 'directory'> {
  /** Default: the weights that it ended with. */
  readonly checkpoint?: string;
}
/** A run as it is on disk. */
export interface Shown extends Omit<Resumed, keyof Loaded | 'began'> {
  readonly state: RunState;
  readonly epochs: number;
  readonly end?: EndRecord;
  /** Which are shown, and the epoch at whose end they were so: absent where nobody knows. Absent where it has none. */
  readonly weights?: { readonly checkpoint: string; readonly epoch?: number };
  /** All that could be shown. */
  readonly checkpoints: readonly string[];
  readonly loaded?: Loaded;
  /** For the verdict; absent where the run has not kept them, and its data is not there either. */
  readonly facts?: DataFacts;
  /** What made its steps; absent: the engine. */
  readonly backend?: BackendMade;
  /** Why its network cannot be looked into; absent where it is `loaded`. */
  readonly missing?: string;
}
/** How runs are kept. */
export interface KeepSettings {
  /** Longest time between two checkpoints, in seconds. */
  readonly interval: number;
  /** The weights of every n-th epoch are kept; 0: of none. */
  readonly everyEpochs: number;
  /** An event file of TensorBoard is written beside the run. */
  readonly tensorboard?: boolean;
}
export interface KeepRequest extends KeepSettings {
  /** Absolute path of the folder that the run's own is made in. */
  readonly folder: string;
  /** What the run's folder is called, before the time. */
  readonly name: string;
  /** The run's own, where it was made for it: empty. Absolute. */
  readonly directory?: string;
  /** Name of the model's file. */
  readonly file: string;
}
export interface ResumeRequest
  extends
    KeepSettings,
    Pick<LoadRequest, 'run' | 'memoryLimit' | 'threads' | 'load' | 'workspace' | 'torch' | 'beside'> {
  /** Absolute. */
  readonly directory: string;
}
/** An interrupted run, opened. */
export interface Resumed extends Loaded {
  /** The model as it was. */
  readonly text: string;
  /** What it began with, besides: the folder that its data was found from, and weights, where they are not drawn by its seed. */
  readonly began: Pick<LoadRequest, 'folder' | 'initial'>;
  /** Where it stands. */
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
  readonly history: readonly EpochRecord[];
  readonly changes: readonly ChangeRecord[];
  /** What of it is not whole, in words for a person. */
  readonly problems: readonly string[];
}
export interface Inspection {
  readonly diagnostics: readonly Diagnostic[];
  /** What training would take; absent where the model is not valid. */
  readonly memory?: MemoryEstimate;
  readonly data?: DataSummary;
}
export interface DataSummary {
  /** Such as "moons" or "digits.csv". */
  readonly title: string;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly inputShape: readonly number[];
  /** Names of the values of a sample, as the CSV's header gives them; none for pictures. */
  readonly inputNames: readonly string[];
  /** What brings inputs back to the data's units, where they were scaled. */
  readonly inputScales?: readonly InputScale[];
  /** Class names; empty for number targets. */
  readonly classes: readonly string[];
  /** Names of the numbers to give, where there are several. */
  readonly targets?: readonly string[];
}
export interface Loaded {
  readonly data: DataSummary;
  /** For the verdict; absent for a twin, which has none of its own. */
  readonly facts?: DataFacts;
  readonly parameters: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  /** Of weights, batches and masks. */
  readonly seed: number;
  /** The most samples that a batch of this run has memory for. */
  readonly maxBatch: number;
  /** Which way each thing is better that is measured, by its name. */
  readonly measured: Readonly<Record<string, 'higher' | 'lower'>>;
  /** Of the kernels that train. */
  readonly numerics: NumericsClass;
  /** What makes the steps; absent: the engine. */
  readonly backend?: BackendMade;
  /** That work on a step: 1 where no step has work for more. */
  readonly threads: number;
  /** Which layers drop, in the order of the network. */
  readonly dropouts: readonly { readonly layer: string; readonly rate: number }[];
}

export interface Watch {
  /** False: no sight is computed at all. */
  readonly visible: boolean;
  /** Position in the batch of the sample shown; `auto` moves to the next with every new picture. */
  readonly sample: number | 'auto';
  /** Frozen: the step shown stays while training goes on. Other samples of that step can still be looked at. */
  readonly frozen: boolean;
  /** The layer whose masks of the whole batch are wanted: absent, of the first that drops anything; null, of none. */
  readonly strip?: string | null;
  /**
   * While it trains, each picture comes with what so many other masks answer, and waits for it: it lives on what pictures
   * may take of training's time. Absent: without; they can be asked for.
   */
  readonly others?: number;
}

export type RunState = 'training' | 'paused' | 'finished' | 'stopped' | 'failed';

/** At most 30 a second. Holds everything since the tick before, so curves lose no point. */
export interface Tick {
  readonly run: string;
  readonly state: RunState;
  readonly step: number;
  /** The epoch at work, from 1. */
  readonly epoch: number;
  /** How far the run is, 0 to 1, by the samples it took. */
  readonly progress: number;
  /** Seconds spent training, pauses left out. */
  readonly seconds: number;
  /** Loss with dropout on of every step since the last tick. */
  readonly losses: Float32Array;
  readonly epochs: readonly EpochRecord[];
  readonly changes: readonly ChangeRecord[];
  /** Only when the picture changed: at most two a second while training. */
  readonly sight?: Sight;
  readonly end?: EndRecord;
  /** Why it failed, where what makes its steps went wrong. */
  readonly problem?: string;
  /** What the program of another backend printed, or a person has to do for it: lines of the log. */
  readonly said?: readonly string[];
}

export const isDropped = (bits: Uint8Array, unit: number): boolean => ((bits[unit >> 3] >> (unit & 7)) & 1) === 1;
