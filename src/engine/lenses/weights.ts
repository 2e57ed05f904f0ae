import { rowMajor } from '../matrices';
import type { LensView } from './define';

export interface WeightsAsk {
  /** Layers that read more values, or have more units, are left out. */
  readonly mostUnits: number;
}
export interface WeightsAnswer {
  /** Steps made when they were read. */
  readonly step: number;
  /** Of the small layers with a kernel from every value to every unit. */
  readonly layers: readonly {
    readonly id: string;
    readonly inputs: number;
    readonly units: number;
    /** inputs x units. */
    readonly values: Float32Array;
  }[];
}

/** What the connections between single units weigh, where there are few enough to draw each. */
export function weights({ trainer: { network, step } }: LensView, { mostUnits }: WeightsAsk): WeightsAnswer {
  const layers = network.layers.flatMap(({ id }) => {
    const kernel = network.weights.get(`${id}/kernel`);
    if (kernel?.shape.length !== 2 || kernel.shape.some((n) => n > mostUnits)) return [];
    const [inputs, units] = kernel.shape;
    return [{ id, inputs, units, values: Float32Array.from(rowMajor(kernel.values, kernel.matrix)) }];
  });
  return { step, layers };
}
