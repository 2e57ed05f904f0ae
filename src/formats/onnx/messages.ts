import { sizeOf } from '../../model/spec';
import { FormatError } from '../error';
import { bytesOf, fieldsOf, floatsOf, intOf, intsOf, ProtobufWriter, textOf } from '../protobuf';

/**
 * The messages of ONNX that a network needs, with the field numbers of onnx.proto3
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3). Fields that we do not know are passed over, as protocol
 * buffers ask for; what would change the meaning (external data, sparse tensors, functions, subgraphs) is refused.
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

/** A tensor; numbers of other widths are brought to one of these when read. */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | BigInt64Array | Uint8Array;
}
export interface OnnxValue {
  readonly name: string;
  readonly type: number;
  /** A number, or the name of a dimension that is open, such as "batch". */
  readonly shape: readonly (number | string)[];
}

export const FLOAT = 1;
const UINT8 = 2;
const INT32 = 6;
const INT64 = 7;
const BOOL = 9;
const DOUBLE = 11;
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

function encodeTensor(w: ProtobufWriter, { name, shape, values }: OnnxTensor): void {
  const type =
    values instanceof Float32Array
      ? FLOAT
      : values instanceof Float64Array
        ? DOUBLE
        : values instanceof BigInt64Array
          ? INT64
          : BOOL;
  w.ints(1, shape).int(2, type).text(8, name).bytes(9, littleEndian(values));
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

/** The bytes of numbers in the order that files have them, on every machine. */
function littleEndian(values: OnnxTensor['values']): Uint8Array {
  const width = values.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    if (values instanceof Float32Array) view.setFloat32(4 * i, values[i], true);
    else if (values instanceof Float64Array) view.setFloat64(8 * i, values[i], true);
    else if (values instanceof BigInt64Array) view.setBigInt64(8 * i, values[i], true);
    else bytes[i] = values[i];
  }
  return bytes;
}

/** @throws FormatError where the bytes are no model, naming the message and the field that is wrong */
export function decodeModel(bytes: Uint8Array): OnnxModel {
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
    else if (f.field === 7) graph = decodeGraph(bytesOf(f, 'The model'));
    else if (f.field === 8) {
      const { domain, version } = decodeOpset(bytesOf(f, 'The model'));
      if (domain === '' || domain === 'ai.onnx') opset = version;
    } else if (f.field === 14) metadata.set(...decodeEntry(bytesOf(f, 'The model')));
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

function decodeEntry(bytes: Uint8Array): [string, string] {
  let key = '';
  let value = '';
  for (const f of fieldsOf(bytes, 'An entry of the metadata')) {
    if (f.field === 1) key = textOf(f, 'An entry of the metadata');
    else if (f.field === 2) value = textOf(f, 'An entry of the metadata');
  }
  return [key, value];
}

function decodeGraph(bytes: Uint8Array): OnnxGraph {
  const what = 'The graph';
  let name = '';
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  for (const f of fieldsOf(bytes, what)) {
    if (f.field === 1) nodes.push(decodeNode(bytesOf(f, what)));
    else if (f.field === 2) name = textOf(f, what);
    else if (f.field === 5) initializers.push(decodeTensor(bytesOf(f, what)));
    else if (f.field === 11) inputs.push(decodeValue(bytesOf(f, what)));
    else if (f.field === 12) outputs.push(decodeValue(bytesOf(f, what)));
    else if (f.field === 15) throw new FormatError('The graph has sparse weights, which are not read.');
  }
  return { name, nodes, initializers, inputs, outputs };
}

function decodeNode(bytes: Uint8Array): OnnxNode {
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
    else if (f.field === 5) attributes.set(...decodeAttribute(bytesOf(f, what)));
  }
  return { name, type, domain, inputs, outputs, attributes };
}

function decodeAttribute(bytes: Uint8Array): [string, OnnxAttribute] {
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
    else if (f.field === 5) attribute = { type: 'tensor', value: decodeTensor(bytesOf(f, what)) };
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

/** Bytes of one number in `raw_data`, by the type of the tensor. */
const WIDTHS: Readonly<Record<number, number>> = {
  [FLOAT]: 4,
  [UINT8]: 1,
  [INT32]: 4,
  [INT64]: 8,
  [BOOL]: 1,
  [DOUBLE]: 8,
};

function decodeTensor(bytes: Uint8Array): OnnxTensor {
  let what = 'A tensor';
  const shape: number[] = [];
  let type = 0;
  let name = '';
  let raw: Uint8Array | undefined;
  const floats: Float32Array[] = [];
  const ints: number[] = [];
  const doubles: Uint8Array[] = [];
  for (const f of fieldsOf(bytes, what)) {
    if (f.field === 1) for (const n of intsOf(f, what)) shape.push(n);
    else if (f.field === 2) type = intOf(f, what);
    else if (f.field === 4) floats.push(floatsOf(f, what));
    else if (f.field === 5 || f.field === 7) for (const value of intsOf(f, what)) ints.push(value);
    else if (f.field === 8) what = `Tensor "${(name = textOf(f, what))}"`;
    else if (f.field === 9) raw = bytesOf(f, what);
    else if (f.field === 10) doubles.push(f.bytes);
    else if (f.field === 13 || (f.field === 14 && intOf(f, what) !== 0))
      throw new FormatError(
        `${what} keeps its data in another file, which is not read. Export with the weights inside.`,
      );
  }
  if (!shape.every((n) => n >= 0)) throw new FormatError(`${what} has the shape [${shape.join(', ')}].`);
  const size = sizeOf(shape);
  if (!Object.hasOwn(WIDTHS, type))
    throw new FormatError(`${what} is of the ONNX type ${type}; floats, doubles and whole numbers are read.`);
  if (raw) {
    if (raw.length !== size * WIDTHS[type])
      throw new FormatError(
        `${what} of shape [${shape.join(', ')}] takes ${size * WIDTHS[type]} bytes; found ${raw.length}.`,
      );
    return { name, shape, values: fromRaw(type, raw, size) };
  }
  const flat = (parts: readonly Float32Array[]): Float32Array => {
    const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  const joined = (parts: readonly Uint8Array[]): Float64Array =>
    Float64Array.from(
      parts.flatMap((part) => {
        if (part.length % 8 !== 0) throw new FormatError(`${what} has doubles that are cut short.`);
        const view = new DataView(part.buffer, part.byteOffset, part.length);
        return Array.from({ length: part.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
      }),
    );
  const values =
    type === FLOAT
      ? flat(floats)
      : type === DOUBLE
        ? joined(doubles)
        : type === BOOL || type === UINT8
          ? Uint8Array.from(ints)
          : BigInt64Array.from(ints, BigInt);
  if (values.length !== size)
    throw new FormatError(`${what} of shape [${shape.join(', ')}] holds ${size} numbers; found ${values.length}.`);
  return { name, shape, values };
}

function fromRaw(type: number, raw: Uint8Array, size: number): OnnxTensor['values'] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  if (type === FLOAT) return Float32Array.from({ length: size }, (_, i) => view.getFloat32(4 * i, true));
  if (type === DOUBLE) return Float64Array.from({ length: size }, (_, i) => view.getFloat64(8 * i, true));
  if (type === INT64) return BigInt64Array.from({ length: size }, (_, i) => view.getBigInt64(8 * i, true));
  if (type === INT32) return BigInt64Array.from({ length: size }, (_, i) => BigInt(view.getInt32(4 * i, true)));
  return raw.slice();
}
