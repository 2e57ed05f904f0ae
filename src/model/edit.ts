import { type Node, findNodeAtLocation } from 'jsonc-parser';
import { inputsOf } from './graph';
import type { Json, JsonObject, JsonPath } from './json';
import { isObject } from './parameters';
import { valueOf } from './parse';
import { type FormatVersion, bringUpToDate, formatHistory } from './migrate';
import { freeId, idRule, isId } from './names';
import type { Catalogue } from './spec';
import { difference, insertElement, removeNode, renameKeyAt, setAt, swapNodes, treeOf } from './textEdits';

/**
 * A gesture on the picture. Layers are named by id, never by index, so that a gesture made on an older version of the
 * text still finds its layer, or is refused because the layer is gone.
 */
export type EditOperation =
  /** `value: undefined` removes the key, so that the default holds again. */
  | { readonly type: 'setParameter'; readonly layer: string; readonly key: string; readonly value?: Json }
  | {
      readonly type: 'addLayer';
      /** Stands behind this layer; null: at the very start. */
      readonly after: string | null;
      readonly kind: string;
      readonly params: JsonObject;
      readonly id?: string;
    }
  /** Between a layer and all that it reads; other readers of those keep what they have. */
  | { readonly type: 'addLayerBefore'; readonly layer: string; readonly kind: string; readonly params: JsonObject }
  | { readonly type: 'removeLayer'; readonly layer: string }
  /** In the chain of layers, one place earlier or later. */
  | { readonly type: 'moveLayer'; readonly layer: string; readonly by: -1 | 1 }
  | { readonly type: 'renameLayer'; readonly layer: string; readonly id: string }
  /** A value in `data` or `training`, such as ["training", "optimizer", "learningRate"]. */
  | { readonly type: 'setValue'; readonly path: readonly string[]; readonly value?: Json }
  | TextOperation;

/** What the fix of a finding does to the very text in which it was found: it names places, not layers. */
export type TextOperation =
  /** `value: undefined` removes what stands there; `first`: a new key goes to the front of its object. */
  | { readonly type: 'setPath'; readonly path: JsonPath; readonly value?: Json; readonly first?: true }
  | { readonly type: 'renameKey'; readonly path: JsonPath; readonly key: string }
  | ({ readonly type: 'replaceText' } & TextChange)
  /** Writes the text in the newest version of the format. */
  | { readonly type: 'bringUpToDate' };

/** True where an operation made for one version of the text means something else in another. */
export const isBoundToText = ({ type }: EditOperation): boolean =>
  type === 'setPath' || type === 'renameKey' || type === 'replaceText';

/** The document moved on, or the gesture does not fit: says which, and what to do. */
export class EditRefused extends Error {
  override readonly name = 'EditRefused';
}

export interface TextChange {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/**
 * The smallest change of the text that carries out a gesture. Comments and formatting elsewhere stay byte for byte.
 * @returns undefined where the text already says it
 * @throws EditRefused where a layer is gone, an id is taken, or there is nowhere to move to
 */
export function planEdit(
  text: string,
  operation: EditOperation,
  catalogue: Catalogue,
  history: readonly FormatVersion[] = formatHistory,
): TextChange | undefined {
  const after = carryOut(text, operation, catalogue, history);
  return after === text ? undefined : difference(text, after);
}

function carryOut(
  text: string,
  operation: EditOperation,
  catalogue: Catalogue,
  history: readonly FormatVersion[],
): string {
  switch (operation.type) {
    case 'setParameter': {
      const { index } = new Chain(text, catalogue).find(operation.layer);
      return setUnlessEqual(text, ['layers', index, operation.key], operation.value);
    }
    case 'setValue':
      return setValue(text, operation.path, operation.value);
    case 'addLayer':
      return addLayer(text, operation, catalogue);
    case 'addLayerBefore':
      return addLayerBefore(text, operation, catalogue);
    case 'removeLayer':
      return removeLayer(text, operation.layer, catalogue);
    case 'moveLayer':
      return moveLayer(text, operation.layer, operation.by, catalogue);
    case 'renameLayer':
      return renameLayer(text, operation.layer, operation.id, catalogue);
    case 'setPath':
      return setAt(text, operation.path, operation.value, operation.first);
    case 'renameKey':
      return renameKeyAt(text, operation.path, operation.key);
    case 'replaceText':
      return text.slice(0, operation.offset) + operation.text + text.slice(operation.offset + operation.length);
    case 'bringUpToDate': {
      const after = bringUpToDate(text, history);
      if (after === undefined)
        throw new EditRefused('No way is known from the version of this file to the newest one.');
      return after;
    }
  }
}

/** The layers as the text has them at the moment, and who reads whom. Good enough for texts with errors elsewhere. */
class Chain {
  readonly array: Node;
  readonly items: readonly {
    id: string;
    kind: string;
    index: number;
    node: Node;
    explicit: boolean;
    inputs: readonly string[];
  }[];

