import type { NumberArray } from '../../formats/arrays';
import { readNpy } from '../../formats/npy';
import { arraysIn, readNpz } from '../../formats/npz';
import { isZip } from '../../formats/zip';
import { ModelError } from '../../model/diagnostics';
import type { Parameters } from '../../model/spec';
import { type AnswerArray, numberAnswers } from '../answers';
import { arrayParameters, arrayScale, arraysOf, bothOrNone, classAnswersOf } from '../arrayParts';
import { inFile, nameOf, readFrom } from '../files';
import {
  type Answers,
  arraySplitParameter,
  augmentParameter,
  defineSource,
  labelNoiseParameter,
  seedParameter,
} from '../source';

const array = (title: string, help: string) => ({ type: 'text', title, help }) as const;

const parameters = {
  path: {
    type: 'path',
    title: 'Archive',
    help: 'A .npz file, relative to this model. Left out: each array is a .npy file of its own.',
    optional: true,
  },
  inputs: array(
    'Inputs',
    'The array of samples: its name in the archive, or the path of a .npy file. Rows come first.',
  ),
  targets: array('Targets', 'The array of what is to be learned, a row a sample: its name in the archive, or a path.'),
  testInputs: { ...array('Test inputs', 'An array of samples kept for the end: the test part.'), optional: true },
  testTargets: { ...array('Test targets', 'The array of their targets.'), optional: true },
  targetType: {
    type: 'choice',
    title: 'Target is',
    help: 'Whether a target names a class or is an amount.',
    default: 'auto',
    options: [
      { value: 'auto', help: 'A class where targets are single integers or truth values; else numbers.' },
      { value: 'class', help: 'Each different number is a class.' },
      { value: 'number', help: 'Amounts: the network learns to give them (regression).' },
    ],
  },
  classes: arrayParameters.classes,
  scale: arrayScale('standardize'),
  divisor: arrayParameters.divisor,
  scaleTarget: {
    type: 'choice',
    title: 'Scale target',
    help: 'What is done to targets that are numbers before the network learns them. Metrics and answers shown stay in the units of the file.',
    default: 'none',
    options: [
      { value: 'none', help: 'As they are in the file.' },
      { value: 'standardize', help: 'Each to mean 0 and standard deviation 1, measured on the training samples only.' },
    ],
  },
  labelNoise: labelNoiseParameter,
  augment: augmentParameter,
  split: arraySplitParameter,
  seed: seedParameter,
} as const satisfies Parameters;

export const npy = defineSource({
  kind: 'npy',
  title: 'NumPy arrays',
  help: 'Arrays as NumPy saves them: .npy files, or a .npz archive of several. Bytes of shape [samples, height, width] are grey pictures.',
  parameters,
  example: { path: 'data.npz', inputs: 'x', targets: 'y' },
  async load(params, io) {
    const { path, inputs, targets, testInputs, testTargets } = params;
    const hasTest = bothOrNone(['testInputs', testInputs], ['testTargets', testTargets]);
    let read: (parameter: string, name: string) => Promise<NumberArray>;
    if (path === undefined) read = (parameter, name) => readFrom(io, name, parameter, readOne);
    else {
      const archive = await readFrom(io, path, 'path', checkArchive);
      read = (parameter, name) =>
        Promise.resolve(inFile(nameOf(path), ['data', parameter], () => readNpz(archive, name)));
    }
    const named = async (parameter: string, name: string): Promise<AnswerArray> => ({
      parameter,
      name: path === undefined ? nameOf(name) : name,
      array: await read(parameter, name),
    });
    const part = async (of: readonly [string, string], by: readonly [string, string]) => ({
      inputs: await named(...of),
      answers: await named(...by),
    });
    const train = await part(['inputs', inputs], ['targets', targets]);
    const test = hasTest ? await part(['testInputs', testInputs!], ['testTargets', testTargets!]) : undefined;
    return arraysOf(nameOf(path ?? inputs), [train, test], (arrays) => answersOf(arrays, params));
  },
});

function answersOf(
  arrays: readonly AnswerArray[],
  { targetType, classes }: { readonly targetType: string; readonly classes: readonly string[] },
): Answers {
  const { shape, kind } = arrays[0].array;
  const isClass = targetType === 'class' || (targetType === 'auto' && kind !== 'float' && shape.length === 1);
  if (isClass) return classAnswersOf(classes)(arrays);
  if (classes.length > 0)
    throw new ModelError(
      'unused-parameter',
      ['data', 'classes'],
      `"classes" has no effect, for the targets are numbers. Write "targetType": "class", or remove "classes".`,
    );
  return numberAnswers(arrays);
}

function checkArchive(bytes: Uint8Array): Uint8Array {
  arraysIn(bytes);
  return bytes;
}

function readOne(bytes: Uint8Array): NumberArray {
  if (!isZip(bytes)) return readNpy(bytes);
  throw new ModelError(
    'archive',
    ['data', 'inputs'],
    `This is an archive of the arrays ${arraysIn(bytes).join(', ')}: give its path as "path", and names of arrays here.`,
  );
}
