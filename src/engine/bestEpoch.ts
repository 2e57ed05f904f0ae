import { rowMajor } from './matrices';
import type { Weight } from './network';
import { newReal, type Precision, type Tensor } from './real';
import type { EndRecord } from './records';
import type { Kept } from './stateTensors';

/** Which epoch was the best. */
type Best = NonNullable<EndRecord['best']>;

/** The best epoch on validation so far, and a copy of all weights as they were at its end. */
export class BestEpoch {
  record: Best | undefined;
  readonly kept: readonly Kept[];

  /** @param weights all of them, those too that layers keep themselves */
  constructor(weights: Iterable<Weight>, precision: Precision) {
    this.kept = Array.from(weights, (weight) => ({ weight, best: newReal(precision, weight.values.length) }));
  }

  /** The weights as they are now are those of the best epoch. */
  take(record: Best): void {
    this.record = record;
    for (const { weight, best } of this.kept) best.set(weight.values);
  }

  /** Gives the network the weights of the best epoch. */
  putBack(): void {
    for (const { weight, best } of this.kept) weight.values.set(best);
  }

  /** By name, as copies, row-major. */
  weights(): ReadonlyMap<string, Tensor> {
    return new Map(
      this.kept.map(({ weight: { name, shape, matrix }, best }) => [name, { shape, values: rowMajor(best, matrix) }]),
    );
  }
}
