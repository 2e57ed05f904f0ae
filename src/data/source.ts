import { type Typed, typed } from '../engine/typed';
import type { Numbers } from '../formats/arrays';
import type { Fix } from '../model/fixes';
import type { Workspace } from '../model/dataPaths';
import type { JsonObject, JsonPath } from '../model/json';
import type { LoadProgress } from '../model/loadProgress';
import type { Parameters, SourceSpec, Way } from '../model/spec';
import type { Cells } from './cells';

/** How a source reaches files. Paths are as the model gives them; whoever makes the function knows the folder. */
export interface DataIo {
  /** Rejects where the file cannot be read; an error with `code: 'ENOENT'` says that it is not there. */
  readFile(path: string): Promise<Uint8Array>;
  /** Opens a file to read it piece by piece. Rejects as `readFile` does. */
  openFile(path: string): Promise<DataFile>;
  /** What tells one state of a file or folder from another, such as its size and time of change. */
  stamp?(path: string): Promise<string>;
  /** Told how far the source has come, piece by piece. Throws LoadCancelled where nobody wants the rest. */
  progress?(progress: LoadProgress): void;
  /** What is open, where there is an editor. @see checkPlaces */
  readonly workspace?: Workspace;
  /** Where a path leads: absolute, links resolved; of what is not there, as far as it is. */
  place?(path: string): Promise<string>;
  /** Bytes that the samples, or a file that is read whole, may take; absent: `DEFAULT_DATA_LIMIT`. */
  readonly limit?: number;
  /**
   * What is in a folder, by name. Rejects where it cannot be read, and where a link in it leads out of the folder `within`
   * (by default the folder itself) or back to a folder that it lies in.
   */
  listFolder(path: string, within?: string): Promise<readonly FolderEntry[]>;
}

/** Thrown where whoever waits for the data no longer wants it. */
export class LoadCancelled extends Error {
  override readonly name = 'LoadCancelled';
  constructor() {
    super('Loading was cancelled.');
  }
}

