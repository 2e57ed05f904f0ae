import type { Model } from '../model/model';
import type { BufferSpec, LayerFacts } from './define';
import type { Interval } from './memory';

/**
 * When what a step computes is needed. Of n layers, the one at place i runs forwards at moment i, the loss at moment n,
 * and the layer backwards at moment 2n - i.
 *
 * Values of layers are not here: they are there always, for they are looked at after a step. Weights and their gradients
 * are as well: the optimizer comes last.
 */
export class Lifetimes {
  readonly #layers: number;
  readonly #gradients: boolean;
  readonly #output: string;
  /** Of each layer, the place of the last that reads it: the first to write its gradient. */
  readonly #lastReader = new Map<string, number>();

  /** @param gradients false where the network never runs backwards */
  constructor({ layers, output }: Model, gradients: boolean) {
    this.#layers = layers.length;
    this.#gradients = gradients;
    this.#output = output;
    for (const [place, { inputs }] of layers.entries()) for (const id of inputs) this.#lastReader.set(id, place);
  }

  /** Of the gradient of a layer's values: from who writes it first, a reader or the loss, to the layer itself. */
  ofGradient(id: string, place: number): readonly Interval[] {
    const from = id === this.#output ? this.#layers : this.#backwards(this.#lastReader.get(id)!);
    return [{ from, to: this.#backwards(place) }];
  }

  /** Of a layer's buffer. Also without gradients, the loss reads what the output layer keeps for it. */
  ofBuffer({ lifetime }: BufferSpec, place: number, { fusedWithLoss }: Pick<LayerFacts<unknown>, 'fusedWithLoss'>) {
    const backwards = this.#backwards(place);
    if (lifetime === 'call') {
      const forwards = { from: place, to: place };
      return this.#gradients ? [forwards, { from: backwards, to: backwards }] : [forwards];
    }
    return [{ from: place, to: this.#gradients ? backwards : fusedWithLoss ? this.#layers : place }];
  }

  #backwards(place: number): number {
    return 2 * this.#layers - place;
  }
}
