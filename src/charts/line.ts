/** What a chart is drawn from, wherever it is drawn. */

export type Colour = 'val' | 'off' | 'on' | 'fg' | 'ok' | 'drop';
/** Tell lines apart where there are many, and without colours. */
export const MARKERS = ['circle', 'square', 'diamond', 'up', 'down'] as const;
export type Marker = (typeof MARKERS)[number];
export interface Line {
  readonly name: string;
  readonly values: readonly number[];
  readonly colour: Colour;
  readonly style: 'solid' | 'dashed' | 'dotted' | 'dashdot';
  /** At the line's end, and a few times along it. */
  readonly marker?: Marker;
  /** Where `values` are smoothed: what they were, drawn faintly behind, so that nothing is hidden. */
  readonly raw?: readonly number[];
  readonly band?: { readonly min: readonly number[]; readonly max: readonly number[] };
}

/** A best epoch, or something changed by hand. */
export interface Mark {
  readonly epoch: number;
  readonly text: string;
  readonly type: 'best' | 'twin' | 'change';
  /** Where the diamond stands. */
  readonly value?: number;
}
