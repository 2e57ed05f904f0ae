import type { ReactNode } from 'react';
import type { Span } from '../../src/charts/series';
import type { ChartPicture } from '../../src/charts/svg';
import type { KeyRow } from './Key';

/** A chart of one measure, with its key and what stands at its head. */
export interface SectionProps extends Omit<ChartPicture, 'rows' | 'span'> {
  /** In the place of the title. */
  readonly heading?: ReactNode;
  readonly testId: string;
  /** What is drawn, in one word: names the files that it is saved as. */
  readonly measure: string;
  readonly rows: readonly KeyRow[];
  readonly whole: Span;
  readonly height: number;
  readonly tools?: ReactNode;
}
