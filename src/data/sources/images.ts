import { MOST_BYTES } from '../../formats/arrays';
import { FormatError } from '../../formats/error';
import { isJpeg, readJpeg } from '../../formats/jpeg';
import { type Picture, withChannels } from '../../formats/picture';
import { isPng, readPng } from '../../formats/png';
import { ModelError } from '../../model/diagnostics';
import type { Parameters } from '../../model/spec';
import { arrayParameters, arrayScale } from '../arrayParts';
import { nameOf, readFrom, whyUnreadable } from '../files';
import {
  arraySplitParameter,
  augmentParameter,
  type DataIo,
  defineSource,
  type FolderEntry,
  labelNoiseParameter,
  LoadCancelled,
  seedParameter,
} from '../source';

const parameters = {
  folder: {
    type: 'path',
    folder: true,
    title: 'Folder',
    help: 'Its folders are the classes, each with its pictures. Relative to this model.',
  },
  testFolder: {
    type: 'path',
    folder: true,
    title: 'Test folder',
    help: 'A folder of the same classes whose pictures are kept for the end: the test part.',
    optional: true,
  },
  colours: {
    type: 'choice',
    title: 'Colours',
    help: 'How many channels each picture has for the network, whatever its file has.',
    default: 'rgb',
    options: [
      { value: 'rgb', help: 'Red, green and blue: [height, width, 3].' },
      { value: 'grey', help: 'One: [height, width, 1]. Of colours 0.299 red + 0.587 green + 0.114 blue.' },
    ],
  },
  scale: arrayScale('divide'),
  divisor: arrayParameters.divisor,
  labelNoise: labelNoiseParameter,
  augment: augmentParameter,
  split: arraySplitParameter,
  seed: seedParameter,
} as const satisfies Parameters;

export const images = defineSource({
  kind: 'images',
  title: 'Folder of pictures',
  help: 'PNG and JPEG files in folders, one folder a class. All pictures have one size; none is resized.',
  parameters,
  example: { folder: 'pictures' },
  async load({ folder, testFolder, colours }, io) {
    const train = await listClasses(io, folder, 'folder');
    const names = [...train.keys()];
    if (names.length < 2)
      throw new ModelError(
        'one-class',
        ['data', 'folder'],
        `"${folder}" has ${names.length === 1 ? `the one folder "${names[0]}"` : 'no folders'} in it. Each class is a folder of pictures, and at least two are needed.`,
      );
    const test =
      testFolder === undefined ? new Map<string, string[]>() : await listClasses(io, testFolder, 'testFolder');
    const other = [...test.keys()].find((name) => !train.has(name));
    if (other !== undefined)
      throw new ModelError(
        'unknown-class',
        ['data', 'testFolder'],
        `"${testFolder}" has a folder "${other}", but "${folder}" has no such class.`,
      );
    const gathered = new Gathered(io, colours === 'grey' ? 1 : 3);
    await gathered.add(train, names, 'folder', folder);
    const rows = gathered.rows;
    if (testFolder !== undefined) await gathered.add(test, names, 'testFolder', testFolder);
    return {
      title: nameOf(folder),
      rows: gathered.rows,
      testRows: gathered.rows - rows,
      inputShape: gathered.shape,
      blocks: [gathered.values],
      answers: { type: 'classes', names, indices: Uint32Array.from(gathered.labels) },
    };
  },
});

/** What systems leave in folders of pictures by themselves. */
const isIncidental = (name: string): boolean => name.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/i.test(name);

