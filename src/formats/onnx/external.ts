import { FormatError } from '../error';
import { bytesOf, fieldsOf, textOf } from '../protobuf';

/**
 * Data of tensors in files beside the ONNX file, as PyTorch's exporter writes weights: `external_data` of onnx.proto3
 * (https://github.com/onnx/onnx/blob/main/docs/ExternalData.md).
 */
export class ExternalData {
  /** Bytes that are not taken yet: tensors that lie over each other would take more memory than there is data. */
  #left: number;

  /** @param files what `externalFilesOf` names */
  constructor(private readonly files: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#left = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * @param entries keys and values: "location", and "offset" and "length" in bytes
   * @param size bytes that the tensor takes
   * @throws FormatError where there is no such file, or not so much in it
   */
  take(entries: readonly (readonly [string, string])[], size: number, what: string): Uint8Array {
    const said = new Map(entries);
    const location = locationOf(said, what);
    const file = this.files.get(location);
    if (!file) throw new FormatError(`${what} keeps its data in "${location}", which is not there.`);
    const offset = numberOf(said.get('offset') ?? '0', what);
    const length = numberOf(said.get('length') ?? String(size), what);
    if (length !== size) throw new FormatError(`${what} takes ${size} bytes; "${location}" is said to hold ${length}.`);
    if (offset + length > file.length)
      throw new FormatError(
        `${what} is said to end at byte ${offset + length} of "${location}", which has ${file.length}.`,
      );
    this.#left -= length;
    if (this.#left < 0) throw new FormatError(`${what} shares its data in "${location}" with others.`);
    return file.subarray(offset, offset + length);
  }
}

/**
 * The files beside an ONNX file that its weights are in; none, where it has them inside.
 * @throws FormatError where it is damaged, or a file should lie elsewhere than beside it
 */
export function externalFilesOf(bytes: Uint8Array): ReadonlySet<string> {
  const files = new Set<string>();
  for (const part of fieldsOf(bytes, 'The model')) {
    if (part.field !== 7) continue;
    for (const tensor of fieldsOf(bytesOf(part, 'The model'), 'The graph')) {
      if (tensor.field !== 5) continue;
      const entries: (readonly [string, string])[] = [];
      for (const f of fieldsOf(bytesOf(tensor, 'The graph'), 'A tensor'))
        if (f.field === 13) entries.push(entryOf(bytesOf(f, 'A tensor'), 'A tensor'));
      if (entries.length > 0) files.add(locationOf(new Map(entries), 'A tensor'));
    }
  }
  return files;
}

/** A key and its value. */
export function entryOf(bytes: Uint8Array, what: string): readonly [string, string] {
  let key = '';
  let value = '';
  for (const f of fieldsOf(bytes, what)) {
    if (f.field === 1) key = textOf(f, what);
    else if (f.field === 2) value = textOf(f, what);
  }
  return [key, value];
}

function locationOf(said: ReadonlyMap<string, string>, what: string): string {
  const location = said.get('location') ?? '';
  if (!/^[^/\\:]+$/.test(location) || location === '.' || location === '..')
    throw new FormatError(`${what} keeps its data in "${location}"; it is read from files beside the ONNX file alone.`);
  return location;
}

function numberOf(text: string, what: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number))
    throw new FormatError(`${what} begins or ends at byte "${text}" of its file.`);
  return number;
}
