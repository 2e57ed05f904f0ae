import type { Json, JsonObject } from '../json';
import { isObject } from '../parameters';
import { parse, valueOf } from '../parse';
import type { Catalogue } from '../spec';
import { setAt } from '../textEdits';
import { show } from '../words';
import { type ColumnUse, EditRefused } from './operations';

/**
 * Makes a column of the data an input, categories, the target, or none of them: out of all lists that say otherwise. What
 * was the target becomes an input.
 * @throws EditRefused where the data has no columns, the column splits the rows, or no target would be left
 */
export function useColumn(text: string, column: string, use: ColumnUse, catalogue: Catalogue): string {
  const { root } = parse(text);
  const model = root && valueOf(root);
  const data = isObject(model) && isObject(model.data) ? model.data : {};
  const spec = typeof data.source === 'string' ? catalogue.sources.get(data.source) : undefined;
  const has = (key: string): boolean => spec?.parameters[key] !== undefined;
  if (!has('ignore') || !has('target')) throw new EditRefused('The data has no columns to choose from.');
  if (use === 'category' && !has('categories'))
    throw new EditRefused(`The data source ${show(spec!.kind)} takes no categories.`);
  const targets = listOf(data.target);
  if (use !== 'target' && targets.length === 1 && targets[0] === column)
    throw new EditRefused(`${show(column)} is the target. Choose another column as the target first.`);
  const split = isObject(data.split) ? data.split : {};
  const way = ['column', 'group', 'time'].find((key) => split[key] === column);
  if (data.weight === column) throw new EditRefused(`${show(column)} weighs the rows: remove "weight" first.`);
  if (way) throw new EditRefused(`${show(column)} splits the rows: take it out of "split", ${show(way)}, first.`);

  const change = (out: string, key: string, value: Json | undefined): string =>
    JSON.stringify(value) === JSON.stringify(data[key]) ? out : setAt(out, ['data', key], value);
  let out = change(text, 'ignore', listed(data, 'ignore', column, use === 'ignored'));
  if (has('categories')) out = change(out, 'categories', listed(data, 'categories', column, use === 'category'));
  if (use === 'target') return change(out, 'target', column);
  if (targets.length > 1)
    return change(
      out,
      'target',
      targets.filter((target) => target !== column),
    );
  return out;
}

/** A list of columns with or without one; absent where nothing is left of it. */
function listed(data: JsonObject, key: string, column: string, wanted: boolean): Json | undefined {
  const before = listOf(data[key]);
  if (before.includes(column) === wanted) return data[key];
  const after = wanted ? [...before, column] : before.filter((name) => name !== column);
  return after.length > 0 ? after : undefined;
}

const listOf = (value: Json | undefined): string[] =>
  (Array.isArray(value) ? value : [value]).filter((name) => typeof name === 'string');
