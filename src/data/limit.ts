import { ModelError } from '../model/diagnostics';
import type { JsonPath } from '../model/json';
import { bytes, count } from '../model/words';

/** Bytes that samples may take where nobody says otherwise. */
export const DEFAULT_DATA_LIMIT = 2 * 1024 ** 3;

/** Samples as they will be held. */
export interface SampleSizes {
  readonly rows: number;
  /** Numbers of one sample. */
  readonly inputs: number;
  readonly outputs: number;
}

/** What samples take: float32 for what the network reads and is to give, and the number of the row. */
export const bytesOf = ({ rows, inputs, outputs }: SampleSizes): number => 4 * rows * (inputs + outputs + 1);

/** What to do where data is too large: the same wherever it is refused. */
export const limitRemedy =
  'Use fewer rows or columns, or raise the setting "dropoutStudio.memoryLimit" (on the command line --memory-limit).';

/**
 * @param isEstimate the rows are told from what was read so far
 * @throws ModelError where samples would take more than the limit
 */
export function refuseTooLarge(
  name: string,
  sizes: SampleSizes,
  at: JsonPath,
  isEstimate: boolean,
  limit = DEFAULT_DATA_LIMIT,
): void {
  const needed = bytesOf(sizes);
  // An estimate has to be well above: a table that fits after all must not be refused.
  if (needed <= (isEstimate ? 1.1 : 1) * limit) return;
  throw new ModelError(
    'data-too-large',
    at,
    `${name} ${isEstimate ? 'seems to have about' : 'has'} ${count(sizes.rows, 'row')} of ${count(sizes.inputs, 'input')}, which ` +
      `take ${bytes(needed)}; at most ${bytes(limit)} are allowed. ${limitRemedy}`,
  );
}
