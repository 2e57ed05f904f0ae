/** What is said of a layer's activations, a cell of a table each: the same in every table, so that they can be compared. */
import type { Answer } from '../../src/protocol/training';
import * as words from '../words';
import { Bars } from './Plot';

export type InsideLayer = Answer<'inside'>['layers'][number];
type Bins = InsideLayer['activations']['values'];
type Range = readonly [low: number, high: number];

/** From where to where the axes go, where they are shared with others. */
export interface Ranges {
  readonly values: Range;
  readonly means: Range;
}

interface Cell {
  readonly layer: InsideLayer;
  /** Tells its bars from those of others, spoken: "with dropout". */
  readonly how?: string;
  readonly ranges?: Ranges;
}

/** Axes on which the activations of both can be drawn. */
export function rangesOf({ activations: a }: InsideLayer, { activations: b }: InsideLayer): Ranges {
  const together = (one: Bins, other: Bins): Range => [Math.min(one.low, other.low), Math.max(one.high, other.high)];
  return { values: together(a.values, b.values), means: together(a.means, b.means) };
}

const named = ({ layer, how }: Cell): string => (how === undefined ? layer.id : `${layer.id} ${how}`);

export function ActivationsCell(cell: Cell) {
  const { values, mean, zero, dead } = cell.layer.activations;
  return (
    <td>
      <Bars
        className="values"
        bins={values}
        range={cell.ranges?.values}
        label={`Activations of ${named(cell)}, mean ${words.axis(mean)}`}
      />
      <span className="weak">
        {words.percent(zero)} zero
        {dead && dead.length > 0 && `, ${words.count(dead.length)} dead`}
      </span>
    </td>
  );
}

export function MeansCell(cell: Cell) {
  const { means, mean } = cell.layer.activations;
  return (
    <td>
      <Bars
        className="values"
        bins={means}
        range={cell.ranges?.means}
        label={`Mean activation of each unit of ${named(cell)}`}
      />
      <span className="weak">mean {words.axis(mean)}</span>
    </td>
  );
}

export function CoadaptationCell(cell: Cell) {
  const { coadaptation } = cell.layer.activations;
  return (
    <td data-coadaptation={coadaptation?.mean}>
      {coadaptation && (
        <>
          <Bars
            className="correlations"
            bins={coadaptation.values}
            label={`Correlations of ${words.plural(coadaptation.pairs, 'pair')} of units of ${named(cell)}`}
          />
          <span className="weak">mean |r| {coadaptation.mean.toFixed(3)}</span>
        </>
      )}
    </td>
  );
}
