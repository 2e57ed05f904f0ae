import type { Tensor } from '../../engine/real';
import type { Model } from '../../model/model';
import { ShapeError, sizeOf } from '../../model/spec';
import { FormatError } from '../error';
import { type Imported, ImportError, NoCounterpart } from '../exchange/imported';
import { permuted } from '../exchange/trained';
import { ExternalData } from './external';
import { GraphReader } from './graph';
import { decodeModel, FLOAT, type OnnxModel } from './messages';
import { operators } from './operators';
import { joinActivations } from './patterns';
import { writeOnnx } from './write';

/**
 * Reads a network from an ONNX file: a chain or graph of layers that are known here, weights inside. Operators are told
 * by what they do, whoever wrote them: a MatMul and an Add are a dense layer, Relu behind it is its activation. Nothing is
 * guessed: what has no counterpart is listed, every node of it, and nothing is read then.
 *
 * A file that was written here, and still says the same, gives the model's own text.
 * @param parse reads a model's text; undefined where it is none
 * @param beside the files that `externalFilesOf` names
 * @throws FormatError where the file is no ONNX, or damaged; ImportError where it is, but has no counterpart
 */
export function readOnnx(
  bytes: Uint8Array,
  parse: (text: string) => Model | undefined,
  beside?: ReadonlyMap<string, Uint8Array>,
): Imported {
  const file = decodeModel(bytes, new ExternalData(beside));
  return ownText(bytes, file, parse) ?? foreign(file);
}

