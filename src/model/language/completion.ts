import { getLocation } from 'jsonc-parser';
import { inputsOf } from '../graph';
import type { Json, JsonObject } from '../json';
import { measureNames } from '../measures';
import { isObject } from '../parameters';
import type { ModelLayer } from '../model';
import { parse, valueOf } from '../parse';
import type { Catalogue } from '../spec';
import { showShape } from '../words';
import { type Place, covers } from './places';

export interface Completion {
  readonly label: string;
  readonly detail: string;
  readonly help: string;
}

/** What may stand at a place, best first, and what it takes the place of. Each is a string, written with its quotes. */
export interface Completions {
  readonly place: Place;
  readonly items: readonly Completion[];
}

/**
 * The names that depend on the rest of the file, which no schema can tell: layers that a layer may read, and what is
 * measured. Kinds, parameters and their values come from the JSON schema.
 * @param known layers whose shapes are known: of this very text, or of the last one that could be read
 */
export function completionsAt(
  text: string,
  offset: number,
  known: readonly ModelLayer[],
  catalogue: Catalogue,
): Completions | undefined {
  const { path, previousNode, isAtPropertyKey } = getLocation(text, offset);
  if (isAtPropertyKey) return undefined;
  const items = itemsFor(path, text, known, catalogue);
  if (!items) return undefined;
  const typed =
    previousNode && previousNode.type === 'string' && covers(previousNode, offset) ? previousNode : undefined;
  return { place: typed ? { offset: typed.offset, length: typed.length } : { offset, length: 0 }, items };
}

function itemsFor(
  path: readonly (string | number)[],
  text: string,
  known: readonly ModelLayer[],
  catalogue: Catalogue,
): Completion[] | undefined {
  const [section, index, key] = path;
  const { root } = parse(text);
  const value = root && valueOf(root);
  if (!isObject(value)) return undefined;
  if (section === 'layers' && typeof index === 'number' && key === 'inputs' && path.length === 4)
    return readableLayers(value.layers, index, path[3] as number, known, catalogue);
  const at = path.join('.');
  if (at !== 'training.earlyStopping.monitor' && at !== 'training.stopAt.metric') return undefined;
  const training = isObject(value.training) ? value.training : {};
  return measureNames(training, catalogue).map(({ name, metric }) => ({
    label: name,
    detail: metric?.title ?? 'Loss',
    help: metric?.help ?? 'What training makes small, measured with dropout off.',
  }));
}

/** The layers that one may read without a circle: nearest above it first, then those below. */
function readableLayers(
  layers: Json | undefined,
  index: number,
  slot: number,
  known: readonly ModelLayer[],
  catalogue: Catalogue,
): Completion[] {
  const all = (Array.isArray(layers) ? layers : []).map((layer) => {
    const value: JsonObject = isObject(layer) ? layer : {};
    return { id: typeof value.id === 'string' ? value.id : '', value };
  });
  // Whatever reads it, or reads what reads it.
  const behind = new Set([all[index]?.id ?? '']);
  for (let grown = true; grown;) {
    grown = false;
    all.forEach(({ id }, i) => {
      if (i === index || behind.has(id) || !inputsOf(all, i, catalogue).some((read) => behind.has(read))) return;
      behind.add(id);
      grown = true;
    });
  }
  const named = Array.isArray(all[index]?.value.inputs) ? inputsOf(all, index, catalogue) : [];
  const others = new Set(named.filter((_, i) => i !== slot));
  const shapes = new Map(known.map((l) => [l.id, l.shape]));
  const order = [...all.keys()].sort((a, b) => distance(a, index) - distance(b, index));
  return order.flatMap((i) => {
    const { id, value } = all[i];
    if (id === '' || behind.has(id) || others.has(id)) return [];
    const shape = shapes.get(id);
    const kind = typeof value.kind === 'string' ? value.kind : '';
    return [{ label: id, detail: [kind, ...(shape ? [showShape(shape)] : [])].join(' '), help: '' }];
  });
}

const distance = (i: number, from: number): number => (i < from ? from - i : 1e9 + i);
