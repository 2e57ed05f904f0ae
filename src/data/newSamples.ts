import type { FloatSamples } from '../engine/dataset';
import type { StoredArrays } from '../engine/preparation';
import type { NumberArray } from '../formats/arrays';
import { readIdx } from '../formats/idx';
import { isGzip } from '../formats/inflate';
import { readNpy } from '../formats/npy';
import { isZip } from '../formats/zip';
import { ModelError } from '../model/diagnostics';
import { sizeOf } from '../model/spec';
import { inFile } from './files';
import { type StoredPreprocessing, TablePreprocessor, type Unknown } from './preprocess';
import { scaleValue } from './scale';
import { formatOf, readTable } from './tableFile';

/** Samples that nobody knows the answers of. */
export interface NewSamples {
  readonly samples: FloatSamples;
  /** Columns of a table that the network does not read. */
  readonly ignored: readonly string[];
  readonly unseen: TablePreprocessor['unseen'];
}

/**
 * Reads samples for a trained network: a table (CSV, JSON Lines or Parquet, by the name's ending), or an array of as many numbers a
 * sample as the network reads (NumPy's .npy, or IDX, plain or gzipped).
 * @throws ModelError where the file is none, or does not fit what the network was trained on
 */
export function readNewSamples(
  bytes: Uint8Array,
  name: string,
  { inputs }: StoredPreprocessing,
  options: { readonly unknown: Unknown; readonly delimiter?: 'comma' | 'semicolon' | 'tab' },
): NewSamples {
  if (inputs.type === 'arrays') return { samples: arraySamples(bytes, name, inputs), ignored: [], unseen: new Map() };
  // Columns are called so where the training file named none.
  const header = !inputs.columns.every(({ name: column }) => /^column\d+$/.test(column));
  let table: TablePreprocessor | undefined;
  readTable(bytes, name, { format: formatOf(name), delimiter: options.delimiter, header, fewest: 1 }, (header) => {
    const own = new TablePreprocessor(inputs, header, name, options.unknown);
    table = own;
    return (row, line) => own.add(row, line);
  });
  const { ignored, unseen } = table!;
  return { samples: table!.samples(), ignored, unseen };
}

function arraySamples(bytes: Uint8Array, name: string, { shape, subtract, divide }: StoredArrays): FloatSamples {
  const array = inFile(name, [], (): NumberArray => {
    if (bytes[0] === 0x93) return readNpy(bytes);
    if (isZip(bytes) || !(isGzip(bytes) || (bytes[0] === 0 && bytes[1] === 0)))
      throw new ModelError(
        'no-array',
        [],
        `${name} is neither a .npy file nor an IDX file: the network reads arrays of the shape [${shape.join(', ')}]. Save the samples as one array.`,
      );
    return readIdx(bytes);
  });
  const size = sizeOf(shape);
  const [count = 0, ...own] = array.shape;
  if (count === 0 || sizeOf(own) !== size)
    throw new ModelError(
      'input-shape',
      [],
      `${name} has the shape [${array.shape.join(', ')}]: samples of ${sizeOf(own)} numbers. The network reads ${size}, of the shape [${shape.join(', ')}].`,
    );
  const out = new Float32Array(count * size);
  out.forEach((_, at) => {
    const value = array.values[at];
    out[at] = scaleValue(value, false, subtract[at % subtract.length], divide[at % divide.length]);
    if (!Number.isFinite(out[at]))
      throw new ModelError(
        'cell',
        [],
        `${name}: sample ${Math.floor(at / size)}, counted from 0, holds ${value}, which is no number that a float32 can hold.`,
      );
  });
  return { count, inputs: out, targets: new Float32Array(0), rows: Uint32Array.from({ length: count }, (_, i) => i) };
}
