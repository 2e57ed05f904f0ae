import { type Node, findNodeAtLocation } from 'jsonc-parser';
import { EditRefused, type TextChange } from '../edit';
import { idRule, isId } from '../names';
import { parse } from '../parse';
import { type Place, covers, inside, placeOf } from './places';

/** A place where a layer is called by its name. */
export interface LayerName {
  readonly id: string;
  /** The string, quotes included. */
  readonly place: Place;
  /** Where it is the layer's own `id`: the whole layer. Absent: the layer is read here. */
  readonly layer?: Place;
  /** The layer in whose object it stands, as an index into `layers`. */
  readonly index: number;
}

/**
 * Every place that names a layer, in the order of the text: `id` and `inputs`, the only keys of the language that do. A
 * text with errors gives what can be made out.
 */
export function layerNames(text: string): LayerName[] {
  const { root } = parse(text);
  const layers = root && findNodeAtLocation(root, ['layers']);
  if (layers?.type !== 'array') return [];
  return (layers.children ?? []).flatMap((layer, index) =>
    (layer.children ?? []).flatMap((property): LayerName[] => {
      const [key, value] = property.children ?? [];
      if (key?.value === 'id' && isName(value)) return [{ ...nameIn(value), layer: placeOf(layer), index }];
      if (key?.value !== 'inputs' || value?.type !== 'array') return [];
      return (value.children ?? []).filter(isName).map((n) => ({ ...nameIn(n), index }));
    }),
  );
}

const isName = (node: Node | undefined): node is Node => node?.type === 'string';

const nameIn = (node: Node): { readonly id: string; readonly place: Place } => ({
  id: node.value as string,
  place: placeOf(node),
});

export const nameAt = (names: readonly LayerName[], offset: number): LayerName | undefined =>
  names.find(({ place }) => covers(place, offset));

/** The layer in whose object a place is. */
export const layerAt = (text: string, offset: number): string | undefined =>
  layerNames(text).find(({ layer }) => layer && covers(layer, offset))?.id;

/** The layer that a name means: where two are called the same, the first, as a reader of it would. */
export const definitionOf = (names: readonly LayerName[], name: LayerName): LayerName | undefined =>
  name.layer ? name : names.find((n) => n.layer && n.id === name.id);

/** Everywhere the same layer is named, its own `id` included. */
export function namesOf(names: readonly LayerName[], name: LayerName): readonly LayerName[] {
  const definition = definitionOf(names, name);
  const first = names.find((n) => n.layer && n.id === name.id);
  // A second layer of that name is read by nobody.
  if (definition && definition !== first) return [definition];
  return names.filter((n) => n.id === name.id && (!n.layer || n === definition));
}

/**
 * What can be renamed at a place.
 * @returns the id, and its characters without the quotes
 * @throws EditRefused where no layer is named there
 */
export function prepareRename(text: string, offset: number): { readonly id: string; readonly place: Place } {
  const name = nameAt(layerNames(text), offset);
  if (!name)
    throw new EditRefused('Only layers can be renamed: put the cursor on the "id" of one, or on its name in "inputs".');
  return { id: name.id, place: inside(text, name.place) };
}

/**
 * Gives a layer another name wherever it is named.
 * @returns changes of the one text, none of which moves the others
 * @throws EditRefused where no layer is named there, or the name is empty, not plain, or taken
 */
export function planRename(text: string, offset: number, to: string): TextChange[] {
  const { id } = prepareRename(text, offset);
  if (to === id) return [];
  if (to.trim() === '') throw new EditRefused(`A layer needs a name: ${idRule}, such as "hidden1".`);
  if (!isId(to)) throw new EditRefused(`"${to}" cannot be the name of a layer: use ${idRule}.`);
  const names = layerNames(text);
  if (names.some((n) => n.layer && n.id === to)) throw new EditRefused(`There is a layer "${to}" already.`);
  return namesOf(names, nameAt(names, offset)!).map(({ place }) => ({ ...inside(text, place), text: to }));
}