/** The text that the file brought along, where writing it again gives the very file. */
function ownText(bytes: Uint8Array, file: OnnxModel, parse: (text: string) => Model | undefined): Imported | undefined {
  const text = file.metadata.get('dropout-studio.model');
  const model = text === undefined ? undefined : parse(text);
  if (text === undefined || !model || !couldBeIn(bytes, model)) return undefined;
  const weights = new Map<string, Tensor>();
  for (const { name, shape, values } of file.graph.initializers) {
    const layer = model.layers.find((l) => name.startsWith(`${l.id}/`));
    if (!layer || !(values instanceof Float32Array)) continue;
    const convolved = name.endsWith('/kernel') && shape.length > 2;
    const order = [...shape.slice(2).map((_, i) => i + 2), 1, 0];
    weights.set(
      name,
      convolved
        ? { shape: order.map((axis) => shape[axis]), values: permuted(values, shape, order) }
        : { shape, values },
    );
  }
  const classes = namesIn(file, 'classes');
  const inputNames = namesIn(file, 'inputs');
  for (const variant of ['inference', 'training'] as const) {
    try {
      const again = writeOnnx(
        {
          model,
          weights,
          ...(classes && { target: { type: 'classes', names: classes } }),
          ...(inputNames && { inputNames }),
        },
        text,
        { variant, scaling: false },
      ).bytes;
      if (again.length === bytes.length && again.every((byte, i) => byte === bytes[i]))
        return { name: model.name, layers: [], weights: ownWeights(model, weights), notes: [], text, classes };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
  return undefined;
}

/** Names that the file says beside its graph; undefined where it says none, or something else. */
function namesIn({ metadata }: OnnxModel, key: string): readonly string[] | undefined {
  try {
    const names: unknown = JSON.parse(metadata.get(key) ?? 'null');
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined;
  } catch {
    return undefined;
  }
}

/** False for a model whose norms alone are larger than the file: scales that are left out are written as ones. */
const couldBeIn = (bytes: Uint8Array, { layers }: Model): boolean =>
  layers.every(({ kind, shape, params }) => {
    if (kind !== 'batchNorm' && kind !== 'layerNorm') return true;
    return 4 * (params.axis === 'all' ? sizeOf(shape) : shape[shape.length - 1]) <= bytes.length;
  });

/** Without what only the graph has, such as the ones that stand for a scale that is not there. */
function ownWeights(model: Model, weights: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const known = new Map(model.layers.map((layer) => [layer.id, layer]));
  return new Map(
    [...weights].filter(([name]) => {
      const at = name.lastIndexOf('/');
      const params = known.get(name.slice(0, at))?.params;
      if (!params) return false;
      const kind = name.slice(at + 1);
      if (kind === 'gamma') return params.scale !== false;
      if (kind === 'beta') return params.center !== false;
      return ['kernel', 'bias', 'movingMean', 'movingVariance', 'embeddings'].includes(kind);
    }),
  );
}

function foreign(file: OnnxModel): Imported {
  const { graph: whole, opset } = file;
  const problems: string[] = [];
  const graph = joinActivations(whole);
  const r = new GraphReader(graph);
  beginWithInput(r);
  for (const node of graph.nodes) {
    const called = `${node.type} "${node.name || node.outputs[0]}"`;
    const read =
      Object.hasOwn(operators, node.type) && ['', 'ai.onnx'].includes(node.domain) ? operators[node.type] : undefined;
    if (!read) {
      problems.push(`${called} has no counterpart among the layers.`);
      continue;
    }
    try {
      // What reads a value that has none has been said already, where that value was.
      if (node.inputs.some((name) => name !== '' && r.known(name) === undefined) && problems.length > 0) continue;
      read(r, node);
    } catch (error) {
      if (error instanceof NoCounterpart) problems.push(`${called} ${error.message}.`);
      else if (error instanceof RangeError || error instanceof TypeError || error instanceof ShapeError)
        problems.push(`${called} does not fit what it reads: ${error.message}`);
      else throw error;
    }
  }
  if (problems.length > 0) throw new ImportError(problems);
  const [output] = graph.outputs;
  if (!output) throw new ImportError(['The graph has no output.']);
  const last = r.known(output.name);
  if (last?.type !== 'flow') throw new ImportError([`The output "${output.name}" is not what a layer gives.`]);
  if (last.affine) throw new ImportError([`The output "${output.name}" is scaled in the graph behind its last layer.`]);
  if (graph.outputs.length > 1)
    throw new ImportError([
      `There are ${graph.outputs.length} outputs: ${graph.outputs.map((o) => o.name).join(', ')}.`,
    ]);
  const classes = namesIn(file, 'classes');
  r.notes.push(`Read from ONNX, opset ${opset}.`);
  return {
    name: whole.name,
    layers: r.layers,
    weights: r.weights,
    notes: r.notes,
    ...(classes && { classes }),
  };
}

/** Operators that want the channels behind the batch. */
const CHANNELS_FIRST = ['Conv', 'MaxPool', 'AveragePool', 'GlobalAveragePool', 'BatchNormalization'];

function beginWithInput(r: GraphReader): void {
  const { graph } = r;
  const weights = new Set(graph.initializers.map((tensor) => tensor.name));
  // Older files list the weights among the inputs.
  const inputs = graph.inputs.filter(({ name }) => !weights.has(name));
  if (inputs.length !== 1)
    throw new ImportError([
      `A network here reads one input; the graph has ${inputs.length}: ${inputs.map((i) => i.name).join(', ')}.`,
    ]);
  const [{ name, type, shape }] = inputs;
  const sizes = shape.slice(1);
  if (shape.length < 2 || sizes.some((n) => typeof n !== 'number' || n < 1))
    throw new ImportError([`The input "${name}" is [${shape.join(', ')}]: each size but the batch's must be known.`]);
  if (type !== FLOAT && !graph.nodes.some((node) => node.type === 'Gather' && node.inputs[1] === name))
    throw new ImportError([`The input "${name}" is of the ONNX type ${type}, not of floats.`]);
  const known = sizes as number[];
  const first =
    known.length > 1 && graph.nodes.some((node) => CHANNELS_FIRST.includes(node.type) && node.inputs[0] === name);
  const own = first ? [...known.slice(1), known[0]] : known;
  if (first) r.notes.push(`The input is [${known.join(', ')}] there, channels first, and [${own.join(', ')}] here.`);
  r.layers.push({ id: 'input', kind: 'input', params: { shape: own }, inputs: [] });
  r.know(name, { type: 'flow', layer: 'input', shape: own, layout: first ? 'first' : 'last' });
}
