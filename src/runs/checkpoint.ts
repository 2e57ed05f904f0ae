import { webcrypto } from 'node:crypto';
import type { TrainerCounters, TrainerState } from '../engine/state';
import { FormatError } from '../formats/error';
import { type TensorFile, readSafetensors, writeSafetensors } from '../formats/safetensors';

/** Tells our files from other programs' in the metadata. */
const OURS = 'dropout-studio-';
const kind = `${OURS}checkpoint-1`;

/** All that a run goes on from. */
export interface Checkpoint extends TrainerState {
  /** Changes by hand, of those in the log, that the state has in it. */
  readonly changes: number;
}

/** A trainer's state as a file: tensors under their names, counters as JSON in the metadata. The same states give the same bytes. */
export function toCheckpoint({ counters, tensors, changes }: Checkpoint): TensorFile {
  return {
    tensors,
    metadata: new Map([
      ['format', kind],
      ['counters', JSON.stringify(counters)],
      ['changes', String(changes)],
    ]),
  };
}

/** @throws FormatError where the file is a safetensors file, but none that `toCheckpoint` made */
export function fromCheckpoint({ tensors, metadata }: TensorFile): Checkpoint {
  const counters = metadata.get('counters');
  if (metadata.get('format') !== kind || counters === undefined) {
    throw new FormatError(`The file holds no training state: its metadata should say "format": "${kind}".`);
  }
  try {
    return {
      counters: JSON.parse(counters) as TrainerCounters,
      tensors,
      changes: Number(metadata.get('changes') ?? 0),
    };
  } catch (error) {
    throw new FormatError(`The checkpoint's counters are damaged: ${(error as Error).message}`);
  }
}

/** What a state's tensors of the best epoch are called: this, and the weight's own name. */
const BEST = 'best/';
/** What its tensors of the optimizer are called: this, the weight's name, and what the optimizer calls it. */
const OPTIMIZER = 'optimizer/';

/** The format of weights alone. */
const plain = `${OURS}weights-1`;

/** The weights of the best epoch alone, for prediction and export; undefined before there is one. */
export function bestCheckpoint({ counters: { best }, tensors }: TrainerState): TensorFile | undefined {
  if (!best) return undefined;
  const metadata = new Map([
    ['format', plain],
    ['epoch', String(best.epoch)],
    ['loss', String(best.loss)],
  ]);
  const weights = [...tensors].flatMap(([name, tensor]) =>
    name.startsWith(BEST) ? [[name.slice(BEST.length), tensor] as const] : [],
  );
  return { tensors: new Map(weights), metadata };
}

/**
 * The weights alone of any checkpoint: of a state, without what the optimizer keeps and without those of the best epoch.
 * What a layer called "best" or "optimizer" has stays: no weight is called as the rest of its name says.
 */
export function weightsOf({ tensors, metadata }: TensorFile): TensorFile {
  const isCopy = (name: string): boolean => {
    if (name.startsWith(BEST)) return tensors.has(name.slice(BEST.length));
    return name.startsWith(OPTIMIZER) && tensors.has(name.slice(OPTIMIZER.length, name.lastIndexOf('/')));
  };
  const all = metadata.get('format') !== kind;
  return {
    tensors: new Map([...tensors].filter(([name]) => all || !isCopy(name))),
    metadata: new Map([['format', plain]]),
  };
}

/**
 * The epoch, from 1, whose end a checkpoint's weights are of; 0 before there was one. Undefined where nobody knows.
 * @param kept the epoch whose weights were put back at the run's end, where it is that checkpoint
 */
export function epochOf({ metadata }: TensorFile, kept?: number): number | undefined {
  const told = metadata.get('epoch');
  if (told !== undefined) return Number(told);
  const counters = metadata.get('counters');
  if (counters === undefined) return undefined;
  return kept ?? (JSON.parse(counters) as TrainerCounters).epoch - 1;
}

const SEAL = 'sha256';
const blank = '0'.repeat(64);

/**
 * The bytes of a file with a checksum in its metadata: "sha256" is that of all its bytes, taken with 64 zeros in the
 * place of the 64 digits. So it travels with the file, and both are replaced in one rename.
 */
export async function seal({ tensors, metadata }: TensorFile): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = writeSafetensors({ tensors, metadata: new Map([...metadata, [SEAL, blank]]) });
  bytes.set(new TextEncoder().encode(await digestOf(bytes)), placeOf(bytes, blank));
  return bytes;
}

/**
 * Reads a file that `seal` made, or one of another program, which has no checksum.
 * @throws FormatError where the checksum is not that of the bytes, or the file is no safetensors file
 */
export async function unseal(bytes: Uint8Array): Promise<TensorFile> {
  const file = readSafetensors(bytes);
  const sum = file.metadata.get(SEAL);
  if (sum === undefined) {
    if (file.metadata.get('format')?.startsWith(OURS))
      throw new FormatError('The file was altered: it has no checksum.');
    return file;
  }
  const blanked = bytes.slice();
  blanked.set(new TextEncoder().encode(blank), placeOf(bytes, sum));
  if ((await digestOf(blanked)) !== sum)
    throw new FormatError('The file was altered or damaged: its content does not have the SHA-256 checksum it names.');
  return file;
}

/** Off this thread: a large checkpoint would hold up training. */
async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}

/** Where the digits stand. Inside of other texts quotes are escaped, so the key is found as such alone. */
function placeOf(bytes: Uint8Array, digits: string): number {
  const key = `"${SEAL}":"`;
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(`${key}${digits}"`);
  if (digits.length !== 64 || at < 0) throw new FormatError(`The file's "${SEAL}" is damaged: 64 digits expected.`);
  return at + key.length;
}
