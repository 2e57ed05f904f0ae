import { baselineLoss } from './baseline';
import { neighbourLoss } from './neighbours';
import type { Trainer } from './trainer';

/** What a verdict has to know of the data that a run learns from, beside its curves. A run keeps it. */
export interface DataFacts {
  /** Samples. */
  readonly train: number;
  readonly validation: number;
  /** 0 where numbers are learned. */
  readonly classes: number;
  /** Values that a sample has. */
  readonly inputs: number;
  /** See {@link baselineLoss}. */
  readonly baseline?: number;
  /** See {@link neighbourLoss}. */
  readonly neighbours?: number;
}

/** Of each trainer once: neighbours are asked for tenths of a second. */
const known = new WeakMap<Trainer, DataFacts>();

/** Measures what a trainer learns from, in the units of its model's loss. */
export function dataFactsOf(trainer: Trainer): DataFacts {
  let facts = known.get(trainer);
  if (!facts) known.set(trainer, (facts = measure(trainer)));
  return facts;
}

function measure({ network, dataset }: Trainer): DataFacts {
  const { target, train, validation } = dataset;
  const baseline = baselineLoss(network, dataset);
  const neighbours = neighbourLoss(network, dataset);
  return {
    train: train.count,
    validation: validation.count,
    classes: target.type === 'classes' ? target.names.length : 0,
    inputs: network.inputSize,
    ...(baseline !== undefined && { baseline }),
    ...(neighbours !== undefined && { neighbours }),
  };
}
