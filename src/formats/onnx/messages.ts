import { FormatError } from '../error';
import { bytesOf, fieldsOf, floatsOf, intOf, intsOf, ProtobufWriter, textOf } from '../protobuf';
import { entryOf, ExternalData } from './external';
import { decodeTensor, encodeTensor, type OnnxTensor } from './tensors';

export type { OnnxTensor } from './tensors';
export { FLOAT } from './tensors';

/**
 * The messages of ONNX that a network needs, with the field numbers of onnx.proto3
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3). Fields that we do not know are passed over, as protocol
 * buffers ask for; what would change the meaning (sparse tensors, functions, subgraphs) is refused.
 */

export interface OnnxModel {
  readonly irVersion: number;
  readonly opset: number;
  readonly producer: string;
  readonly producerVersion: string;
  readonly doc: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: OnnxGraph;
}
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}
export interface OnnxNode {
  readonly name: string;
  readonly type: string;
  readonly domain: string;
  /** Names; '' where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}
/** Whole numbers as `int`s, others as `float`s. */
export type OnnxAttribute =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'floats'; readonly value: Float32Array }
  | { readonly type: 'tensor'; readonly value: OnnxTensor }
  | { readonly type: 'other' };

export interface OnnxValue {
  readonly name: string;
  readonly type: number;
  /** A number, or the name of a dimension that is open, such as "batch". */
  readonly shape: readonly (number | string)[];
}

const ATTRIBUTE = { float: 1, int: 2, text: 3, tensor: 4, ints: 7, floats: 6 } as const;

export function encodeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const { graph } = model;
  const w = new ProtobufWriter();
  w.int(1, model.irVersion).text(2, model.producer).text(3, model.producerVersion).text(6, model.doc);
  w.message(7, (g) => {
    for (const node of graph.nodes) g.message(1, (n) => encodeNode(n, node));
    g.text(2, graph.name);
    for (const tensor of graph.initializers) g.message(5, (t) => encodeTensor(t, tensor));
    for (const value of graph.inputs) g.message(11, (v) => encodeValue(v, value));
    for (const value of graph.outputs) g.message(12, (v) => encodeValue(v, value));
  });
  w.message(8, (o) => o.text(1, '').int(2, model.opset));
  for (const [key, value] of model.metadata) w.message(14, (entry) => entry.text(1, key).text(2, value));
  return w.finish();
}

function encodeNode(w: ProtobufWriter, node: OnnxNode): void {
  for (const name of node.inputs) w.text(1, name);
  for (const name of node.outputs) w.text(2, name);
  w.text(3, node.name).text(4, node.type);
  for (const [name, attribute] of node.attributes)
    w.message(5, (a) => {
      a.text(1, name);
      switch (attribute.type) {
        case 'float':
          a.float(2, attribute.value);
          break;
        case 'int':
          a.int(3, attribute.value);
          break;
        case 'text':
          a.text(4, attribute.value);
          break;
        case 'tensor':
          a.message(5, (t) => encodeTensor(t, attribute.value));
          break;
        case 'ints':
          for (const value of attribute.value) a.int(8, value);
          break;
        case 'floats':
          for (const value of attribute.value) a.float(7, value);
          break;
        case 'other':
          throw new FormatError(`Attribute "${name}" of node "${node.name}" is of a type that is not written.`);
      }
      a.int(20, ATTRIBUTE[attribute.type]);
    });
}

function encodeValue(w: ProtobufWriter, { name, type, shape }: OnnxValue): void {
  w.text(1, name).message(2, (t) =>
    t.message(1, (tensor) =>
      tensor.int(1, type).message(2, (s) => {
        for (const size of shape)
          s.message(1, (d) => void (typeof size === 'string' ? d.text(2, size) : d.int(1, size)));
      }),
    ),
  );
}

/** @throws FormatError where the bytes are no model, naming the message and the field that is wrong */
export function decodeModel(bytes: Uint8Array, external = new ExternalData()): OnnxModel {
  let graph: OnnxGraph | undefined;
  let irVersion = 0;
  let opset = 0;
  let producer = '';
  let producerVersion = '';
  let doc = '';
  const metadata = new Map<string, string>();
  for (const f of fieldsOf(bytes, 'The model')) {
    if (f.field === 1) irVersion = intOf(f, 'The model');
    else if (f.field === 2) producer = textOf(f, 'The model');
    else if (f.field === 3) producerVersion = textOf(f, 'The model');
    else if (f.field === 6) doc = textOf(f, 'The model');
    else if (f.field === 7) graph = decodeGraph(bytesOf(f, 'The model'), external);
    else if (f.field === 8) {
      const { domain, version } = decodeOpset(bytesOf(f, 'The model'));
      if (domain === '' || domain === 'ai.onnx') opset = version;
    } else if (f.field === 14) metadata.set(...entryOf(bytesOf(f, 'The model'), 'An entry of the metadata'));
    else if (f.field === 25) throw new FormatError('The model has functions of its own, which are not read.');
  }
  if (!graph) throw new FormatError('The file has no graph: it is no ONNX model.');
  if (opset === 0) throw new FormatError('The model names no version of the ONNX operators.');
  return { irVersion, opset, producer, producerVersion, doc, metadata, graph };
}

