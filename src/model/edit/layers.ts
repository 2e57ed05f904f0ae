import { analyze } from '../analyze';
import type { JsonObject } from '../json';
import { freeId, idRule, isId } from '../names';
import { type Catalogue, ShapeError, defaultsOf } from '../spec';
import { insertElement, removeNode, setAt, swapNodes } from '../textEdits';
import { Chain, rewire } from './chain';
import { EditRefused, type EditOperation } from './operations';

type AddLayer = Extract<EditOperation, { type: 'addLayer' }>;

export function addLayer(text: string, operation: AddLayer, catalogue: Catalogue): string {
  const chain = new Chain(text, catalogue);
  const spec = catalogue.layers.get(operation.kind);
  if (!spec) throw new EditRefused(`There is no kind "${operation.kind}".`);
  const taken = chain.ids;
  const id = operation.id ?? freeId(operation.kind, taken);
  if (taken.includes(id)) throw new EditRefused(`There is a layer "${id}" already.`);
  const layer: JsonObject = { id, kind: operation.kind, ...operation.params };
  const isInput = spec.inputs.max === 0;
  if (operation.after === null || isInput) return insertElement(text, chain.array, -1, layer);

  const { after, before } = operation;
  const { index } = chain.find(after);
  const readers = chain.readersOf(after);
  if (before !== undefined && !readers.includes(before))
    throw new EditRefused(`"${before}" no longer reads "${after}".`);
  const wishes = chain.wishes();
  for (const reader of before === undefined ? readers : [before]) {
    wishes.set(
      reader,
      wishes.get(reader)!.map((i) => (i === after ? id : i)),
    );
  }
  wishes.set(id, spec.inputs.min > 1 ? [after, partnerOf(text, chain, operation, after, catalogue)] : [after]);
  return rewire(insertElement(text, chain.array, index, layer), wishes, catalogue);
}

/** What a layer that joins several reads besides `after`: the nearest layer before it that fits, as a shortcut does. */
function partnerOf(
  text: string,
  chain: Chain,
  { kind, params }: AddLayer,
  after: string,
  catalogue: Catalogue,
): string {
  const { model } = analyze(text, catalogue);
  const shapeOf = (id: string) => model?.layers.find((l) => l.id === id)?.shape;
  const spec = catalogue.layers.get(kind)!;
  const own = shapeOf(after);
  for (const id of chain.ancestorsOf(after)) {
    const other = shapeOf(id);
    // Shapes that are not known cannot speak against it.
    if (!own || !other) return id;
    try {
      spec.shape({ ...defaultsOf(spec.parameters), ...params }, [own, other]);
      return id;
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
    }
  }
  throw new EditRefused(
    `"${kind}" joins layers, and before "${after}" there is none whose shape fits its own${own ? `, [${own.join(', ')}]` : ''}.`,
  );
}

export function addLayerBefore(
  text: string,
  { layer: id, kind, params }: Extract<EditOperation, { type: 'addLayerBefore' }>,
  catalogue: Catalogue,
): string {
  const chain = new Chain(text, catalogue);
  const layer = chain.find(id);
  const added = freeId(kind, chain.ids);
  const wishes = chain.wishes();
  wishes.set(added, layer.inputs);
  wishes.set(id, [added]);
  const after = insertElement(text, chain.array, layer.index - 1, { id: added, kind, ...params });
  return rewire(after, wishes, catalogue);
}

export function removeLayer(text: string, id: string, catalogue: Catalogue): string {
  const chain = new Chain(text, catalogue);
  const layer = chain.find(id);
  const wishes = chain.wishes();
  wishes.delete(id);
  for (const reader of chain.readersOf(id)) {
    const wish = wishes.get(reader)!.flatMap((i) => (i === id ? layer.inputs : [i]));
    wishes.set(reader, [...new Set(wish)]);
  }
  const out = rewire(removeNode(text, layer.node), wishes, catalogue);
  // What joined two and is left with one joins nothing: it goes too.
  const alone = [...wishes].find(([reader, wish]) => {
    const was = chain.find(reader);
    return wish.length === 1 && was.inputs.length > 1 && (catalogue.layers.get(was.kind)?.inputs.min ?? 0) > 1;
  });
  return alone ? removeLayer(out, alone[0], catalogue) : out;
}

export function moveLayer(text: string, id: string, by: -1 | 1, catalogue: Catalogue): string {
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

export function renameLayer(text: string, id: string, name: string, catalogue: Catalogue): string {
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
