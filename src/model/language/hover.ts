import { type Node, findNodeAtLocation, findNodeAtOffset } from 'jsonc-parser';
import type { Analysis } from '../analyze';
import { parse } from '../parse';
import type { Catalogue } from '../spec';
import { count, list, showShape } from '../words';
import { type Place, placeOf } from './places';
import { definitionOf, layerNames, nameAt } from './references';

/** Markdown about some characters of the text. */
export interface Hover {
  readonly markdown: string;
  readonly place: Place;
}

/**
 * What shape inference knows and no schema can: a layer's kind, what it gives and what it costs, on the layer itself and
 * wherever it is read. Parameters are explained by the JSON schema, in whose terms VS Code shows them itself.
 * @param analysis of this very text
 */
export function hoverAt(text: string, offset: number, analysis: Analysis, catalogue: Catalogue): Hover | undefined {
  const names = layerNames(text);
  const name = nameAt(names, offset);
  if (name) {
    const index = definitionOf(names, name)?.index;
    const markdown = index === undefined ? undefined : describeLayer(text, index, analysis, catalogue);
    return markdown === undefined ? undefined : { markdown, place: name.place };
  }
  const { root } = parse(text);
  const layers = root && findNodeAtLocation(root, ['layers']);
  if (!root || layers?.type !== 'array') return undefined;
  const at = findNodeAtOffset(root, offset, true);
  const index = layers.children?.findIndex((layer) => layer === at) ?? -1;
  // On the layer's own brackets, and the room between its properties; not on a property, which speaks for itself.
  if (index >= 0) {
    const markdown = describeLayer(text, index, analysis, catalogue);
    return markdown === undefined ? undefined : { markdown, place: placeOf(at!) };
  }
  const kind = at?.parent?.type === 'property' && isKindOf(at.parent, layers) ? at.parent : undefined;
  if (!kind) return undefined;
  // The schema has said what the kind does.
  const facts = factsOf(layers.children!.indexOf(kind.parent!), analysis);
  return facts === undefined ? undefined : { markdown: facts, place: placeOf(at!) };
}

const isKindOf = (property: Node, layers: Node): boolean =>
  property.children?.[0]?.value === 'kind' && property.parent?.parent === layers;

function describeLayer(text: string, index: number, analysis: Analysis, { layers }: Catalogue): string | undefined {
  const { root } = parse(text);
  const read = (key: string): unknown => root && findNodeAtLocation(root, ['layers', index, key])?.value;
  const [id, kind] = [read('id'), read('kind')];
  const spec = typeof kind === 'string' ? layers.get(kind) : undefined;
  if (typeof id !== 'string' || !spec) return undefined;
  const facts = factsOf(index, analysis);
  return [`**${spec.title}** ${code(id)}`, spec.help, ...(facts === undefined ? [] : [facts])].join('\n\n');
}

/** What shape inference found; undefined where something else is wrong that comes first. */
function factsOf(index: number, { layers }: Analysis): string | undefined {
  const layer = layers.find((l) => l.index === index);
  if (!layer) return undefined;
  const { shape, inputs, inputShapes, parameters, multiplyAdds } = layer;
  const reads = inputs.map((id, i) => `${code(id)} ${code(showShape(inputShapes[i]))}`);
  return [
    ...(reads.length === 0 ? [] : [`- Reads ${list(reads)}`]),
    `- Gives ${code(showShape(shape))}`,
    `- ${count(parameters, 'parameter')}, ${count(multiplyAdds, 'multiply-add')} a sample`,
  ].join('\n');
}

/** As code in Markdown, whatever is in it. */
function code(text: string): string {
  const fence = '`'.repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  const room = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${room}${text.replaceAll(/\s/g, ' ')}${room}${fence}`;
}
