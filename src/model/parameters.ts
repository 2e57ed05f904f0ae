import type { Json, JsonObject, JsonPath } from './json';
import type { Catalogue, KindSpec, ParameterSpec, Parameters, Registry } from './spec';
import { type Fix, addFix, keyFixes, meantFixes, removeFix, setFix, valueFixes } from './fixes';
import { closest, didYouMean } from './suggest';
import { list, show } from './words';

export { list, show, showShape } from './words';

/** What may be said of a finding besides its message. */
export interface Remark {
  /** Marks the name of the last path element instead of its value. */
  readonly mark?: 'key';
  /** Asked only where somebody wants to know. */
  readonly fixes?: () => readonly Fix[];
}

/** Where a check puts what it finds. */
export interface Findings {
  error(code: string, path: JsonPath, message: string, remark?: Remark): void;
  warning(code: string, path: JsonPath, message: string, remark?: Remark): void;
}

/** For trying something out: what is wrong with it need not be said. */
export const silent: Findings = { error: () => undefined, warning: () => undefined };

/** What a check needs besides the value. */
export interface Scope {
  readonly catalogue: Catalogue;
  readonly findings: Findings;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Checks an object against its parameters and fills in defaults.
 *
 * @param owner how messages call the object, such as `Layer "drop1"`
 * @param also keys that the caller reads itself
 * @param example a valid object: what a fix fills in where a parameter is missing
 * @returns every parameter with a value, or undefined where something was wrong (and said so)
 */
export function checkParameters(
  value: JsonObject,
  parameters: Parameters,
  path: JsonPath,
  owner: string,
  scope: Scope,
  also: readonly string[] = [],
  example: JsonObject = {},
): JsonObject | undefined {
  const known = [...also, ...Object.keys(parameters)];
  let good = true;
  // "unit" for "units" is one mistake, not an unknown parameter and a missing one.
  const meant = new Set<string | undefined>();
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    good = false;
    meant.add(closest(key, known));
    const takes = Object.keys(parameters).map((p) => `"${p}"`);
    const hint = didYouMean(key, known) || (takes.length ? ` It takes ${list(takes)}.` : ' It takes no parameters.');
    const at = [...path, key];
    scope.findings.error('unknown-key', at, `${owner} has no parameter "${key}".${hint}`, {
      mark: 'key',
      fixes: () => keyFixes(at, known, Object.keys(value)),
    });
  }
  const out: JsonObject = {};
  for (const [name, spec] of Object.entries(parameters)) {
    const given = value[name];
    if (given === undefined) {
      const filled =
        spec.type === 'group' && spec.default === undefined ? (spec.optional ? undefined : {}) : spec.default;
      if (filled === undefined) {
        if (spec.optional) continue;
        good = false;
        if (meant.has(name)) continue;
        scope.findings.error('missing', path, `${owner} needs "${name}": ${spec.help}`, {
          fixes: () => (example[name] === undefined ? [] : [addFix([...path, name], example[name])]),
        });
        continue;
      }
      // Defaults go through the same check: groups and references have defaults of their own to fill in.
      const checked = checkValue(filled, spec, path, `${owner}, "${name}"`, scope);
      if (checked === undefined) good = false;
      else out[name] = checked;
      continue;
    }
    if (spec.type === 'number' && spec.schedulable && isObject(given)) {
      const schedule = checkSchedule(given, [...path, name], `${owner}, "${name}"`, scope);
      if (!schedule) good = false;
      else {
        out[name] = schedule.first;
        out[`${name}Schedule`] = schedule.params;
      }
      continue;
    }
    const checked = checkValue(given, spec, [...path, name], `${owner}, "${name}"`, scope);
    if (checked === undefined) good = false;
    else out[name] = checked;
  }
  return good ? out : undefined;
}

