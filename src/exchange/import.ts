import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { catalogue } from '../catalogue';
import type { Dataset, Samples } from '../engine/dataset';
import { compile } from '../engine/network';
import type { Tensor } from '../engine/real';
import { FormatError } from '../formats/error';
import { type Imported, isWeightsFile, modelTextOf } from '../formats/exchange/imported';
import { playgroundText } from '../formats/exchange/playground';
import { weightsFor } from '../formats/exchange/stateDict';
import { parsed, readKeras, readKerasConfig, readKerasHdf5, readKerasWeights } from '../formats/keras/read';
import { isTfjs, readTfjs, tfjsFiles } from '../formats/keras/readTfjs';
import { externalFilesOf } from '../formats/onnx/external';
import { readOnnx } from '../formats/onnx/read';
import { readSafetensors } from '../formats/safetensors';
import { analyze } from '../model/analyze';
import { type Model, parametersOf } from '../model/model';
import { list } from '../model/words';
import { seal } from '../runs/checkpoint';
import { writeAtomically } from '../runs/disk';
import { RunError } from '../runs/error';
import { newRunDirectory, RunDirectory } from '../runs/store';

/** A network that was brought here. */
export interface ImportedNetwork {
  /** Its `.netjson` file. */
  readonly file: string;
  /** The run that keeps its weights; a configuration alone has none. */
  readonly run?: string;
  readonly layers: number;
  readonly parameters: number;
  readonly notes: readonly string[];
}

/** Writes the model of a link of the TensorFlow Playground. @throws as `importNetwork` */
export async function importPlayground(link: string, file: string): Promise<void> {
  const text = playgroundText(link);
  checked(text, file);
  await refuseTaken(file);
  await writeAtomically(file, text);
}

export interface ImportRequest {
  /**
   * A file of another program: `.onnx`, `.keras`, `.h5` or `.json` with a network, or `.safetensors` or `.weights.h5` with
   * the weights of `model`.
   */
  readonly from: string;
  /** The `.netjson` file to write; for weights alone, the one that they are of, which stays as it is. */
  readonly model: string;
  /** Where runs are kept; by default "runs" beside the model. */
  readonly runsFolder?: string;
}

const parse = (text: string): Model | undefined => analyze(text, catalogue).model;

/**
 * Brings a network here: its layers as a `.netjson` file, its weights as a run of it, so that it answers, is evaluated and
 * compared as one that was trained here.
 * @throws FormatError where the file is damaged, or the network has no counterpart; RunError where the model exists already,
 * or, for weights alone, cannot be read. Nothing is written then
 */
export async function importNetwork({ from, model: file, runsFolder }: ImportRequest): Promise<ImportedNetwork> {
  const bytes = await bytesOf(from);
  const kind = extname(from).toLowerCase();
  if (isWeightsFile(from)) {
    const text = await textOf(file);
    const model = checked(text, file);
    const weights = kind === '.h5' ? readKerasWeights(bytes, model) : stateOf(model, bytes);
    return keep({ file, text, model, weights, notes: [], from, runsFolder });
  }
  await refuseTaken(file);
  const read = await readers[kind]?.(bytes, dirname(from));
  if (!read)
    throw new FormatError(
      `${basename(from)}: networks are read from ${list(Object.keys(readers))} files, weights from .safetensors and .weights.h5 files.`,
    );
  const imported = withFittingTraining(read, basename(from));
  const text = modelTextOf(imported, `From ${basename(from)}.`);
  const model = checked(text, file);
  await writeAtomically(file, text);
  const { weights, notes, isBare } = imported;
  if (!isBare) return keep({ file, text, model, weights, notes, from, runsFolder });
  return { file, layers: model.layers.length, parameters: parametersOf(model), notes };
}

/** The tensors of a safetensors file, fitted to a model. @throws ImportError where one does not fit */
function stateOf(model: Model, bytes: Uint8Array): ReadonlyMap<string, Tensor> {
  const wanted = [...compile(model, { maxBatch: 1, gradients: false }).weights.values()];
  return weightsFor(model, wanted, readSafetensors(bytes));
}

/** A network, and whether its file has layers alone. */
type Read = Imported & { readonly isBare?: true };

