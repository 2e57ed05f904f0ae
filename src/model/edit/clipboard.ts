import { inputsOf } from '../graph';
import type { Json, JsonObject } from '../json';
import { formatHistory, newestVersion } from '../migrate';
import { nextId } from '../names';
import { isObject } from '../parameters';
import { valueOf } from '../parse';
import type { Catalogue } from '../spec';
import { insertElement, treeOf, writeJson } from '../textEdits';
import { Chain, rewire } from './chain';
import { EditRefused } from './operations';

/** A layer on its way: what is written of it, and which layers it reads, by the names of where it comes from. */
interface Copied {
  readonly id: string;
  readonly value: JsonObject;
  readonly inputs: readonly string[];
}

/** Layers as a text of their own, in the order of the file: for the clipboard, and to be read by people. */
export function layersText(text: string, ids: readonly string[], catalogue: Catalogue): string {
  const chain = new Chain(text, catalogue);
  ids.forEach((id) => chain.find(id));
  const lines = chain.items.filter((l) => ids.includes(l.id)).map((l) => `    ${writeJson(l.value)}`);
  return `{\n  "version": ${newestVersion(formatHistory)},\n  "layers": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

export function duplicateLayers(text: string, ids: readonly string[], catalogue: Catalogue): string {
  const { items } = new Chain(text, catalogue);
  const last = items.filter((l) => ids.includes(l.id)).at(-1);
  if (!last) throw new EditRefused('The text no longer has these layers.');
  return pasteLayers(text, last.id, layersText(text, ids, catalogue), catalogue);
}

/**
 * Puts layers of a copied text behind a layer. Joined among themselves as they were; what the first of them read is `after`
 * now; who read `after` reads the last of them. An input is left out where there is one.
 * @throws EditRefused where the text holds no layers, or none that can be added
 */
export function pasteLayers(text: string, after: string | null, copied: string, catalogue: Catalogue): string {
  const chain = new Chain(text, catalogue);
  const place = after === null ? undefined : chain.find(after);
  const reads = (kind: Json | undefined): boolean => catalogue.layers.get(kind as string)?.inputs.max !== 0;
  const hasInput = chain.items.some((l) => !reads(l.kind));
  const layers = copiedLayers(copied, catalogue).filter((l) => !hasInput || reads(l.value.kind));
  if (layers.length === 0) throw new EditRefused('Only an input was copied, and this network has one.');

  const names = new Map<string, string>();
  const taken = chain.ids;
  for (const { id } of layers) {
    const free = taken.includes(id) ? nextId(id, taken) : id;
    names.set(id, free);
    taken.push(free);
  }
  const before = after === null ? new Set<string>() : chain.ancestorsOf(after);
  const wishes = chain.wishes();
  for (const { id, value, inputs } of layers) {
    const outside = inputs.filter((i) => !names.has(i));
    // The first layer that stayed behind is replaced by the one at hand; others only where they are there to be read.
    const kept = new Set(outside.slice(1).filter((i) => before.has(i)));
    const wish = inputs.flatMap((i) => names.get(i) ?? (i === outside[0] ? (after ?? []) : kept.has(i) ? i : []));
    const rootless = wish.length === 0 && after !== null && reads(value.kind);
    wishes.set(names.get(id)!, rootless ? [after] : wish);
  }
  const inner = new Set(layers.flatMap((l) => l.inputs));
  const end = names.get((layers.filter((l) => !inner.has(l.id)).at(-1) ?? layers.at(-1)!).id)!;
  if (after !== null)
    for (const reader of chain.readersOf(after))
      wishes.set(
        reader,
        chain.find(reader).inputs.map((i) => (i === after ? end : i)),
      );

  let out = text;
  let at = place?.index ?? chain.items.length - 1;
  for (const { id, value } of layers) {
    const put = Object.fromEntries(
      Object.entries({ ...value, id: names.get(id)! }).filter(([key]) => key !== 'inputs'),
    );
    out = insertElement(out, new Chain(out, catalogue).array, at++, put);
  }
  return rewire(out, wishes, catalogue);
}

/** Reads a copied text: a model or a part of one, a list of layers, or a layer. */
function copiedLayers(copied: string, catalogue: Catalogue): Copied[] {
  const none = new EditRefused('The clipboard holds no layers: copy some in a designer, or as .netjson text.');
  let value: Json | undefined;
  try {
    value = valueOf(treeOf(copied));
  } catch {
    throw none;
  }
  const list = Array.isArray(value) ? value : isObject(value) ? (value.layers ?? [value]) : undefined;
  if (!Array.isArray(list) || list.length === 0 || !list.every(isObject)) throw none;
  const layers = list.map((l) => {
    const kind = typeof l.kind === 'string' ? l.kind : undefined;
    if (kind === undefined) throw none;
    if (!catalogue.layers.has(kind))
      throw new EditRefused(`The clipboard holds a layer of a kind "${kind}", which is none.`);
    return { id: typeof l.id === 'string' ? l.id : kind, value: l };
  });
  return layers.map((l, i) => ({ ...l, inputs: inputsOf(layers, i, catalogue) }));
}
