import type { Configured } from '../model/model';
import type { Network } from './network';

/**
 * A loss that is NaN or infinite, explained: where it began, and what to try.
 * @param when such as "in step 12 (epoch 2)"
 * @returns the layer as well, where it began in one
 */
export function explainNonFinite(
  network: Network,
  when: string,
  optimizer: Configured,
): { readonly message: string; readonly layer?: string } {
  const origin = network.findNonFinite();
  const rate = optimizer.params.learningRate;
  const smaller = typeof rate === 'number' ? `a smaller learning rate (it is ${rate})` : 'a smaller learning rate';
  const start = `The loss is no longer a finite number ${when}`;
  if (!origin)
    return {
      message: `${start}, though all layers' values are: a target is not finite, or too large. Look at the target columns of the data.`,
    };
  const layer = network.model.layers.find((l) => l.id === origin.layer)!;
  if (layer.inputs.length === 0)
    return {
      message: `${start}: the data has a value that is not finite, first seen in layer "${layer.id}". Correct the data, or scale it.`,
      layer: layer.id,
    };
  const what = origin.in === 'weights' ? 'weights that are' : 'values that are';
  return {
    message: `${start}: it began in layer "${layer.id}", the first with ${what} not finite. Try ${smaller}, or scale the inputs.`,
    layer: layer.id,
  };
}
