/** What a person looks at of the data that a model names: bounded in size, whatever the data. Plain, so it can be posted. */

export type DataPart = 'train' | 'validation' | 'test';

export interface DataView {
  /** Such as "wine.csv". */
  readonly title: string;
  /** Rows of the source, those of no part too. */
  readonly rows: number;
  readonly parts: Readonly<Record<DataPart, number>>;
  readonly target: TargetView;
  /** Present where training labels were drawn anew: how many, and how many of them are wrong now. */
  readonly noise?: { readonly drawn: number; readonly wrong: number };
  /** Of a table: as it stands in the source, and as the network gets it. */
  readonly tables?: { readonly given: TableView; readonly network: TableView };
  /** Of pictures. */
  readonly sheet?: PictureSheet;
}

/** A number a bin, in each part; bins are equally wide from `low` to `high`. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: Readonly<Record<DataPart, readonly number[]>>;
}

export type TargetView =
  | {
      readonly type: 'classes';
      readonly name?: string;
      readonly names: readonly string[];
      /** Labels as the source has them: a number a class. */
      readonly counts: Readonly<Record<DataPart, readonly number[]>>;
    }
  | { readonly type: 'numbers'; readonly columns: readonly NumberColumn[] };

interface AnyColumn {
  readonly name: string;
  /** Training rows without a value, and rows of all parts without one. */
  readonly missing: number;
  readonly missingInAll: number;
  /** Different values in the training rows: at least so many where `isMore`. */
  readonly distinct: number;
  readonly isMore: boolean;
}

/** Statistics are of the training rows that have a value: NaN where there is none. */
export interface NumberColumn extends AnyColumn {
  readonly type: 'number';
  readonly mean: number;
  /** Of the rows, as scaling uses it: divided by their number. */
  readonly deviation: number;
  readonly min: number;
  /** Between two values by linear interpolation, as NumPy's default; of `quantilesOf` rows, evenly spread, where there are more. */
  readonly quartiles: readonly [number, number, number];
  readonly quantilesOf: number;
  readonly max: number;
  readonly histogram: Histogram;
}

export interface CategoryColumn extends AnyColumn {
  readonly type: 'category';
  readonly names: readonly string[];
  readonly counts: Readonly<Record<DataPart, readonly number[]>>;
}

export type ColumnView = NumberColumn | CategoryColumn;

export interface TableView {
  readonly columns: readonly ColumnView[];
  /** Columns there are besides. */
  readonly more: number;
  /** The first rows of the source. */
  readonly first: RowsView;
  /** Rows from the first to the last, evenly spread: for a picture of all. */
  readonly spread: RowsView;
}

/** Some rows of a table. */
export interface RowsView {
  /** Of the source, from 0. */
  readonly rows: Uint32Array;
  /** Place among `dataParts`; 3 for a row of no part. */
  readonly parts: Uint8Array;
  /** Row-major, as many as `columns`: NaN where a value is missing; of a category its place in `names`. */
  readonly cells: Float64Array;
  /** Of each row its class's place among the names, or its number: as the source has it. */
  readonly targets: Float64Array;
  /** The same as it is trained on: where it differs, label noise drew another. */
  readonly trained: Float64Array;
}

export const dataParts: readonly DataPart[] = ['train', 'validation', 'test'];

/** Training pictures class by class. */
export interface PictureSheet {
  /** Of each picture here: large ones are made smaller. */
  readonly height: number;
  readonly width: number;
  /** 1 for grey, 3 for red, green and blue. */
  readonly channels: 1 | 3;
  /** Times that a side of the data's pictures is larger. */
  readonly reduced: number;
  /** Of the source, from 0. */
  readonly rows: Uint32Array;
  /** Classes as they are trained on, or numbers. */
  readonly targets: Float64Array;
  /** As the source has them. */
  readonly given: Float64Array;
  /** One picture after another, 0 the smallest value of all that are shown, 255 the largest. */
  readonly pixels: Uint8Array;
  /** The same pictures, augmented: each draw as long as `pixels`. Empty where the data section augments nothing. */
  readonly draws: readonly Uint8Array[];
}
