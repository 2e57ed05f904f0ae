import type { Model } from '../../model/model';
import { WORTH_SHARING } from './wasm/products';

/**
 * Whether any kernel of a step has work enough for several threads. Where none has, they would only wait.
 * @param rows samples in a batch
 */
export const isStepWorthSharing = (model: Model, rows = model.training?.batchSize ?? 1): boolean =>
  model.layers.some(({ multiplyAdds }) => multiplyAdds * rows >= WORTH_SHARING);
