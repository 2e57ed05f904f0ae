import type { ReactNode } from 'react';
import type { Mark } from '../../src/charts/line';
import type { Span, StepPoints } from '../../src/charts/series';
import type { KeyRow } from './Key';

/** A chart of one measure, with its key and what stands at its head. */
export interface SectionProps {
  readonly title: string;
  /** In the place of the title. */
  readonly heading?: ReactNode;
  readonly testId: string;
  /** What is drawn, in one word: names the files that it is saved as. */
  readonly measure: string;
  readonly rows: readonly KeyRow[];
  /** Names of the lines in the order they are drawn: the last one lies on top. */
  readonly order: readonly string[];
  readonly epochs: readonly number[];
  readonly whole: Span;
  readonly range: Span;
  readonly marks?: readonly Mark[];
  readonly log?: boolean;
  readonly height: number;
  readonly format: (value: number) => string;
  readonly axis: (value: number) => string;
  readonly ticks?: (range: Span) => number[];
  readonly steps?: StepPoints;
  readonly gain?: readonly [string, string];
  readonly tools?: ReactNode;
}
