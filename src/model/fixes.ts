import type { EditOperation } from './edit/operations';
import type { Json, JsonPath } from './json';
import type { ParameterSpec } from './spec';
import { closest } from './suggest';
import { show } from './words';

/**
 * A remedy that is one edit of the text: plain data, so that it travels with its finding to wherever the finding is shown.
 * `planEdit` makes the change of it.
 */
export interface Fix {
  /** What it does, as a menu offers it: `Change "unit" to "units"`. */
  readonly title: string;
  readonly operation: EditOperation;
}

/** Puts a value where another stands, or where none stands. */
export function setFix(path: JsonPath, value: Json, why = ''): Fix {
  const name = path[path.length - 1];
  const title = typeof name === 'string' ? `Set "${name}" to ${show(value)}` : `Change to ${show(value)}`;
  return { title: title + why, operation: { type: 'setPath', path, value } };
}

export const addFix = (path: JsonPath, value: Json): Fix => ({
  title: `Add "${path[path.length - 1]}": ${show(value)}`,
  operation: { type: 'setPath', path, value },
});

export const removeFix = (path: JsonPath): Fix => ({
  title: `Remove "${path[path.length - 1]}"`,
  operation: { type: 'setPath', path },
});

/** For a name that is not known: the one that was probably meant, or none. */
export function meantFixes(path: JsonPath, word: string, candidates: readonly string[]): Fix[] {
  const near = closest(word, candidates);
  if (near === undefined) return [];
  return [{ title: `Change "${word}" to "${near}"`, operation: { type: 'setPath', path, value: near } }];
}

/** For a key that is not known: its likely name, where that is not taken yet; else it goes. */
export function keyFixes(path: JsonPath, known: readonly string[], present: readonly string[]): Fix[] {
  const key = String(path[path.length - 1]);
  const near = closest(key, known);
  if (near === undefined || present.includes(near)) return [removeFix(path)];
  return [{ title: `Change "${key}" to "${near}"`, operation: { type: 'renameKey', path, key: near } }];
}

/**
 * For a value that its parameter does not take: the nearest one that it does, by the first small step that leads there.
 * @param accepts whether the parameter takes a value
 */
export function valueFixes(value: Json, spec: ParameterSpec, path: JsonPath, accepts: (value: Json) => boolean): Fix[] {
  const found = steps(value, spec).find((step) => step.value !== undefined && accepts(step.value));
  return found
    ? [found.title ? { ...setFix(path, found.value!), title: found.title } : setFix(path, found.value!, found.why)]
    : [];
}

interface Step {
  readonly value: Json | undefined;
  readonly why?: string;
  readonly title?: string;
}

function steps(value: Json, spec: ParameterSpec): Step[] {
  // "64" for 64, "true" for true, 64 for [64], [64] for 64.
  const steps: Step[] = [];
  if (typeof value === 'string') {
    if (value.trim() !== '') steps.push({ value: Number(value) });
    steps.push({ value: /^\s*true\s*$/i.test(value) ? true : /^\s*false\s*$/i.test(value) ? false : undefined });
  }
  steps.push(Array.isArray(value) ? { value: value.length === 1 ? value[0] : undefined } : { value: [value] });
  if (typeof value === 'number') steps.push(...numberSteps(value, spec));
  return steps;
}

function numberSteps(value: number, spec: ParameterSpec): Step[] {
  if (spec.type !== 'number' && spec.type !== 'integer') return [];
  const { min, max, below } = spec;
  const rounded = Math.round(value);
  const share = max === 1 || below === 1;
  return [
    { value: spec.type === 'integer' && rounded !== value ? rounded : undefined, title: `Round to ${rounded}` },
    // A share that is written in percent.
    {
      value: share && Number.isInteger(value) && value > 1 && value < 100 ? value / 100 : undefined,
      why: ` (${value} %)`,
    },
    { value: min !== undefined && value < min ? min : undefined, why: ', the least it takes' },
    { value: max !== undefined && value > max ? max : undefined, why: ', the most it takes' },
    { value: spec.default, why: ', the default' },
  ];
}