/** What is read from files of each ending. */
const readers: Readonly<Record<string, (bytes: Uint8Array, folder: string) => Read | Promise<Read>>> = {
  '.onnx': async (bytes, folder) => readOnnx(bytes, parse, await filesBeside(folder, externalFilesOf(bytes))),
  '.keras': (bytes) => readKeras(bytes, parse),
  '.h5': readKerasHdf5,
  '.hdf5': readKerasHdf5,
  async '.json'(bytes, folder) {
    const file = parsed(bytes, 'The file');
    if (!isTfjs(file)) return { ...readKerasConfig(file), isBare: true };
    return readTfjs(file, await filesBeside(folder, tfjsFiles(file)), parse);
  },
};

/** Without settings of training that do not go with the network, such as a loss of classes that needs another output. */
function withFittingTraining(read: Read, name: string): Read {
  if (!read.training || parse(modelTextOf(read, name))) return read;
  const wrong = analyze(modelTextOf(read, name), catalogue).diagnostics.find((d) => d.severity === 'error');
  return {
    ...read,
    training: undefined,
    notes: [...read.notes, `The settings of training are left out: ${wrong?.message ?? ''}`],
  };
}

/** The files of these names in a folder. @throws FormatError where one is not there, or too large */
async function filesBeside(folder: string, names: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of names)
    try {
      files.set(name, await bytesOf(join(folder, name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new FormatError(`Weights are in "${name}", which is not in ${folder}: put it there.`);
    }
  return files;
}

/** @throws FormatError where the file is larger than what is read at once */
async function bytesOf(file: string): Promise<Uint8Array> {
  const { size } = await stat(file);
  if (size > MOST_FILE)
    throw new FormatError(`${basename(file)} has ${size} bytes; networks of at most ${MOST_FILE} are read.`);
  return new Uint8Array(await readFile(file));
}
const MOST_FILE = 2 ** 31 - 1;

interface Found {
  readonly file: string;
  readonly text: string;
  readonly model: Model;
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly notes: readonly string[];
  readonly from: string;
  readonly runsFolder?: string;
}

async function keep({ file, text, model, weights, notes, from, runsFolder }: Found): Promise<ImportedNetwork> {
  const folder = dirname(resolve(file));
  const name = basename(file).replace(/\.netjson$/i, '');
  const directory = await newRunDirectory(runsFolder ?? join(folder, 'runs'), name);
  const run = await RunDirectory.create(directory, {
    name: model.name || name,
    modelText: text,
    modelFolder: folder,
    modelFile: basename(file),
    dataset: withoutData(model),
    seeds: { training: 0, data: 0 },
    epochs: 0,
    parameters: parametersOf(model),
    numerics: 'strict',
  });
  try {
    const metadata = new Map([['format', 'dropout-studio-weights-1']]);
    await run.checkpoint('best', await seal({ tensors: weights, metadata }));
    await run.end({ reason: 'finished', message: `Imported from ${basename(from)}.` }, { seconds: 0 });
  } finally {
    await run.close();
  }
  return { file, run: directory, layers: model.layers.length, parameters: parametersOf(model), notes };
}

/** What an imported network was trained on is not known here. */
function withoutData(model: Model): Dataset {
  const none: Samples = {
    count: 0,
    inputs: new Float32Array(0),
    targets: new Float32Array(0),
    rows: new Uint32Array(0),
  };
  return {
    title: 'not known',
    inputShape: model.layers[0].shape,
    inputNames: [],
    target: { type: 'numbers', names: [] },
    train: none,
    validation: none,
    test: none,
  };
}

function checked(text: string, file: string): Model {
  const { model, diagnostics } = analyze(text, catalogue);
  if (model) return model;
  const first = diagnostics.find((d) => d.severity === 'error');
  throw new RunError(`${file} is no network: ${first?.message ?? 'it cannot be read.'}`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new RunError(`${file}, whose weights these are to be, cannot be read: ${(error as Error).message}`);
  }
}

async function refuseTaken(file: string): Promise<void> {
  if (await exists(file)) throw new RunError(`${file} exists already. Name another file: nothing is overwritten.`);
}

const exists = (file: string): Promise<boolean> =>
  readFile(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
