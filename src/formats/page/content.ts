import type { StoredArrays, StoredColumns, StoredTarget } from '../../engine/preparation';
import type { Model } from '../../model/model';

/** What a standalone page knows of its network, as JSON within it. The weights stand beside it. */
export interface PageData {
  /** Of this record. */
  readonly format: 1;
  /** Without its data section: where somebody's files lie is not told. */
  readonly model: Omit<Model, 'data'>;
  /** What masks are drawn with. */
  readonly seed: number;
  readonly target: StoredTarget;
  /** Absent where nothing is known of it: numbers go in as the network reads them. */
  readonly preparation?: StoredColumns | StoredArrays;
  /** Height, width and channels, where the inputs are a picture. */
  readonly picture?: readonly [height: number, width: number, channels: number];
  /** What the brightest place of a picture is in the data, where the inputs are a picture. */
  readonly ink?: number;
  /** Of each number of a table: where its field begins, and about where training had it. */
  readonly ranges: Readonly<Record<string, FieldRange>>;
  /** Of the weights, one after another. */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** In the unit of the data. */
export interface FieldRange {
  readonly start: number;
  readonly low: number;
  readonly high: number;
}

/** What the page runs: built from src/page, as text, and what its policy allows. */
export interface PageProgram {
  readonly script: string;
  readonly style: string;
  /** SHA-256 of both, in base64. */
  readonly hashes: { readonly script: string; readonly style: string };
}

/** Ids of what the program reads in the page. */
export const places = { data: 'network', weights: 'weights', app: 'app' } as const;