/** A file that is read from its beginning on. */
export interface DataFile {
  /** In bytes, when it was opened. */
  readonly size: number;
  /** Puts the next bytes into `into`, as many as there are but no more than fit. @returns how many; 0: the end */
  read(into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Something worth knowing that does not stop training, with its place in the model. */
export interface Finding {
  readonly code: string;
  readonly path: JsonPath;
  readonly message: string;
  readonly fixes?: readonly Fix[];
}

/** What a source yields: unsplit, unscaled, in the order of the source. */
interface Rows {
  /** Such as "moons" or "digits.csv". */
  readonly title: string;
  readonly rows: number;
  readonly answers: Answers;
}

/** Samples of named columns. */
export interface Table extends Rows {
  readonly inputNames: readonly string[];
  /** A column for each of inputNames. NaN where a value is missing; of a category, its place among `categories`. */
  readonly inputs: Cells;
  /** Of columns that hold categories: their values, in order. */
  readonly categories?: ReadonlyMap<number, readonly string[]>;
  /** Those of them that the network is to read as indices: places from 1, 0 where a value is missing. */
  readonly indexed?: ReadonlySet<number>;
  /** Of each row, how much it counts in the loss: finite, from 0. Absent: each 1. */
  readonly weights?: Float64Array;
  /** Where the source itself says which part a row belongs to: an index into `partNames`. */
  readonly parts?: Uint8Array;
  /** How many of the last rows came as the validation part, and how many behind them as the test part. */
  readonly heldOut?: { readonly validation: number; readonly test: number };
  /** Of each row, its group: rows of one group belong together, as those of one patient do. */
  readonly groups?: Uint32Array;
  /** Of each row, when it was. */
  readonly times?: Float64Array;
}

/** Samples that are pictures or other arrays of one shape: too many numbers to name each, or to widen it. */
export interface Arrays extends Rows {
  /** [height, width, channels] of pictures. */
  readonly inputShape: readonly number[];
  /** The rows one after another, the last index moving fastest; where there are several files, a block for each. */
  readonly blocks: readonly Numbers[];
  /** How many of the last rows came as the test part. */
  readonly testRows: number;
}

export type Answers =
  /** `indices`: of each row, its class's index in `names`. */
  | { readonly type: 'classes'; readonly names: readonly string[]; readonly indices: Uint32Array }
  /** `values`: row-major, rows × names. */
  | { readonly type: 'numbers'; readonly names: readonly string[]; readonly values: Float64Array };

export const partNames = ['train', 'validation', 'test'] as const;
export type PartName = (typeof partNames)[number];

/** A kind of data. One file each in src/data/sources; the registry adds one line. */
export interface Source extends SourceSpec {
  /**
   * @param params checked, with defaults filled in
   * @throws ModelError where the data cannot be used, naming the place in the data and the parameter to change
   */
  load(params: JsonObject, io: DataIo): Promise<Table | Arrays>;
}

interface SourceDefinition<P extends Parameters> extends Omit<SourceSpec, 'parameters'> {
  readonly parameters: P;
  load(params: Typed<P>, io: DataIo): Promise<Table | Arrays>;
}

/** Makes a source; `load` gets its parameters typed as `parameters` declares them. */
export function defineSource<const P extends Parameters>(source: SourceDefinition<P>): Source {
  return { ...source, load: (params, io) => source.load(typed<P>(params), io) };
}

export const seedParameter = {
  type: 'integer',
  title: 'Data seed',
  help: 'Draws the points, the split and the label noise. The same seed gives the same samples.',
  default: 1,
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
} as const;

export const labelNoiseParameter = {
  type: 'number',
  title: 'Label noise',
  help:
    'Share of the training labels that are replaced by a class drawn at random from all classes (the right one too). ' +
    'Validation and test stay clean, so that overfitting shows. Class targets only.',
  default: 0,
  min: 0,
  below: 1,
  step: 0.05,
} as const;

export const augmentParameter = {
  type: 'referenceList',
  registry: 'augmentations',
  title: 'Augment',
  help:
    'What is done to training pictures, one after another, each time they are trained on: other pictures in every epoch. ' +
    'Validation and test see them as they are.',
  optional: true,
} as const;

const part = (title: string, help: string) => ({ type: 'number', title, help, min: 0, step: 0.05 }) as const;

const sizes = {
  validation: {
    ...part('Validation', 'Share or number of rows that measure progress while training. 0: no validation curve.'),
    default: 0,
  },
  test: { ...part('Test', 'Share or number of rows kept for the end. 0: none.'), default: 0 },
  stratify: {
    type: 'boolean',
    title: 'Stratify',
    help: 'Every part gets each class in the same share as the whole, to the row. Class targets only.',
    default: true,
  },
} as const;

const shares = { train: 0.6, validation: 0.2, test: 0.2 } as const;

const splitText = {
  type: 'group',
  title: 'Split',
  help: 'Which rows train, which validate, which test: shares below 1 that sum to at most 1, or whole numbers of rows.',
  default: shares,
} as const;

const trainPart = part('Train', 'Share (0.6) or number (300) of rows that the network learns from.');

/** The parameter `split` of data that is drawn. */
export const splitParameter = {
  ...splitText,
  parameters: { train: trainPart, ...sizes } satisfies Parameters,
} as const;

/** The parameter `split` of pictures and arrays, which may come with a test part of their own. */
export const arraySplitParameter = {
  ...splitParameter,
  help: `${splitText.help} Where the test part has files of its own, "test" stays 0.`,
  default: { train: 0.9, validation: 0.1 },
} as const;

/** The parameter `split` of a table, where a column can say it too. */
export const tableSplitParameter = {
  ...splitText,
  help: `${splitText.help} Or a column that says it, files of their own, times, whole groups, or folds.`,
  parameters: {
    train: { ...trainPart, optional: true },
    ...sizes,
    column: {
      type: 'column',
      title: 'Column',
      help: 'Instead of train, validation and test: the column that holds "train", "validation" or "test" for each row.',
      optional: true,
    },
    group: {
      type: 'column',
      title: 'Group',
      help: 'A column such as a patient’s number: rows of one group stay together in one part. Without it, a network that knows the patient looks better than it is. The column is not learned from.',
      optional: true,
    },
    time: {
      type: 'column',
      title: 'Time',
      help: 'A column of numbers or dates (2026-11-22, or with a time of day): the earliest rows train, the latest test. The column is not learned from.',
      optional: true,
    },
    validationPath: {
      type: 'path',
      title: 'Validation file',
      help: 'Instead of "validation": a file of the same columns, whose rows validate. Without "train", all rows of "path" train.',
      optional: true,
    },
    testPath: {
      type: 'path',
      title: 'Test file',
      help: 'Instead of "test": a file of the same columns, whose rows test.',
      optional: true,
    },
    folds: {
      type: 'integer',
      title: 'Folds',
      help: 'Instead of train and validation: cuts the rows into so many folds for cross-validation, one of which validates. "test" is taken out before.',
      min: 2,
      max: 1000,
      optional: true,
    },
    fold: {
      type: 'integer',
      title: 'Fold',
      help: 'Which of the folds validates, from 1. The folds of one data seed stay the same.',
      min: 1,
      max: 1000,
      default: 1,
    },
  } satisfies Parameters,
  ways: [
    {
      title: 'At random',
      marks: ['train'],
      keys: ['train', 'validation', 'test', 'stratify', 'group'],
      start: shares,
    },
    { title: 'By time', marks: ['time'], keys: ['time', 'train', 'validation', 'test'], start: shares },
    {
      title: 'In folds',
      marks: ['folds'],
      keys: ['folds', 'fold', 'test', 'stratify', 'group'],
      start: { folds: 5 },
    },
    {
      title: 'By files',
      marks: ['validationPath', 'testPath'],
      keys: ['validationPath', 'testPath', 'train', 'validation', 'test', 'stratify', 'group'],
      instead: { validationPath: 'validation', testPath: 'test' },
    },
    { title: 'By a column', marks: ['column'], keys: ['column'] },
  ] satisfies readonly Way[],
} as const;
