import type { Json, JsonObject } from './json';
import { isObject } from './parameters';

/** One value that differs. Absent on a side: nothing stands there. */
export interface Difference {
  /** Where it stands, such as `['optimizer', 'learningRate']`. */
  readonly path: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
}

/** What differs, down to single values: lists count as one. An object that stands on one side alone is told value by value. */
export function differences(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly string[] = [],
): Difference[] {
  const inside = [before, after].filter(isObject).filter((o) => Object.keys(o).length > 0);
  const plain = [before, after].filter((v) => v !== undefined && !isObject(v));
  if (inside.length > 0 && plain.length === 0) {
    const [b, a] = [before, after].map((v) => (isObject(v) ? v : {}));
    const keys = new Set([...Object.keys(b), ...Object.keys(a)]);
    return [...keys].flatMap((key) => differences(own(b, key), own(a, key), [...path, key]));
  }
  return equal(before, after)
    ? []
    : [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

const own = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Whether two values say the same: the order of an object's keys says nothing. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => equal(v, b[i]));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((k) => Object.hasOwn(b, k) && equal(a[k], b[k]));
  }
  return a === b;
}