/** `{ "schedule": "linear", … }`: with defaults filled in, and its value in the first epoch. */
function checkSchedule(
  value: JsonObject,
  path: JsonPath,
  owner: string,
  { catalogue, findings }: Scope,
): { readonly params: JsonObject; readonly first: number } | undefined {
  const names = [...catalogue.rateSchedules.keys()];
  const all = list(
    names.map((n) => `"${n}"`),
    'or',
  );
  const { schedule } = value;
  if (typeof schedule !== 'string') {
    findings.error('missing', path, `${owner}: a schedule needs "schedule": ${all}.`);
    return undefined;
  }
  const spec = catalogue.rateSchedules.get(schedule);
  if (!spec) {
    const meant = didYouMean(schedule, names) || ` Take ${all}.`;
    const at = [...path, 'schedule'];
    findings.error('unknown-kind', at, `${owner}: there is no schedule "${schedule}".${meant}`, {
      fixes: () => meantFixes(at, schedule, names),
    });
    return undefined;
  }
  const scope = { catalogue, findings };
  const params = checkParameters(
    value,
    spec.parameters,
    path,
    `The schedule of ${owner}`,
    scope,
    ['schedule'],
    spec.example,
  );
  return params && { params: { schedule, ...params }, first: spec.at(params, 1) };
}

