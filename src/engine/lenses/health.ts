import { sizeOf } from '../../model/spec';
import type { LensView } from './define';

export interface HealthAnswer {
  /** Steps made when it was measured. */
  readonly step: number;
  readonly layers: readonly LayerHealth[];
}
/** Of a layer with weights. */
export interface LayerHealth {
  readonly id: string;
  /** Root mean square of its weights, and of the gradients of one batch's mean loss with respect to them. */
  readonly weights: number;
  readonly gradient: number;
  readonly units: number;
  /** Units that gave exactly 0 for every sample of the batch. */
  readonly silent: number;
}

/**
 * One batch of training samples forwards and backwards, as a step would but without moving a weight: where gradients
 * vanish or explode, and which units are silent.
 */
export function health({ trainer: { dataset, step, config }, copies }: LensView): HealthAnswer {
  const network = copies.learning();
  const rows = Math.min(config.batchSize, dataset.train.count);
  for (let row = 0; row < rows; row++) network.put(dataset.train, row, row);
  network.forward('train', rows, step);
  const silent = new Map<string, { units: number; silent: number }>();
  for (const { id, values } of network.layers) {
    const units = values.length / network.maxBatch;
    let count = 0;
    for (let unit = 0; unit < units; unit++) {
      let row = 0;
      while (row < rows && values[row * units + unit] === 0) row++;
      if (row === rows) count++;
    }
    silent.set(id, { units, silent: count });
  }
  network.backward();
  const sums = new Map<string, { weights: number; gradient: number; count: number }>();
  for (const { layer, shape, values, gradient } of network.parameters.values()) {
    const sum = sums.get(layer) ?? { weights: 0, gradient: 0, count: 0 };
    for (let i = 0; i < values.length; i++) {
      sum.weights += values[i] * values[i];
      sum.gradient += gradient![i] * gradient![i];
    }
    sum.count += sizeOf(shape);
    sums.set(layer, sum);
  }
  const layers = [...sums].map(([id, { weights, gradient, count }]) => ({
    id,
    weights: Math.sqrt(weights / count),
    gradient: Math.sqrt(gradient / count),
    ...silent.get(id)!,
  }));
  return { step, layers };
}
