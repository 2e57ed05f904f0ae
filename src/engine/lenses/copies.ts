import { sizeOf } from '../../model/spec';
import { countsOf } from '../dataset';
import { compile, type Network } from '../network';
import { pictureOptions } from '../plan';
import type { Trainer } from '../trainer';
import { Viewer } from '../viewer';

/** Multiply-adds, and values of all layers together, that one batch of a piece of work may take. */
const WORK = 2_000_000;
const VALUES = 500_000;
const MOST_ROWS = 64;

/**
 * Networks of the lenses' own, each with the weights and rates of the moment it is taken: what lenses work on while
 * training goes on. There is one of a kind, compiled when it is first taken and written anew each time after: one lens is
 * at work at a time. Its memory is that of the weights and a small batch, and is taken when somebody looks for the first time.
 */
export class Copies {
  readonly #trainer: Trainer;
  #answering: Network | undefined;
  #learning: Network | undefined;
  #viewing: Viewer | undefined;

  constructor(trainer: Trainer) {
    this.#trainer = trainer;
  }

  /** For answers: passes of the modes 'evaluate' and 'sample', in batches of `maxBatch`, each about a millisecond. */
  answering(): Network {
    const { plan } = this.#trainer.network;
    this.#answering ??= this.#compile({ ...pictureOptions(plan), maxBatch: rowsOfWork(this.#trainer.network) });
    return this.#fill(this.#answering);
  }

  /** For gradients: whole batches of training, forwards and backwards. No step of it moves a weight. */
  learning(): Network {
    const { plan } = this.#trainer.network;
    this.#learning ??= this.#compile({
      ...pictureOptions(plan),
      maxBatch: this.#trainer.config.batchSize,
      gradients: true,
    });
    return this.#fill(this.#learning);
  }

  /** For pictures of samples that training does not show: see Viewer. It keeps what it captured. */
  viewing(): Viewer {
    return (this.#viewing ??= new Viewer(this.#trainer));
  }

  #compile(options: ReturnType<typeof pictureOptions>): Network {
    const { network, dataset } = this.#trainer;
    const { model, seed, kernels } = network;
    const copy = compile(model, { ...options, seed, kernels, memoryLimit: Infinity });
    if (dataset.target.type === 'classes') copy.balanceLoss(countsOf(dataset));
    return copy;
  }

  #fill(copy: Network): Network {
    const { network } = this.#trainer;
    for (const [name, { values }] of copy.weights) values.set(network.weights.get(name)!.values);
    copy.setRates(network.rates);
    return copy;
  }
}

/** Samples that run through a network in about a millisecond; at least one. */
function rowsOfWork({ model: { layers } }: Network): number {
  const work = layers.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 1);
  const values = layers.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return Math.max(1, Math.min(MOST_ROWS, Math.floor(WORK / work), Math.floor(VALUES / values)));
}
