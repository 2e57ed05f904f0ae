import type { NumberArray, Numbers } from '../formats/arrays';
import { ModelError } from '../model/diagnostics';
import type { Answers } from './source';

/** An array of answers, and how messages call it. */
export interface AnswerArray {
  readonly name: string;
  readonly parameter: string;
  readonly array: NumberArray;
}

/** Targets of classes hold a number a class a row. */
const MOST_TARGETS = 2 ** 28;

/**
 * Arrays of whole numbers, one after another, as classes.
 * @param given names of the classes 0, 1, ...; none: each number that occurs is a class, in their order
 * @throws ModelError where an array is none of single whole numbers, has a label beyond the names, or there is one class
 */
export function classAnswers(arrays: readonly AnswerArray[], given: readonly string[]): Answers {
  for (const one of arrays) checkLabels(one, given);
  const count = arrays.reduce((sum, { array }) => sum + array.values.length, 0);
  const { parameter, name } = arrays[0];
  const found = new Set<number>();
  if (given.length === 0) for (const { array } of arrays) for (const value of array.values) found.add(value);
  const labels = given.length > 0 ? given.map((_, i) => i) : [...found].sort((a, b) => a - b);
  const at = ['data', parameter];
  if (labels.length < 2)
    throw new ModelError(
      'one-class',
      at,
      `${name}: all ${count} labels are ${labels[0] ?? 'missing'}. At least two classes are needed to tell apart.`,
    );
  if (labels.length * count > MOST_TARGETS)
    throw new ModelError(
      'too-many-classes',
      at,
      `${name} has ${labels.length} different labels for ${count} samples: these are amounts, or names, and no classes.`,
    );
  const index = new Map(labels.map((label, i) => [label, i]));
  const indices = new Uint32Array(count);
  let row = 0;
  for (const { array } of arrays) for (const value of array.values) indices[row++] = index.get(value)!;
  return { type: 'classes', names: given.length > 0 ? given : labels.map(String), indices };
}

function checkLabels({ name, parameter, array: { shape, values } }: AnswerArray, given: readonly string[]): void {
  if (shape.length === 0 || shape.slice(1).some((n) => n !== 1))
    throw new ModelError(
      'label-shape',
      ['data', parameter],
      `${name}: one label a sample expected, such as the shape [${shape[0] ?? 1}]; found [${shape.join(', ')}].`,
    );
  const wrong = findIndexOf(values, (v) => !Number.isInteger(v) || (given.length > 0 && !(v >= 0 && v < given.length)));
  if (wrong < 0) return;
  const needed = given.length > 0 ? `0 to ${given.length - 1}, for "classes" names ${given.length}` : 'a whole number';
  throw new ModelError(
    'label',
    ['data', parameter],
    `${name}: label ${wrong}, counted from 0, is ${values[wrong]}; it should be ${needed}.`,
  );
}

/** Arrays of numbers to give, one or more a sample. @throws ModelError where their shapes differ or one is not finite */
export function numberAnswers(arrays: readonly AnswerArray[]): Answers {
  const width = (shape: readonly number[]): number => shape.slice(1).reduce((product, n) => product * n, 1);
  const { name, array } = arrays[0];
  const columns = width(array.shape);
  for (const {
    name,
    parameter,
    array: { shape, values },
  } of arrays) {
    if (shape.length === 0 || shape.length > 2 || columns === 0 || width(shape) !== columns)
      throw new ModelError(
        'target-shape',
        ['data', parameter],
        `${name}: one row of numbers a sample expected, ${columns} in each; found the shape [${shape.join(', ')}].`,
      );
    const wrong = findIndexOf(values, (v) => !Number.isFinite(Math.fround(v)));
    if (wrong >= 0)
      throw new ModelError(
        'not-a-number',
        ['data', parameter],
        `${name}: the target of sample ${Math.floor(wrong / columns)}, counted from 0, is ${values[wrong]}; a number that a float32 can hold is needed.`,
      );
  }
  const all = new Float64Array(arrays.reduce((sum, one) => sum + one.array.values.length, 0));
  let at = 0;
  for (const one of arrays) {
    all.set(one.array.values, at);
    at += one.array.values.length;
  }
  const names = columns === 1 ? [name] : Array.from({ length: columns }, (_, i) => `${name}[${i}]`);
  return { type: 'numbers', names, values: all };
}

const findIndexOf = (values: Numbers, is: (value: number) => boolean): number => {
  for (let i = 0; i < values.length; i++) if (is(values[i])) return i;
  return -1;
};