function checkValue(value: Json, spec: ParameterSpec, path: JsonPath, owner: string, scope: Scope): Json | undefined {
  const wrong = (expected: string, code = 'type'): undefined => {
    scope.findings.error(code, path, `${owner}: expected ${expected}, found ${show(value)}.`, {
      fixes: () => {
        const trial = { ...scope, findings: silent };
        return valueFixes(value, spec, path, (other) => checkValue(other, spec, path, owner, trial) !== undefined);
      },
    });
    return undefined;
  };
  switch (spec.type) {
    case 'number':
    case 'integer': {
      const range = rangeInWords(spec);
      const noun = spec.type === 'integer' ? 'a whole number' : 'a number';
      if (typeof value !== 'number' || !Number.isFinite(value))
        return wrong(`${noun}${range}${spec.schedulable ? ', or a schedule in { }' : ''}`);
      if (spec.type === 'integer' && !Number.isSafeInteger(value)) return wrong(`${noun}${range}`);
      if (
        (spec.min !== undefined && value < spec.min) ||
        (spec.max !== undefined && value > spec.max) ||
        (spec.above !== undefined && value <= spec.above) ||
        (spec.below !== undefined && value >= spec.below)
      ) {
        return wrong(`${noun}${range}`, 'range');
      }
      return value;
    }
    case 'choice': {
      const names = spec.options.map((o) => o.value);
      if (typeof value === 'string' && names.includes(value)) return value;
      const meant = typeof value === 'string' ? didYouMean(value, names) : '';
      scope.findings.error(
        'choice',
        path,
        `${owner}: ${show(value)} is not one of ${list(
          names.map((n) => `"${n}"`),
          'or',
        )}.${meant}`,
        { fixes: () => (typeof value === 'string' ? meantFixes(path, value, names) : []) },
      );
      return undefined;
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong('true or false');
    case 'text':
    case 'path':
    case 'column':
      return typeof value === 'string' && value.length > 0 ? value : wrong('text in double quotes');
    case 'textList':
      if (spec.single) {
        const texts = typeof value === 'string' ? [value] : value;
        return Array.isArray(texts) && texts.length > 0 && texts.every((v) => typeof v === 'string' && v.length > 0)
          ? texts
          : wrong('text in double quotes, or a list of texts, such as ["a", "b"]');
      }
      return Array.isArray(value) && value.every((v) => typeof v === 'string')
        ? value
        : wrong('a list of texts, such as ["id"]');
    case 'numberList': {
      const { min = -Infinity, max = Infinity } = spec;
      if (!Array.isArray(value) || !value.every((v) => typeof v === 'number' && Number.isFinite(v)))
        return wrong(`a list of numbers${rangeInWords(spec)}, such as [1, 2.5]`);
      const outside = value.findIndex((v) => (v as number) < min || (v as number) > max);
      if (outside < 0) return value;
      const message = `${owner}: expected numbers${rangeInWords(spec)}, found ${show(value[outside])}.`;
      scope.findings.error('range', [...path, outside], message);
      return undefined;
    }
    case 'shape': {
      const { min = 1, max = Infinity } = spec.rank ?? {};
      const isDimension = (n: Json): n is number => Number.isSafeInteger(n) && (n as number) >= 1;
      if (spec.single && isDimension(value)) return Array.from({ length: max }, () => value);
      if (!Array.isArray(value) || !value.every((n) => isDimension(n) || (spec.open && n === null))) {
        const list = 'a list of whole numbers from 1';
        if (spec.open) return wrong(`${list} and null, such as [null, 1]`);
        if (!spec.single) return wrong(`${list}, such as [64]`);
        const example = Array.from({ length: max }, () => 3).join(', ');
        return wrong(`a whole number from 1, such as 3, or ${list}, such as [${example}]`);
      }
      if (value.length < min || value.length > max) {
        return wrong(
          `a list of ${min === max ? min : max === Infinity ? `at least ${min}` : `${min} to ${max}`} numbers`,
          'range',
        );
      }
      return value;
    }
    case 'reference':
      return checkReference(value, spec.registry, path, owner, scope);
    case 'referenceList': {
      if (!Array.isArray(value))
        return wrong(`a list of ${spec.registry}, such as ["${firstKind(spec.registry, scope)}"]`);
      const checked = value.map((v, i) => checkReference(v, spec.registry, [...path, i], owner, scope));
      return checked.includes(undefined) ? undefined : (checked as Json[]);
    }
    case 'group':
      return isObject(value) ? checkParameters(value, spec.parameters, path, owner, scope) : wrong('an object in { }');
  }
}

const firstKind = (registry: Registry, { catalogue }: Scope): string => [...catalogue[registry].keys()][0];

/** `"adam"` and `{ "kind": "adam", … }` both become `{ kind, …parameters }`. */
function checkReference(
  value: Json,
  registry: Registry,
  path: JsonPath,
  owner: string,
  scope: Scope,
): Json | undefined {
  const kinds = scope.catalogue[registry];
  const names = [...kinds.keys()];
  const kind = typeof value === 'string' ? value : isObject(value) ? value.kind : undefined;
  if (typeof kind !== 'string') {
    scope.findings.error(
      'type',
      path,
      `${owner}: expected a name such as "${names[0]}" or an object with a "kind", found ${show(value)}.`,
    );
    return undefined;
  }
  const spec = kinds.get(kind);
  if (!spec) {
    const at = isObject(value) ? [...path, 'kind'] : path;
    const all = list(
      names.map((n) => `"${n}"`),
      'or',
    );
    scope.findings.error(
      'unknown-kind',
      at,
      `${owner}: "${kind}" is not known.${didYouMean(kind, names) || ` Take ${all}.`}`,
      { fixes: () => meantFixes(at, kind, names) },
    );
    return undefined;
  }
  const given = isObject(value) ? value : {};
  const title = `${spec.title} in ${owner.replace(/^The /, 'the ')}`;
  // Written as a name alone, it has no object that a missing parameter could be put into.
  const example = isObject(value) ? spec.example : undefined;
  const params = checkParameters(given, spec.parameters, path, title, scope, ['kind'], example);
  if (!params) return undefined;
  const wrong = spec.check?.(params);
  if (wrong) {
    const at = given[wrong.parameter] === undefined ? path : [...path, wrong.parameter];
    scope.findings.error('combination', at, `${title}, "${wrong.parameter}": ${wrong.message}`, {
      fixes: () => combinationFixes(given, params, spec, path),
    });
    return undefined;
  }
  return { kind, ...params };
}

/** Leaves one of the given parameters out, or takes one of the example's: whatever then goes together. */
function combinationFixes(given: JsonObject, params: JsonObject, spec: KindSpec, path: JsonPath): Fix[] {
  const good = (change: JsonObject): boolean => !spec.check?.({ ...params, ...change });
  const left = Object.keys(given).filter((key) => {
    const own = spec.parameters[key]?.default;
    return own !== undefined && good({ [key]: own });
  });
  const taken = Object.entries(spec.example).filter(([key, value]) => good({ [key]: value }));
  return [
    ...taken.map(([key, value]) => setFix([...path, key], value)),
    ...left.map((key) => removeFix([...path, key])),
  ];
}

function rangeInWords(spec: { min?: number; max?: number; above?: number; below?: number }): string {
  const low = spec.min !== undefined ? `from ${spec.min}` : spec.above !== undefined ? `above ${spec.above}` : '';
  const high = spec.max !== undefined ? `to ${spec.max}` : spec.below !== undefined ? `below ${spec.below}` : '';
  if (!low && !high) return '';
  if (spec.min !== undefined && spec.max === undefined && spec.below !== undefined)
    return ` from ${spec.min} and below ${spec.below}`;
  if (spec.above !== undefined && spec.below !== undefined) return ` above ${spec.above} and below ${spec.below}`;
  return ` ${[low, high].filter(Boolean).join(' ')}`;
}
