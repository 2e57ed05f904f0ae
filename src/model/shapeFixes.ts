import { type Fix, removeFix } from './fixes';
import type { RawLayer } from './graph';
import type { JsonObject } from './json';
import { type Scope, checkParameters, showShape, silent } from './parameters';
import { type LayerSpec, type Shape, ShapeError, sizeOf } from './spec';

/**
 * What makes a layer take the shapes it reads, found by trying: the kinds' own rules say what works, so a kind that is
 * added gets its remedies with them.
 */
export function shapeFixes(
  { id, index, value }: RawLayer,
  spec: LayerSpec,
  params: JsonObject,
  inputs: readonly Shape[],
  scope: Scope,
): Fix[] {
  const fixes: Fix[] = [];
  const path = ['layers', index];
  for (const [key, parameter] of Object.entries(spec.parameters)) {
    if (value[key] === undefined || !parameter.optional) continue;
    const without = { ...params };
    delete without[key];
    if (takes(spec, without, inputs)) fixes.push(removeFix([...path, key]));
  }
  const { padding } = spec.parameters;
  if (padding?.type === 'choice' && takes(spec, { ...params, padding: 'same' }, inputs))
    fixes.push({
      title: 'Set "padding" to "same"',
      operation: { type: 'setParameter', layer: id, key: 'padding', value: 'same' },
    });
  if (inputs.length !== 1) return fixes;
  const [shape] = inputs;
  if (spec.drops) {
    // What it drops is what it reads: another shape would be another dropout. Plain dropout takes any.
    const plain = scope.catalogue.layers.get('dropout');
    const trial = { catalogue: scope.catalogue, findings: silent };
    const own = plain && checkParameters(value, plain.parameters, path, '', trial, ['id', 'kind', 'inputs']);
    if (plain && own && takes(plain, own, inputs))
      fixes.push({
        title: `Change "${spec.kind}" to "dropout"`,
        operation: { type: 'setPath', path: [...path, 'kind'], value: 'dropout' },
      });
    return fixes;
  }
  const before = (kind: string, own: JsonObject, title: string): boolean => {
    const maker = scope.catalogue.layers.get(kind);
    const made = maker && shapeOf(maker, own, inputs);
    if (!made || !takes(spec, params, [made])) return false;
    fixes.push({
      title: `Add a ${title} layer before "${id}"`,
      operation: { type: 'addLayerBefore', layer: id, kind, params: own },
    });
    return true;
  };
  if (shape.length > 1 && before('flatten', {}, 'flatten')) return fixes;
  for (const other of likelyShapes(shape))
    if (before('reshape', { shape: [...other] }, `reshape to ${showShape(other)}`)) return fixes;
  return fixes;
}

/** As a picture of one channel, square where it can be, or as a sequence of one channel. */
function likelyShapes(shape: Shape): Shape[] {
  const size = sizeOf(shape);
  const side = Math.sqrt(size);
  return [
    ...(shape.length === 2 ? [[...shape, 1]] : []),
    ...(Number.isInteger(side) ? [[side, side, 1]] : []),
    [size, 1],
    [1, size, 1],
  ];
}

const takes = (spec: LayerSpec, params: JsonObject, inputs: readonly Shape[]): boolean =>
  shapeOf(spec, params, inputs) !== undefined;

function shapeOf(spec: LayerSpec, params: JsonObject, inputs: readonly Shape[]): Shape | undefined {
  try {
    return spec.shape(params, inputs);
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}
