import type { Json, JsonObject, JsonPath } from './json';
import { type Fix, meantFixes, setFix } from './fixes';
import { freeId, idRule, isId, nextId, usableId } from './names';
import { isObject } from './parameters';
import type { Findings } from './parameters';
import type { Catalogue } from './spec';
import { didYouMean } from './suggest';
import { list } from './words';

/** A layer of the file whose id is known to be usable, before its kind is looked at. */
export interface RawLayer {
  readonly id: string;
  readonly index: number;
  readonly value: JsonObject;
}

/** What a layer reads: where the file leaves it unsaid, the one before it, unless its kind reads none. */
export function inputsOf(
  layers: readonly Pick<RawLayer, 'id' | 'value'>[],
  position: number,
  catalogue: Catalogue,
): readonly string[] {
  const { inputs, kind } = layers[position].value;
  if (Array.isArray(inputs)) return inputs.filter((v): v is string => typeof v === 'string');
  const reads = catalogue.layers.get(kind as string)?.inputs.max !== 0;
  return reads && position > 0 ? [layers[position - 1].id] : [];
}

/** Ids: present, plain, unique. Returns the layers that have one. */
export function checkIds(layers: readonly Json[], findings: Findings): RawLayer[] {
  const good: RawLayer[] = [];
  const first = new Map<string, number>();
  const taken = layers.flatMap((l) => (isObject(l) && typeof l.id === 'string' ? [l.id] : []));
  layers.forEach((value, index) => {
    const path = ['layers', index];
    if (!isObject(value)) {
      findings.error(
        'type',
        path,
        'A layer is an object in { }, such as { "id": "hidden1", "kind": "dense", "units": 64 }.',
      );
      return;
    }
    const { id } = value;
    if (typeof id !== 'string' || !isId(id)) {
      const found = id === undefined ? 'needs an "id"' : `has an "id" that cannot be used`;
      findings.error(
        'id',
        id === undefined ? path : [...path, 'id'],
        `Layer ${index + 1} ${found}: ${idRule}, such as "hidden1".`,
        { fixes: () => [idFix(value, [...path, 'id'], taken)] },
      );
      return;
    }
    if (first.has(id)) {
      findings.error(
        'duplicate-id',
        [...path, 'id'],
        `Two layers are called "${id}": layer ${first.get(id)! + 1} and layer ${index + 1}. Rename one.`,
        { fixes: () => [setFix([...path, 'id'], nextId(id, taken))] },
      );
      return;
    }
    first.set(id, index);
    good.push({ id, index, value });
  });
  return good;
}

/** A name for a layer that has none, or none that can be used: then readers follow. */
function idFix({ id, kind }: JsonObject, path: JsonPath, taken: readonly string[]): Fix {
  const usable = typeof id === 'string' && id !== '' ? usableId(id, taken) : undefined;
  if (usable !== undefined)
    return { title: `Rename to "${usable}"`, operation: { type: 'renameLayer', layer: id as string, id: usable } };
  const free = freeId(typeof kind === 'string' && isId(kind) ? kind : 'layer', taken);
  return {
    title: id === undefined ? `Add "id": "${free}"` : `Set "id" to "${free}"`,
    operation: { type: 'setPath', path, value: free, first: true },
  };
}

/** Every name in `inputs` is a layer. Returns false where one is not. */
export function checkInputNames(layers: readonly RawLayer[], findings: Findings): boolean {
  const ids = layers.map((l) => l.id);
  let good = true;
  for (const { id, index, value } of layers) {
    const { inputs } = value;
    if (inputs === undefined) continue;
    const path = ['layers', index, 'inputs'];
    if (!Array.isArray(inputs)) {
      findings.error('type', path, `Layer "${id}", "inputs": expected a list of layer ids, such as ["input"].`, {
        fixes: () => (typeof inputs === 'string' && ids.includes(inputs) ? [setFix(path, [inputs])] : []),
      });
      good = false;
      continue;
    }
    inputs.forEach((name, i) => {
      if (typeof name === 'string' && name !== id && ids.includes(name)) return;
      good = false;
      const problem =
        name === id
          ? `Layer "${id}" reads itself. Name another layer.`
          : `Layer "${id}" reads ${JSON.stringify(name)}, which is no layer.${typeof name === 'string' ? didYouMean(name, ids) : ''}`;
      findings.error('unknown-input', [...path, i], problem, {
        fixes: () =>
          typeof name === 'string' && name !== id
            ? meantFixes(
                [...path, i],
                name,
                ids.filter((other) => other !== id),
              )
            : [],
      });
    });
  }
  return good;
}

/**
 * Orders layers so that each stands behind all that it reads, keeping the file's order where that is free
 * (Kahn 1962).
 * @returns ids in order, or undefined where there is a cycle (said in `findings`)
 */
export function topologicalOrder(
  layers: readonly RawLayer[],
  inputs: ReadonlyMap<string, readonly string[]>,
  findings: Findings,
): string[] | undefined {
  const order: string[] = [];
  const done = new Set<string>();
  let waiting = [...layers];
  while (waiting.length > 0) {
    const ready = waiting.filter((l) => inputs.get(l.id)!.every((i) => done.has(i)));
    if (ready.length === 0) break;
    // One at a time: a layer of the file that became ready goes before later ones.
    const [next] = ready;
    order.push(next.id);
    done.add(next.id);
    waiting = waiting.filter((l) => l !== next);
  }
  if (waiting.length === 0) return order;
  const cycle = findCycle(waiting, inputs);
  const at = layers.find((l) => l.id === cycle[0])!;
  const chain = [...cycle, cycle[0]].map((id) => `"${id}"`).join(' → ');
  findings.error(
    'cycle',
    ['layers', at.index],
    `These layers read each other in a circle: ${chain}. A network has none: change the "inputs" of one.`,
  );
  return undefined;
}

function findCycle(layers: readonly RawLayer[], inputs: ReadonlyMap<string, readonly string[]>): string[] {
  const among = new Set(layers.map((l) => l.id));
  const path: string[] = [];
  let at: string = layers[0].id;
  while (!path.includes(at)) {
    path.push(at);
    at = inputs.get(at)!.find((i) => among.has(i))!;
  }
  // Walked from reader to read: turned round, it reads as the data flows.
  return path.slice(path.indexOf(at)).reverse();
}

/** The one layer nobody reads. */
export function findOutput(
  layers: readonly RawLayer[],
  inputs: ReadonlyMap<string, readonly string[]>,
  findings: Findings,
): string | undefined {
  const read = new Set([...inputs.values()].flat());
  const ends = layers.filter((l) => !read.has(l.id));
  if (ends.length === 1) return ends[0].id;
  for (const end of ends.slice(0, -1)) {
    const names = list(ends.map((e) => `"${e.id}"`));
    findings.error(
      'several-outputs',
      ['layers', end.index],
      `Nothing reads layer "${end.id}". A network has one output, but ${names} are read by no other layer: connect or remove the others.`,
      { fixes: () => [{ title: `Remove layer "${end.id}"`, operation: { type: 'removeLayer', layer: end.id } }] },
    );
  }
  return undefined;
}