  constructor(text: string, catalogue: Catalogue) {
    const array = findNodeAtLocation(treeOf(text), ['layers']);
    if (array?.type !== 'array') throw new EditRefused('The text has no list of layers.');
    this.array = array;
    const layers = (array.children ?? []).map((node) => {
      const read = valueOf(node);
      const value: JsonObject = isObject(read) ? read : {};
      return { node, value, id: typeof value.id === 'string' ? value.id : '' };
    });
    this.items = layers.map(({ node, value: { kind, inputs }, id }, index) => {
      const explicit = Array.isArray(inputs);
      return {
        id,
        kind: typeof kind === 'string' ? kind : '',
        index,
        node,
        explicit,
        inputs: explicit ? inputs.map(String) : inputsOf(layers, index, catalogue),
      };
    });
  }

  find(id: string) {
    const item = this.items.find((l) => l.id === id);
    if (!item) throw new EditRefused(`The text no longer has a layer "${id}".`);
    return item;
  }

  readersOf(id: string): string[] {
    return this.items.filter((l) => l.inputs.includes(id)).map((l) => l.id);
  }

  wishes(): Map<string, readonly string[]> {
    return new Map(this.items.map((l) => [l.id, l.inputs]));
  }
}

/** Writes `inputs` where what the text implies is not what is wished; elsewhere the text stays. */
function rewire(text: string, wishes: ReadonlyMap<string, readonly string[]>, catalogue: Catalogue): string {
  let out = text;
  for (const [id, wish] of wishes) {
    const layer = new Chain(out, catalogue).find(id);
    if (layer.inputs.length === wish.length && layer.inputs.every((v, i) => v === wish[i])) continue;
    // Back in the chain: no need to say it.
    const implied = new Chain(setAt(out, ['layers', layer.index, 'inputs'], undefined), catalogue).find(id).inputs;
    const same = implied.length === wish.length && implied.every((v, i) => v === wish[i]);
    out = setAt(out, ['layers', layer.index, 'inputs'], same ? undefined : [...wish]);
  }
  return out;
}

function addLayer(text: string, operation: Extract<EditOperation, { type: 'addLayer' }>, catalogue: Catalogue): string {
  const chain = new Chain(text, catalogue);
  const spec = catalogue.layers.get(operation.kind);
  if (!spec) throw new EditRefused(`There is no kind "${operation.kind}".`);
  const taken = chain.items.map((l) => l.id);
  const id = operation.id ?? freeId(operation.kind, taken);
  if (taken.includes(id)) throw new EditRefused(`There is a layer "${id}" already.`);
  const layer: JsonObject = { id, kind: operation.kind, ...operation.params };
  const isInput = spec.inputs.max === 0;
  if (operation.after === null || isInput) return insertElement(text, chain.array, -1, layer);

  const { after } = operation;
  const { index } = chain.find(after);
  const wishes = chain.wishes();
  for (const reader of chain.readersOf(after)) {
    wishes.set(
      reader,
      wishes.get(reader)!.map((i) => (i === after ? id : i)),
    );
  }
  wishes.set(id, [after]);
  return rewire(insertElement(text, chain.array, index, layer), wishes, catalogue);
}

function addLayerBefore(
  text: string,
  { layer: id, kind, params }: Extract<EditOperation, { type: 'addLayerBefore' }>,
  catalogue: Catalogue,
): string {
  const chain = new Chain(text, catalogue);
  const layer = chain.find(id);
  const added = freeId(
    kind,
    chain.items.map((l) => l.id),
  );
  const wishes = chain.wishes();
  wishes.set(added, layer.inputs);
  wishes.set(id, [added]);
  const after = insertElement(text, chain.array, layer.index - 1, { id: added, kind, ...params });
  return rewire(after, wishes, catalogue);
}

function removeLayer(text: string, id: string, catalogue: Catalogue): string {
  const chain = new Chain(text, catalogue);
  const layer = chain.find(id);
  const wishes = chain.wishes();
  wishes.delete(id);
  for (const reader of chain.readersOf(id)) {
    const wish = wishes.get(reader)!.flatMap((i) => (i === id ? layer.inputs : [i]));
    wishes.set(reader, [...new Set(wish)]);
  }
  return rewire(removeNode(text, layer.node), wishes, catalogue);
}

function moveLayer(text: string, id: string, by: -1 | 1, catalogue: Catalogue): string {
  const chain = new Chain(text, catalogue);
  const layer = chain.find(id);
  const other = by > 0 ? chain.readersOf(id).map((r) => chain.find(r)) : layer.inputs.map((i) => chain.find(i));
  const side = by > 0 ? 'behind' : 'before';
  if (other.length === 0) throw new EditRefused(`There is no layer ${side} "${id}" to change places with.`);
  const [first, second] = by > 0 ? [layer, other[0]] : [other[0], layer];
  const plain = other.length === 1 && second.inputs.length === 1 && chain.readersOf(first.id).length === 1;
  if (!plain)
    throw new EditRefused(
      `"${first.id}" and "${second.id}" stand where branches meet: change their "inputs" in the text.`,
    );
  if (first.inputs.length === 0) throw new EditRefused(`"${first.id}" is the input: nothing can stand before it.`);

  const wishes = chain.wishes();
  for (const reader of chain.readersOf(second.id)) {
    wishes.set(
      reader,
      wishes.get(reader)!.map((i) => (i === second.id ? first.id : i)),
    );
  }
  wishes.set(second.id, first.inputs);
  wishes.set(first.id, [second.id]);
  const [a, b] = first.index < second.index ? [first, second] : [second, first];
  return rewire(swapNodes(text, a.node, b.node), wishes, catalogue);
}

function renameLayer(text: string, id: string, name: string, catalogue: Catalogue): string {
  const chain = new Chain(text, catalogue);
  const layer = chain.find(id);
  if (name === id) return text;
  if (!isId(name)) throw new EditRefused(`"${name}" cannot be an id: use ${idRule}.`);
  if (chain.items.some((l) => l.id === name)) throw new EditRefused(`There is a layer "${name}" already.`);
  let out = setAt(text, ['layers', layer.index, 'id'], name);
  for (const reader of chain.items) {
    if (!reader.explicit) continue;
    reader.inputs.forEach((input, i) => {
      if (input === id) out = setAt(out, ['layers', reader.index, 'inputs', i], name);
    });
  }
  return out;
}

/** `"optimizer": "adam"` becomes an object when one of its parameters is set. */
function setValue(text: string, path: readonly string[], value: Json | undefined): string {
  const root = treeOf(text);
  const parent = path.length > 1 ? findNodeAtLocation(root, path.slice(0, -1)) : undefined;
  if (parent?.type === 'string') {
    if (value === undefined) return text;
    return setAt(text, path.slice(0, -1), { kind: parent.value as string, [path[path.length - 1]]: value });
  }
  return setUnlessEqual(text, [...path], value);
}

/** Setting what already stands there makes no edit, so no undo step either. */
function setUnlessEqual(text: string, path: JsonPath, value: Json | undefined): string {
  const node = findNodeAtLocation(treeOf(text), path);
  if (node && value !== undefined && JSON.stringify(valueOf(node)) === JSON.stringify(value)) return text;
  return setAt(text, path, value);
}
