/** What a form field makes of what was typed: a value, or the reason why not. Pure. */
import type { Json, JsonObject } from '../../src/model/json';
import type { NumberSpec, Parameters, ParameterSpec, ShapeSpec } from '../../src/model/spec';
import { count } from '../words';

export type Read = { readonly value: Json } | { readonly error: string };

const number = (n: number): string => (Number.isInteger(n) ? count(n) : String(n).replace('-', '\u2212'));
const plain = (n: number): string => String(n).replace('-', '\u2212');

/** "0 to 0.99", "above 0", "1 or more"; empty where anything goes. */
export function rangeWords(spec: NumberSpec): string {
  const low = spec.min !== undefined ? number(spec.min) : undefined;
  const high = spec.max !== undefined && spec.max < Number.MAX_SAFE_INTEGER ? number(spec.max) : undefined;
  const above = spec.above !== undefined ? `above ${number(spec.above)}` : undefined;
  const below = spec.below !== undefined ? `below ${number(spec.below)}` : undefined;
  if (low && high) return `${low} to ${high}`;
  if (low && below) return `${low} or more, ${below}`;
  if (above && high) return `${above}, up to ${high}`;
  if (above && below) return `${above}, ${below}`;
  return above ?? below ?? (low ? `${low} or more` : high ? `up to ${high}` : '');
}

export function readNumber(text: string, spec: NumberSpec): Read {
  const cleaned = text.trim().replace('\u2212', '-').replaceAll(',', '');
  const value = cleaned === '' ? NaN : Number(cleaned);
  if (!Number.isFinite(value)) return { error: `"${text.trim()}" is not a number.` };
  if (spec.type === 'integer' && !Number.isInteger(value)) return { error: 'A whole number is needed.' };
  const outside =
    (spec.min !== undefined && value < spec.min) ||
    (spec.max !== undefined && value > spec.max) ||
    (spec.above !== undefined && value <= spec.above) ||
    (spec.below !== undefined && value >= spec.below);
  return outside ? { error: `Must be ${rangeWords(spec)}.` } : { value };
}

export function readShape(text: string, spec: ShapeSpec): Read {
  const parts = text.split(/[\s,\u00d7x*[\]]+/).filter(Boolean);
  const dims = parts.map((part) => (spec.open && part === 'null' ? null : Number(part)));
  if (dims.length === 0 || dims.some((d) => d !== null && (!Number.isInteger(d) || d < 1)))
    return {
      error: spec.open
        ? 'Whole numbers above 0 and null, such as null × 1.'
        : 'Whole numbers above 0, such as 8 × 8 × 1.',
    };
  if (spec.single && dims.length === 1) return { value: dims[0] };
  if (spec.rank && (dims.length < spec.rank.min || dims.length > spec.rank.max)) {
    const { min, max } = spec.rank;
    return { error: min === max ? `${min} numbers are needed.` : `${min} to ${max} numbers are needed.` };
  }
  return { value: dims };
}

/** `"adam"` and `{ "kind": "adam" }` both show as adam. */
const kindOfReference = (value: Json): string => {
  const kind = typeof value === 'object' && value !== null && !Array.isArray(value) ? value.kind : value;
  return typeof kind === 'string' ? kind : '';
};

/** A value as a field shows it. */
export function showValue(value: Json | undefined, spec: ParameterSpec): string {
  if (value === undefined || value === null) return '';
  if (spec.type === 'referenceList' && Array.isArray(value)) return value.map(kindOfReference).join(', ');
  if (Array.isArray(value)) return value.map(String).join(spec.type === 'shape' ? ' \u00d7 ' : ', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return typeof value === 'number' ? plain(value) : String(value);
}

export function readField(text: string, spec: ParameterSpec): Read | 'unset' {
  if (text.trim() === '' && (spec.optional || spec.default !== undefined)) return 'unset';
  switch (spec.type) {
    case 'number':
    case 'integer':
      return readNumber(text, spec);
    case 'shape':
      return readShape(text, spec);
    case 'numberList': {
      const numbers = text.split(',').map((t) => readNumber(t, { ...spec, type: 'number' }));
      const wrong = numbers.find((n) => 'error' in n);
      return wrong ?? { value: numbers.map((n) => ('value' in n ? n.value : 0)) };
    }
    case 'textList':
    case 'referenceList': {
      const texts = text
        .split(',')
        .map((t) => t.trim())
        .filter(Boolean);
      if (spec.type === 'referenceList' || !spec.single) return { value: texts };
      if (texts.length === 0) return { error: 'A value is needed.' };
      return { value: texts.length === 1 ? texts[0] : texts };
    }
    case 'text':
    case 'path':
    case 'column':
    case 'choice':
    case 'reference':
      return text.trim() === '' ? { error: 'A value is needed.' } : { value: text.trim() };
    case 'boolean':
    case 'group':
      return { error: 'This is not typed.' };
  }
}

/** Columns of the data as far as the page knows them: those that are named, and those that inputs were made of. */
export function columnsOf(params: JsonObject, inputNames: readonly string[]): string[] {
  const list = (value: Json | undefined): string[] =>
    (Array.isArray(value) ? value : [value]).filter((name) => typeof name === 'string');
  const categories = list(params.categories);
  const own = inputNames.map((input) => {
    const made = categories.find((column) => input.startsWith(`${column}=`));
    return made ?? (params.missingFlag === true ? input.replace(/ missing$/, '') : input);
  });
  const split = (params.split ?? {}) as JsonObject;
  const named = [params.target, params.ignore, params.weight, split.column, split.group, split.time].flatMap(list);
  return [...new Set([...own, ...named])];
}

/** A kind with its parameters as a file writes it: by name alone where all are what they are anyway. */
export function writtenKind({ kind, ...params }: JsonObject, parameters: Parameters): Json {
  const given = Object.entries(params).filter(([key, value]) => !parameters[key] || !isDefault(value, parameters[key]));
  return given.length > 0 ? { kind, ...Object.fromEntries(given) } : kind;
}

/** Whether a value is the default, so that "reset" has nothing to do. */
export const isDefault = (value: Json | undefined, spec: ParameterSpec): boolean =>
  value === undefined || JSON.stringify(value) === JSON.stringify(spec.default);

export function readId(text: string, others: readonly string[]): Read {
  const id = text.trim();
  if (id === '') return { error: 'A layer needs an id.' };
  if (others.includes(id)) return { error: `Another layer is called "${id}".` };
  return { value: id };
}