function decodeOpset(bytes: Uint8Array): { domain: string; version: number } {
  const what = 'The set of operators';
  let domain = '';
  let version = 0;
  for (const f of fieldsOf(bytes, what)) {
    if (f.field === 1) domain = textOf(f, what);
    else if (f.field === 2) version = intOf(f, what);
  }
  return { domain, version };
}

function decodeGraph(bytes: Uint8Array, external: ExternalData): OnnxGraph {
  const what = 'The graph';
  let name = '';
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  for (const f of fieldsOf(bytes, what)) {
    if (f.field === 1) nodes.push(decodeNode(bytesOf(f, what), external));
    else if (f.field === 2) name = textOf(f, what);
    else if (f.field === 5) initializers.push(decodeTensor(bytesOf(f, what), external));
    else if (f.field === 11) inputs.push(decodeValue(bytesOf(f, what)));
    else if (f.field === 12) outputs.push(decodeValue(bytesOf(f, what)));
    else if (f.field === 15) throw new FormatError('The graph has sparse weights, which are not read.');
  }
  return { name, nodes, initializers, inputs, outputs };
}

function decodeNode(bytes: Uint8Array, external: ExternalData): OnnxNode {
  const what = 'A node';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let name = '';
  let type = '';
  let domain = '';
  for (const f of fieldsOf(bytes, what)) {
    if (f.field === 1) inputs.push(textOf(f, what));
    else if (f.field === 2) outputs.push(textOf(f, what));
    else if (f.field === 3) name = textOf(f, what);
    else if (f.field === 4) type = textOf(f, what);
    else if (f.field === 7) domain = textOf(f, what);
    else if (f.field === 5) attributes.set(...decodeAttribute(bytesOf(f, what), external));
  }
  return { name, type, domain, inputs, outputs, attributes };
}

function decodeAttribute(bytes: Uint8Array, external: ExternalData): [string, OnnxAttribute] {
  const what = 'An attribute';
  let name = '';
  let attribute: OnnxAttribute = { type: 'other' };
  const ints: number[] = [];
  const floats: number[] = [];
  for (const f of fieldsOf(bytes, what)) {
    if (f.field === 1) name = textOf(f, what);
    else if (f.field === 2) attribute = { type: 'float', value: floatsOf(f, what)[0] };
    else if (f.field === 3) attribute = { type: 'int', value: intOf(f, what) };
    else if (f.field === 4) attribute = { type: 'text', value: textOf(f, what) };
    else if (f.field === 5) attribute = { type: 'tensor', value: decodeTensor(bytesOf(f, what), external) };
    else if (f.field === 7) for (const value of floatsOf(f, what)) floats.push(value);
    else if (f.field === 8) for (const value of intsOf(f, what)) ints.push(value);
    // The type is told by the field that is there; an empty list has none.
    else if (f.field === 20 && attribute.type === 'other' && intOf(f, what) === ATTRIBUTE.ints)
      attribute = { type: 'ints', value: ints };
  }
  if (ints.length > 0) attribute = { type: 'ints', value: ints };
  else if (floats.length > 0) attribute = { type: 'floats', value: Float32Array.from(floats) };
  return [name, attribute];
}

function decodeValue(bytes: Uint8Array): OnnxValue {
  const what = 'A value of the graph';
  let name = '';
  let type = 0;
  const shape: (number | string)[] = [];
  for (const f of fieldsOf(bytes, what)) {
    if (f.field === 1) name = textOf(f, what);
    if (f.field !== 2) continue;
    for (const kind of fieldsOf(bytesOf(f, what), what)) {
      if (kind.field !== 1) continue;
      for (const tensor of fieldsOf(bytesOf(kind, what), what)) {
        if (tensor.field === 1) type = intOf(tensor, what);
        if (tensor.field !== 2) continue;
        for (const dimension of fieldsOf(bytesOf(tensor, what), what))
          if (dimension.field === 1) shape.push(decodeDimension(bytesOf(dimension, what)));
      }
    }
  }
  return { name, type, shape };
}

function decodeDimension(bytes: Uint8Array): number | string {
  let size: number | string = '';
  for (const f of fieldsOf(bytes, 'A dimension')) {
    if (f.field === 1) size = intOf(f, 'A dimension');
    else if (f.field === 2) size = textOf(f, 'A dimension');
  }
  return size;
}
