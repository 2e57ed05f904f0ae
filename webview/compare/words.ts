/** What differs, in words. No DOM here. */
import type { ComparedLayer, LayerChange, Mark } from '../../src/model/compare';
import type { Difference } from '../../src/model/differences';
import { valueText, whatText } from '../../src/model/differenceText';
import type { ModelLayer } from '../../src/model/model';
import type { CatalogueDescription } from '../../src/protocol/designer';
import { metaOf } from '../canvas/graph';
import * as words from '../words';

const TIMES = '\u00d7';

export function sideText(change: LayerChange, side: 'before' | 'after'): string {
  const value = change[side];
  if (change.of === 'shape' && Array.isArray(value)) return value.map(valueText).join(` ${TIMES} `);
  if (change.of === 'parameterCount' && typeof value === 'number') return words.count(value);
  return valueText(value);
}

/** " (+1,024)" where it is about a number of parameters. */
const grownText = ({ of, before, after }: LayerChange): string =>
  of === 'parameterCount' ? ` (${more(Number(before), Number(after))})` : '';

/** +1,024 */
export const more = (before: number, after: number): string =>
  `${after > before ? '+' : ''}${words.count(after - before)}`;

/** "rate 0.5 → 0.3" */
export const lineText = (change: LayerChange): string =>
  `${whatText(change)} ${sideText(change, 'before')} \u2192 ${sideText(change, 'after')}`;

/** "dense, 32 units, relu, 96 parameters", of a layer that stands on one side alone. */
export function layerText(layer: ModelLayer, catalogue: CatalogueDescription): string {
  const kind = catalogue.layers.find((k) => k.kind === layer.kind);
  const parts = [(kind?.title ?? layer.kind).toLowerCase()];
  const role = kind?.drops ? 'gate' : layer.inputs.length === 0 ? 'input' : 'layer';
  const rate = layer.params['rate'];
  if (role !== 'gate') parts.push(metaOf(layer, role, kind));
  else if (typeof rate === 'number') parts.push(`rate ${words.rate(rate)}`);
  if (layer.parameters > 0) parts.push(words.plural(layer.parameters, 'parameter'));
  return parts.join(', ');
}

/** "drop1, dropout, rate 0.3, changed: rate 0.5 to 0.3, layer 3 of 6" */
export function spokenLayer(
  { id, mark, before, after, changes }: ComparedLayer,
  catalogue: CatalogueDescription,
  place: { readonly index: number; readonly layers: number },
): string {
  const told = changes.map((c) => `${whatText(c)} ${sideText(c, 'before')} to ${sideText(c, 'after')}`);
  const what = told.length > 0 ? `${mark}: ${told.join('; ')}` : mark;
  return `${id}, ${layerText((after ?? before)!, catalogue)}, ${what}, layer ${place.index + 1} of ${place.layers}`;
}

const SECTIONS: Readonly<Record<string, string>> = { name: 'Network', data: 'Data', training: 'Training' };

/** One line of the table. */
export interface Row {
  /** The layer, as the joined graph names it; absent for what stands beside the layers. */
  readonly layer?: string;
  readonly where: string;
  readonly mark: Mark;
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

export function rowsOf(
  layers: readonly ComparedLayer[],
  sections: readonly Difference[],
  catalogue: CatalogueDescription,
): readonly Row[] {
  return [
    ...layers.flatMap((l): Row[] => {
      const of = { layer: l.id, where: l.id, mark: l.mark };
      if (l.mark === 'same') return [];
      if (l.mark === 'changed') {
        return l.changes.map((c) => ({
          ...of,
          what: whatText(c),
          before: sideText(c, 'before'),
          after: sideText(c, 'after') + grownText(c),
        }));
      }
      const text = (layer: ModelLayer | undefined): string => (layer ? layerText(layer, catalogue) : 'no such layer');
      return [{ ...of, what: 'layer', before: text(l.before), after: text(l.after) }];
    }),
    ...sections.map((d): Row => {
      const [section, ...path] = d.path;
      return {
        where: SECTIONS[section] ?? section,
        mark: d.before === undefined ? 'added' : d.after === undefined ? 'removed' : 'changed',
        what: path.join('.') || section,
        before: valueText(d.before),
        after: valueText(d.after),
      };
    }),
  ];
}

const MARKS: readonly Mark[] = ['added', 'removed', 'changed', 'same'];

/** How many layers are what, in a fixed order, without what there is none of. */
export const countsOf = (layers: readonly ComparedLayer[]): readonly (readonly [Mark, number])[] =>
  MARKS.map((mark) => [mark, layers.filter((l) => l.mark === mark).length] as const).filter(([, n]) => n > 0);
