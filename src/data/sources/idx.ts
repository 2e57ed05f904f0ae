import { readIdx } from '../../formats/idx';
import type { Parameters } from '../../model/spec';
import { type ArrayPart, arrayParameters, arrayScale, arraysOf, bothOrNone, classAnswersOf } from '../arrayParts';
import { nameOf, readFrom } from '../files';
import {
  arraySplitParameter,
  augmentParameter,
  type DataIo,
  defineSource,
  labelNoiseParameter,
  seedParameter,
} from '../source';

const file = (title: string, help: string) => ({ type: 'path', title, help }) as const;

const parameters = {
  images: file('Images', 'The file of pictures, such as train-images-idx3-ubyte.gz, relative to this model.'),
  labels: file('Labels', 'The file of their labels, such as train-labels-idx1-ubyte.gz.'),
  testImages: { ...file('Test images', 'A file of pictures kept for the end: the test part.'), optional: true },
  testLabels: { ...file('Test labels', 'The file of their labels.'), optional: true },
  classes: arrayParameters.classes,
  scale: arrayScale('divide'),
  divisor: arrayParameters.divisor,
  labelNoise: labelNoiseParameter,
  augment: augmentParameter,
  split: arraySplitParameter,
  seed: seedParameter,
} as const satisfies Parameters;

export const idx = defineSource({
  kind: 'idx',
  title: 'IDX files',
  help: 'Pictures and labels as MNIST and Fashion-MNIST keep them, packed by gzip or not. A sample has the shape [height, width, 1].',
  parameters,
  example: { images: 'train-images-idx3-ubyte.gz', labels: 'train-labels-idx1-ubyte.gz' },
  async load({ images, labels, testImages, testLabels, classes }, io) {
    const hasTest = bothOrNone(['testImages', testImages], ['testLabels', testLabels]);
    const train = await readPart(io, ['images', images], ['labels', labels]);
    const test = hasTest ? await readPart(io, ['testImages', testImages!], ['testLabels', testLabels!]) : undefined;
    return arraysOf(nameOf(images), [train, test], classAnswersOf(classes));
  },
});

async function readPart(io: DataIo, ...files: readonly (readonly [string, string])[]): Promise<ArrayPart> {
  const [inputs, answers] = await Promise.all(
    files.map(async ([parameter, path]) => ({
      name: nameOf(path),
      parameter,
      array: await readFrom(io, path, parameter, readIdx),
    })),
  );
  return { inputs, answers };
}
