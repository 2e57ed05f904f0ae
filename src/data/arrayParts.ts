import type { NumberArray } from '../formats/arrays';
import { ModelError } from '../model/diagnostics';
import type { Parameters } from '../model/spec';
import { type AnswerArray, classAnswers } from './answers';
import type { Answers, Arrays } from './source';

/** What the sources of arrays share. */

/** An array of inputs, and how messages call it. */
export type InputArray = AnswerArray;

export interface ArrayPart {
  readonly inputs: InputArray;
  readonly answers: AnswerArray;
}

/**
 * Puts the training part and, where there is one, the test part together.
 * @param answersOf makes answers of the arrays of both
 * @throws ModelError where there is no sample, counts differ, or the parts' samples have different shapes
 */
export function arraysOf(
  title: string,
  parts: readonly [ArrayPart, ArrayPart?],
  answersOf: (arrays: readonly AnswerArray[]) => Answers,
): Arrays {
  const given = parts.filter((part) => part !== undefined);
  const inputShape = sampleShape(given[0].inputs.array);
  for (const { inputs, answers } of given) {
    const at = ['data', inputs.parameter];
    const { shape } = inputs.array;
    const [rows, labels] = [shape[0] ?? 0, answers.array.shape[0] ?? 0];
    if (inputs.array.values.length === 0)
      throw new ModelError('empty-file', at, `${inputs.name} has no samples: its shape is [${shape.join(', ')}].`);
    if (rows !== labels)
      throw new ModelError(
        'counts-differ',
        ['data', answers.parameter],
        `${inputs.name} has ${rows} samples, but ${answers.name} answers for ${labels}. Name two files that belong together.`,
      );
    const own = sampleShape(inputs.array);
    if (own.join() !== inputShape.join())
      throw new ModelError(
        'shapes-differ',
        at,
        `A sample of ${inputs.name} has the shape [${own.join(', ')}], one of ${title} [${inputShape.join(', ')}].`,
      );
  }
  const rowsOf = (part: ArrayPart | undefined): number => part?.inputs.array.shape[0] ?? 0;
  return {
    title,
    rows: rowsOf(parts[0]) + rowsOf(parts[1]),
    testRows: rowsOf(parts[1]),
    inputShape,
    blocks: given.map(({ inputs }) => inputs.array.values),
    answers: answersOf(given.map(({ answers }) => answers)),
  };
}

/** Bytes in rows and columns are pictures, and pictures have channels: [height, width, 1] where they are grey. */
function sampleShape({ shape, values }: NumberArray): readonly number[] {
  const own = shape.slice(1);
  if (own.length === 0) return [1];
  return own.length === 2 && values instanceof Uint8Array ? [...own, 1] : own;
}

export const classAnswersOf =
  (classes: readonly string[]) =>
  (arrays: readonly AnswerArray[]): Answers =>
    classAnswers(arrays, classes);

/** A test part has inputs and answers. @throws ModelError where one of the two parameters is given alone */
export function bothOrNone(
  [first, a]: readonly [string, string | undefined],
  [second, b]: readonly [string, string | undefined],
): boolean {
  if ((a === undefined) === (b === undefined)) return a !== undefined;
  const [has, lacks] = a === undefined ? [second, first] : [first, second];
  throw new ModelError('missing', ['data', has], `"${has}" needs "${lacks}" beside it. Add it, or remove "${has}".`);
}

export const arrayParameters = {
  classes: {
    type: 'textList',
    title: 'Classes',
    help: 'Names of the classes 0, 1, 2 and so on. Left out: the numbers themselves.',
    default: [],
  },
  divisor: {
    type: 'number',
    title: 'Divisor',
    help: 'With "scale": "divide": what each value is divided by. For bytes 255 where none is given.',
    above: 0,
    optional: true,
  },
} as const satisfies Parameters;

/** The parameter `scale` of arrays. */
export const arrayScale = <const D extends string>(preset: D) =>
  ({
    type: 'choice',
    title: 'Scale',
    help: 'What is done to the inputs before the network sees them. Bytes stay bytes in memory until they are in a batch.',
    default: preset,
    options: [
      { value: 'divide', help: 'All values divided by "divisor": from 0 to 1 for bytes.' },
      {
        value: 'standardize',
        help: 'Each channel, or each column of a table, to mean 0 and standard deviation 1, measured on the training samples only.',
      },
      { value: 'none', help: 'As they are in the file.' },
    ],
  }) as const;
