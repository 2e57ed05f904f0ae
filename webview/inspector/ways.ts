/** A group whose parameters are alternatives, such as the split of a table: which of its ways is meant, and how one becomes another. Pure. */
import type { Json, JsonObject } from '../../src/model/json';
import type { Parameters, Way } from '../../src/model/spec';
import { isDefault } from './form';

/** The way in which a group is given: the last of those that are marked, the first where none is. */
export const wayOf = (value: JsonObject, ways: readonly Way[]): Way =>
  [...ways].reverse().find(({ marks }) => marks.some((mark) => value[mark] !== undefined)) ?? ways[0];

/** Parameters that a form shows: those of the way, without what another one stands in the place of, and whatever else is written. */
export function shownKeys(value: JsonObject, way: Way, parameters: Parameters): string[] {
  const replaced = Object.entries(way.instead ?? {}).flatMap(([key, other]) =>
    value[key] === undefined ? [] : [other],
  );
  return Object.keys(parameters)
    .filter((key) =>
      way.keys.includes(key)
        ? !(replaced.includes(key) && isDefault(value[key], parameters[key]))
        : !isDefault(value[key], parameters[key]),
    )
    .sort((a, b) => place(way, a) - place(way, b));
}

const place = ({ keys }: Way, key: string): number => (keys.includes(key) ? keys.indexOf(key) : keys.length);

/**
 * The group given in another way: what both know stays, what only the old one knew goes.
 * @returns undefined where the way is not complete before one of its marks is given, such as the column that says it
 */
export function switched(value: JsonObject, way: Way): JsonObject | undefined {
  const next = kept(value, way);
  return way.marks.some((mark) => next[mark] !== undefined) ? next : undefined;
}

/**
 * With one parameter set in a way that may be new to the group; undefined takes the parameter away, and where it was the
 * last mark of its way, the group is given in the first way again.
 */
export function withValue(
  value: JsonObject,
  ways: readonly Way[],
  way: Way,
  key: string,
  set: Json | undefined,
): JsonObject {
  const own = way === wayOf(value, ways) ? value : kept(value, way);
  const gone = set === undefined ? undefined : way.instead?.[key];
  const rest = Object.fromEntries(Object.entries(own).filter(([name]) => name !== key && name !== gone));
  if (set !== undefined) return { ...rest, [key]: set };
  const marked = way.marks.some((mark) => rest[mark] !== undefined);
  return way.marks.includes(key) && !marked ? kept(rest, ways[0]) : rest;
}

/** What of a group belongs to a way, with what choosing the way writes. */
export function kept(value: JsonObject, way: Way): JsonObject {
  const common = Object.fromEntries(Object.entries(value).filter(([key]) => way.keys.includes(key)));
  const start = way.start ?? {};
  const [first] = Object.keys(start);
  return first === undefined || common[first] !== undefined ? common : { ...common, ...start };
}
