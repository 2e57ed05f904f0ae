import { layerOf, type Model, type ModelLayer } from './model';
import { sizeOf } from './spec';

/** Kinds that hand values on in their order, whatever they make of them. */
const passing: ReadonlySet<string> = new Set([
  'activation',
  'alphaDropout',
  'dropBlock',
  'dropout',
  'flatten',
  'gaussianDropout',
  'gaussianNoise',
  'reshape',
  'spatialDropout',
  'stochasticDepth',
]);

/**
 * The picture that each unit of a layer weighs, as [height, width, channels]: of a convolution, its kernel; of a dense layer
 * right behind a picture, that. Undefined where it is none.
 */
export function filterShape(model: Model, layer: ModelLayer): readonly [number, number, number] | undefined {
  if (layer.kind === 'conv2d') {
    const [height, width] = layer.params.kernelSize as readonly number[];
    return [height, width, layer.inputShapes[0][2]];
  }
  if (layer.kind !== 'dense') return undefined;
  let source = layerOf(model, layer.inputs[0]);
  while (passing.has(source.kind)) source = layerOf(model, source.inputs[0]);
  if (source.inputs.length > 0) return undefined;
  const image = source.params.image as readonly number[] | undefined;
  const [height, width, channels = 1] = source.shape.length === 3 ? source.shape : (image ?? []);
  return height * width * channels === sizeOf(source.shape) ? [height, width, channels] : undefined;
}
