import { version } from '../../../package.json';
import type { Target } from '../../engine/dataset';
import type { ExportNote, InputScaling, TrainedModel } from '../exchange/trained';
import { GraphBuilder, type GraphValue } from './builder';
import { writeLayer } from './kinds';
import { encodeModel, FLOAT, type OnnxModel } from './messages';

/** ONNX 1.12: the first with LayerNormalization. What reads newer ones reads it. */
const OPSET = 17;
const IR_VERSION = 8;

export interface OnnxOptions {
  /**
   * 'inference': dropout is the identity, and its nodes are gone. 'training': it drops, by random numbers of whoever runs
   * it, and everything else, batch normalisation too, is as in evaluation: for Monte Carlo answers.
   */
  readonly variant: 'inference' | 'training';
  /**
   * True: the graph takes the numbers of the data and gives those of the data; scaling is part of it. False: it takes and
   * gives what the network does.
   */
  readonly scaling: boolean;
}

/**
 * Writes a network as ONNX: opset 17, weights inside. The input "input" is [batch, ...shape] with the channels last, as in
 * the model; the output bears the name of the output layer and is [batch, outputs]. `metadata_props` hold the classes'
 * names ("classes", as JSON) and, for who reads it again, the model's own text.
 * @param text of the model, kept in the file
 * @throws FormatError where a weight is missing, or a layer has no form in ONNX
 */
export function writeOnnx(trained: TrainedModel, text: string, options: OnnxOptions): OnnxExport {
  const { model, target } = trained;
  const g = new GraphBuilder();
  const values = new Map<string, GraphValue>();
  const [first] = model.layers;
  const input = g.input(first.id, first.shape);
  const scaled = options.scaling && trained.scaling ? scaledInput(g, input, trained.scaling) : input;
  const notes: ExportNote[] = [];
  for (const layer of model.layers) {
    if (layer.kind === 'input') {
      values.set(layer.id, scaled);
      continue;
    }
    const inputs = layer.inputs.map((id) => values.get(id)!);
    values.set(layer.id, writeLayer(g, trained, layer, inputs, options.variant === 'training'));
    if (options.variant === 'training' && layer.params.mode === 'exact')
      notes.push({
        layer: layer.id,
        message:
          'ONNX draws each unit by itself: how many of a sample are dropped varies, where "exact" drops as many of each.',
      });
  }
  const last = model.layers.find((layer) => layer.id === model.output)!;
  const answer = values.get(last.id)!;
  g.output(options.scaling ? scaledOutput(g, answer, target) : answer, last.id);
  const metadata = new Map([['dropout-studio.model', text]]);
  if (target?.type === 'classes') metadata.set('classes', JSON.stringify(target.names));
  if (trained.inputNames?.length) metadata.set('inputs', JSON.stringify(trained.inputNames));
  const file: OnnxModel = {
    irVersion: IR_VERSION,
    opset: OPSET,
    producer: 'Dropout Studio',
    producerVersion: version,
    doc: model.name,
    metadata,
    graph: {
      name: model.name || 'network',
      nodes: g.nodes,
      initializers: g.initializers,
      inputs: [{ name: input.name, type: FLOAT, shape: ['batch', ...input.shape] }],
      outputs: [{ name: last.id, type: FLOAT, shape: ['batch', ...answer.shape] }],
    },
  };
  return { bytes: encodeModel(file), notes };
}

export interface OnnxExport {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly notes: readonly ExportNote[];
}

/** (f(x) - offset) / scale, an input each. */
function scaledInput(g: GraphBuilder, x: GraphValue, { offset, scale, logarithm }: InputScaling): GraphValue {
  const weight = (name: string, values: ArrayLike<number>): string =>
    g.weight(`scaling/${name}`, x.shape, Float32Array.from(values));
  let { name } = x;
  if (logarithm && Array.from(logarithm).some((flag) => flag !== 0)) {
    const one = g.number('scaling/one', 1);
    const ofLog = g.node('Log', 'scaling/log', [g.node('Add', 'scaling/above', [name, one])]);
    const flags = weight('logarithm', logarithm);
    const taken = g.node('Greater', 'scaling/taken', [flags, g.number('scaling/zero', 0)]);
    name = g.node('Where', 'scaling/chosen', [taken, ofLog, name]);
  }
  const centred = g.node('Sub', 'scaling/centred', [name, weight('offset', offset)]);
  return { ...x, name: g.node('Div', 'scaling/scaled', [centred, weight('scale', scale)]) };
}

/** Numbers in the units of the data. */
function scaledOutput(g: GraphBuilder, x: GraphValue, target: Target | undefined): GraphValue {
  const scales = target?.type === 'numbers' ? target.scale : undefined;
  if (!scales) return x;
  const weight = (name: string, values: readonly number[]): string =>
    g.weight(`target/${name}`, x.shape, Float32Array.from(values));
  const scaled = g.node('Mul', 'target/scaled', [
    x.name,
    weight(
      'scale',
      scales.map((s) => s.scale),
    ),
  ]);
  const offset = weight(
    'offset',
    scales.map((s) => s.offset),
  );
  return { ...x, name: g.node('Add', 'target/moved', [scaled, offset]) };
}
