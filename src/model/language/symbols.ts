import { type Node, findNodeAtLocation, getNodeValue } from 'jsonc-parser';
import type { Analysis } from '../analyze';
import type { Json } from '../json';
import { parse } from '../parse';
import { count, show, showShape } from '../words';
import { type Place, placeOf } from './places';

/** A part of the model, for the outline. */
export interface ModelSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'section' | 'layer' | 'parameter';
  /** All of it. */
  readonly place: Place;
  /** What stands for it, within `place`: a layer's id, a key. */
  readonly selection: Place;
  readonly children: readonly ModelSymbol[];
}

/**
 * The outline: sections, the layers in them with kind and shape, and their parameters.
 * @param analysis of this very text
 */
export function symbolsOf(text: string, analysis: Analysis): ModelSymbol[] {
  const { root } = parse(text);
  if (root?.type !== 'object') return [];
  return propertiesOf(root).map(({ key, value, node }) => {
    const name = String(key.value);
    if (name === 'layers' && value?.type === 'array') {
      const layers = (value.children ?? []).flatMap((layer, index) => layerSymbol(layer, index, analysis));
      const place = { place: placeOf(node), selection: placeOf(key) };
      return { name, detail: count(layers.length, 'layer'), kind: 'section', ...place, children: layers };
    }
    const symbol = parameterSymbol(key, value, node);
    return value?.type === 'object' ? { ...symbol, kind: 'section', detail: mainDetail(value) } : symbol;
  });
}

interface Property {
  readonly key: Node;
  /** Absent while it is being typed. */
  readonly value?: Node;
  readonly node: Node;
}

const propertiesOf = (object: Node): Property[] =>
  (object.children ?? []).flatMap((node) => {
    const [key, value] = node.children ?? [];
    // An empty name is refused by VS Code.
    return key && key.value !== '' ? [{ key, value, node }] : [];
  });

function layerSymbol(layer: Node, index: number, { layers }: Analysis): ModelSymbol[] {
  if (layer.type !== 'object') return [];
  const id = findNodeAtLocation(layer, ['id']);
  const kind = findNodeAtLocation(layer, ['kind']);
  const known = layers.find((l) => l.index === index);
  const words = [
    ...(kind?.type === 'string' ? [kind.value as string] : []),
    ...(known ? [showShape(known.shape)] : []),
  ];
  return [
    {
      name: id?.type === 'string' && id.value !== '' ? (id.value as string) : `layer ${index + 1}`,
      detail: words.join(' '),
      kind: 'layer',
      place: placeOf(layer),
      selection: placeOf(id ?? kind ?? layer),
      children: propertiesOf(layer)
        .filter(({ key }) => key.value !== 'id' && key.value !== 'kind')
        .map(({ key, value, node }) => parameterSymbol(key, value, node)),
    },
  ];
}

function parameterSymbol(key: Node, value: Node | undefined, node: Node): ModelSymbol {
  const nested = value?.type === 'object' ? propertiesOf(value) : [];
  return {
    name: String(key.value),
    detail: !value ? '' : value.type === 'object' ? mainDetail(value) : show(getNodeValue(value) as Json),
    kind: 'parameter',
    place: placeOf(node),
    selection: placeOf(key),
    children: nested.map((p) => parameterSymbol(p.key, p.value, p.node)),
  };
}

/** What an object is above all: the source of data, the loss of training, the kind of an optimizer. */
function mainDetail(object: Node): string {
  for (const key of ['source', 'loss', 'kind', 'schedule']) {
    const value = findNodeAtLocation(object, [key]);
    if (value?.type === 'string') return value.value as string;
    if (value?.type === 'object') return mainDetail(value);
  }
  return '';
}
