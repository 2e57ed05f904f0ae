/** How single connections are drawn by what they weigh: their colour says the sign, their width the size. Pure. */

/** Widths, from the weakest to the strongest: as many paths a sign, however many connections there are. */
export const WIDTHS = [0.5, 1, 1.6, 2.3, 3.2] as const;

export interface WeightLine {
  readonly sign: 'positive' | 'negative';
  /** Of WIDTHS. */
  readonly level: number;
}

/** @param largest in size, of all weights of the layer: it has the widest line */
export function lineOf(weight: number, largest: number): WeightLine {
  const share = largest > 0 ? Math.min(1, Math.abs(weight) / largest) : 0;
  return {
    sign: weight < 0 ? 'negative' : 'positive',
    level: Math.min(WIDTHS.length - 1, Math.floor(share * WIDTHS.length)),
  };
}

export const largestOf = (values: ArrayLike<number>): number => {
  let largest = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]) > largest) largest = Math.abs(values[i]);
  return largest;
};
