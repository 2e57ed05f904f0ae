/** A part of a card. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  readonly table?: Table;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, which end alike. */
  readonly right: readonly number[];
}
