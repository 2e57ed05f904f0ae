import type { Target } from './dataset';

/** Inputs that are columns of a table, in the order in which the network reads them. */
export interface StoredColumns {
  readonly type: 'columns';
  readonly columns: readonly StoredColumn[];
}

export type StoredColumn = StoredNumber | StoredCategory | StoredIndex;

/** One number: (value - subtract) / divide. With a flag it makes a second input, 1 where the value is missing. */
export interface StoredNumber {
  readonly name: string;
  readonly type: 'number';
  /** True: ln(1 + value) stands for a value in what follows. */
  readonly log?: true;
  readonly subtract: number;
  readonly divide: number;
  /** What stands for a value that is missing; absent: there has to be one. */
  readonly fill?: number;
  readonly flag?: true;
}

/** One input for each value, 1 where the row has it and 0 elsewhere. */
export interface StoredCategory {
  readonly name: string;
  readonly type: 'category';
  readonly values: readonly string[];
  /** True: a row may be without a value, and is none of them. */
  readonly missing?: true;
}

/** One input: the place of the row's value among these, from 1, for an embedding to look up; 0 for none of them. */
export interface StoredIndex extends Omit<StoredCategory, 'type'> {
  readonly type: 'index';
}

/** Inputs that are pictures or other arrays: (value - subtract) / divide, one of each or one for each of the last index. */
export interface StoredArrays {
  readonly type: 'arrays';
  readonly shape: readonly number[];
  readonly subtract: readonly number[];
  readonly divide: readonly number[];
}

export type StoredTarget = Target & {
  /** Of the table: the class's one column, or one a number. Absent where data is no table. */
  readonly columns?: readonly string[];
};
