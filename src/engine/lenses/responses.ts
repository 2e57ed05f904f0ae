import type { LensView, Work } from './define';
import { type Grid, gridOver, pointsOf, putPoint } from './surface';

export interface ResponsesAsk {
  /** Points along each input. */
  readonly side: number;
  /** Layers with more units are left out. */
  readonly mostUnits: number;
}
export interface ResponsesAnswer {
  /** Steps made when it was measured. */
  readonly step: number;
  readonly grid: Grid;
  readonly layers: readonly {
    readonly id: string;
    readonly units: number;
    /** units x points: what each unit gives, dropout off. */
    readonly values: Float32Array;
  }[];
}

/** What each unit of the small layers answers all over the inputs. @throws RangeError as `surface` */
export function* responses({ trainer, copies }: LensView, { side, mostUnits }: ResponsesAsk): Work<ResponsesAnswer> {
  const { step } = trainer;
  const grid = gridOver(trainer, side);
  const network = copies.answering();
  const count = pointsOf(grid);
  const layers = network.layers
    .filter(({ size }) => size <= mostUnits)
    .map((layer) => ({ layer, values: new Float32Array(layer.size * count) }));
  for (let from = 0; from < count; from += network.maxBatch) {
    const rows = Math.min(network.maxBatch, count - from);
    for (let row = 0; row < rows; row++) putPoint(network, grid, from + row, row);
    network.forward('evaluate', rows);
    for (const { layer, values } of layers)
      for (let row = 0; row < rows; row++)
        for (let unit = 0; unit < layer.size; unit++)
          values[unit * count + from + row] = layer.values[row * layer.size + unit];
    yield;
  }
  return { step, grid, layers: layers.map(({ layer: { id, size }, values }) => ({ id, units: size, values })) };
}