/** The paths of the pictures of each class, both in the order of their names. */
async function listClasses(io: DataIo, folder: string, parameter: string): Promise<Map<string, string[]>> {
  const classes = new Map<string, string[]>();
  for (const { name, isFolder } of await entriesOf(io, folder, folder, parameter)) {
    if (!isFolder) {
      if (!/\.(png|jpe?g)$/i.test(name)) continue;
      throw new ModelError(
        'no-class',
        ['data', parameter],
        `"${name}" lies in "${folder}" itself. Put it into the folder of its class.`,
      );
    }
    const path = `${folder}/${name}`;
    const files: string[] = [];
    for (const entry of await entriesOf(io, path, folder, parameter)) {
      if (entry.isFolder)
        throw new ModelError(
          'nested-folder',
          ['data', parameter],
          `"${path}" has a folder "${entry.name}" in it. A class is a folder of pictures alone: move it elsewhere.`,
        );
      files.push(`${path}/${entry.name}`);
    }
    if (files.length === 0)
      throw new ModelError(
        'empty-file',
        ['data', parameter],
        `"${path}" has no pictures. Remove it, or put some there.`,
      );
    classes.set(name, files);
  }
  return classes;
}

async function entriesOf(io: DataIo, path: string, within: string, parameter: string): Promise<FolderEntry[]> {
  try {
    return (await io.listFolder(path, within)).filter(({ name }) => !isIncidental(name));
  } catch (error) {
    if (error instanceof LoadCancelled) throw error;
    const { code, message } = error as Error & { code?: string };
    const where = `The folder "${path}" (relative to the model's folder)`;
    if (code === 'ENOENT' && path === within)
      throw new ModelError(
        'file-not-found',
        ['data', parameter],
        `${where} does not exist. Correct "${parameter}", or put the pictures there. ${message}`,
      );
    throw new ModelError('file-unreadable', ['data', parameter], `${where} cannot be read: ${whyUnreadable(error)}`);
  }
}

/** Pictures one after another, all of the size of the first. */
class Gathered {
  readonly labels: number[] = [];
  private first: { readonly path: string; readonly width: number; readonly height: number } | undefined;
  /** Grows by doubling. */
  private bytes = new Uint8Array(0);

  constructor(
    private readonly io: DataIo,
    private readonly channels: 1 | 3,
  ) {}

  get rows(): number {
    return this.labels.length;
  }
  get shape(): readonly number[] {
    const { width = 0, height = 0 } = this.first ?? {};
    return [height, width, this.channels];
  }
  get values(): Uint8Array {
    const [height, width, channels] = this.shape;
    return this.bytes.subarray(0, this.rows * height * width * channels);
  }

  async add(
    classes: ReadonlyMap<string, readonly string[]>,
    names: readonly string[],
    parameter: string,
    folder: string,
  ): Promise<void> {
    const total = [...classes.values()].reduce((sum, files) => sum + files.length, 0);
    let done = 0;
    for (const [label, name] of names.entries())
      for (const path of classes.get(name) ?? []) {
        const picture = await readFrom(this.io, path, parameter, readPicture);
        this.put(picture, path, parameter);
        this.labels.push(label);
        this.io.progress?.({ path: folder, done: ++done, total, unit: 'files' });
      }
  }

  private put(picture: Picture, path: string, parameter: string): void {
    const { width, height } = picture;
    this.first ??= { path, width, height };
    const { first, channels } = this;
    if (width !== first.width || height !== first.height)
      throw new ModelError(
        'sizes-differ',
        ['data', parameter],
        `"${first.path}" has ${first.width} x ${first.height} pixels and "${path}" ${width} x ${height}. All pictures must have one size: ` +
          'resize them beforehand.',
      );
    const size = width * height * channels;
    const at = this.rows * size;
    if (at + size > MOST_BYTES)
      throw new ModelError(
        'too-large',
        ['data', parameter],
        `The first ${this.rows + 1} pictures take ${at + size} bytes; at most ${MOST_BYTES} are allowed. Use fewer, or smaller ones.`,
      );
    if (at + size > this.bytes.length) {
      const larger = new Uint8Array(Math.min(MOST_BYTES, 2 * this.bytes.length + 64 * size));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes.set(withChannels(picture, channels), at);
  }
}

function readPicture(bytes: Uint8Array): Picture {
  if (isPng(bytes)) return readPng(bytes);
  if (isJpeg(bytes)) return readJpeg(bytes);
  throw new FormatError('it is neither PNG nor JPEG. Convert it, or move it elsewhere.');
}
