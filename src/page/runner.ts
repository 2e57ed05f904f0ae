/** The network of a page: the engine's own passes, on one sample. No DOM here. */
import type { FloatSamples } from '../engine/dataset';
import { compile, type Network } from '../engine/network';
import { FIRST_STEP, monteCarlo, type MonteCarlo, predict } from '../engine/predict';
import { store } from '../engine/matrices';
import { toDataUnits } from '../engine/dataset';
import type { PageData } from '../formats/page/content';
import { readersOf } from '../model/model';
import { sizeOf } from '../model/spec';

/** A layer as a picture of one pass shows it. */
export interface LayerLook {
  readonly id: string;
  /** The layer behind it whose mask is drawn on its units; absent where nothing drops them. */
  readonly drop?: string;
  readonly kind: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** 1 where a value is dropped in this pass; absent: nothing is, dropout is off or the layer drops none. */
  readonly mask?: Uint8Array;
  /** Where connections are dropped: how many of how many. */
  readonly connections?: { readonly dropped: number; readonly of: number };
}

/** Layers that only arrange values anew: a picture of them shows nothing that the one before does not. */
const SAME = new Set(['flatten', 'reshape']);

export class Runner {
  readonly network: Network;
  /** Layers that drop, with the rates they were trained with. */
  readonly rates: readonly { readonly id: string; readonly kind: string; readonly rate: number }[];
  readonly #stages: readonly { readonly id: string; readonly drop?: string }[];

  /**
   * @param weights in base64, 32-bit floats, little-endian, in the order of `tensors`
   * @throws Error where they are not as many as the tensors say
   */
  constructor(
    readonly data: PageData,
    weights: string,
  ) {
    this.network = compile(data.model, { seed: data.seed, maxBatch: 1, gradients: false });
    fill(this.network, data, weights);
    this.rates = this.network.layers.flatMap(({ id, kind, runtime: { dropping } }) =>
      dropping ? [{ id, kind, rate: dropping.rate }] : [],
    );
    this.#stages = stagesOf(this.network);
  }

  /** As the network reads them. */
  sample(inputs: Float32Array): FloatSamples {
    return { count: 1, inputs, targets: new Float32Array(this.network.outputSize), rows: new Uint32Array(1) };
  }

  /** With dropout off: an answer a name of the target, in the unit of the data. */
  answer(inputs: Float32Array): Float64Array {
    return this.#named(predict(this.network, this.sample(inputs), this.data.target));
  }

  /** Monte Carlo dropout, as `netjson predict --mc`, a pass between any two yields. @see monteCarlo */
  *passes(inputs: Float32Array, count: number): Generator<Float64Array, MonteCarlo, undefined> {
    const { network, data } = this;
    const work = monteCarlo(network, this.sample(inputs), data.target, count);
    for (;;) {
      const { done, value } = work.next();
      if (done) {
        const deviation = value.deviation.length === 1 && this.#isOne ? [value.deviation[0]] : [];
        return {
          ...value,
          mean: this.#named(value.mean),
          deviation: Float64Array.from([...deviation, ...value.deviation]),
        };
      }
      yield this.#named(toDataUnits(Float64Array.from(network.output.subarray(0, network.outputSize)), data.target));
    }
  }

  /**
   * What one sample looks like inside.
   * @param pass of Monte Carlo dropout, from 0; undefined: dropout is off
   */
  look(inputs: Float32Array, pass: number | undefined): readonly LayerLook[] {
    const { network } = this;
    network.put(this.sample(inputs), 0, 0);
    const step = FIRST_STEP + (pass ?? 0);
    if (pass === undefined) network.forward('evaluate', 1);
    else network.forward('sample', 1, step, 0);
    return this.#stages.map(({ id, drop }): LayerLook => {
      const { kind, values, size } = network.layer(id);
      const dropping = drop === undefined ? undefined : network.layer(drop).runtime.dropping;
      const own = {
        id,
        ...(drop !== undefined && { drop }),
        kind,
        shape: network.plan.layers.find((l) => l.layer.id === id)!.facts.shape,
        values: Float32Array.from(values.subarray(0, size)),
      };
      if (pass === undefined || !dropping) return own;
      const { masks, connections } = dropping;
      if (connections) {
        const mask = new Uint8Array(connections.features * connections.units);
        return { ...own, connections: { dropped: connections.draw(mask, 0, dropping, step, 0), of: mask.length } };
      }
      if (!masks) return own;
      const mask = new Uint8Array(masks.units);
      masks.draw(mask, 0, dropping, step, 0);
      return { ...own, mask };
    });
  }

  /** One output for two classes is the probability of the second. */
  get #isOne(): boolean {
    return this.network.outputSize === 1 && this.data.target.type === 'classes';
  }

  #named(answers: Float64Array): Float64Array {
    return this.#isOne ? Float64Array.of(1 - answers[0], answers[0]) : answers;
  }
}

function fill(network: Network, { tensors }: PageData, weights: string): void {
  const bytes = Uint8Array.from(atob(weights), (letter) => letter.charCodeAt(0));
  const wanted = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (bytes.length !== 4 * wanted || tensors.length !== network.weights.size)
    throw new Error(`The weights are ${bytes.length / 4} numbers, and ${wanted} are needed: the file is damaged.`);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { name, shape } of tensors) {
    const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => view.getFloat32(at + 4 * i, true));
    at += 4 * values.length;
    const weight = network.weights.get(name);
    if (!weight) throw new Error(`There is no weight "${name}" in this network: the file is damaged.`);
    if (weight.matrix) store(weight.values, values, weight.matrix);
    else weight.values.set(values);
  }
}

/** What is drawn: each layer, with the one that drops its units where that is all that reads them. */
function stagesOf(network: Network): readonly { readonly id: string; readonly drop?: string }[] {
  const { model, plan } = network;
  const layer = (id: string): Network['layers'][number] => network.layer(id);
  const readers = readersOf(model);
  const drops = (id: string): boolean => layer(id).runtime.dropping !== undefined;
  const drawsFor = (id: string): string | undefined => {
    const [reader, ...more] = readers.get(id) ?? [];
    if (reader === undefined || more.length > 0 || !layer(reader).runtime.dropping?.masks) return undefined;
    return layer(reader).size === layer(id).size ? reader : undefined;
  };
  const drawn = new Set<string>();
  return plan.layers.flatMap(({ layer: { id, kind, inputs } }) => {
    if (drawn.has(id)) return [];
    const drop = drawsFor(id);
    if (drop !== undefined) {
      drawn.add(drop);
      return [{ id, drop }];
    }
    // Inputs and answers have pictures of their own.
    if ((inputs.length === 0 || id === model.output || SAME.has(kind)) && !drops(id)) return [];
    return [drops(id) ? { id, drop: id } : { id }];
  });
}
