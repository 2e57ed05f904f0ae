import { join } from 'node:path';
import type { StoredPreprocessing } from '../data/preprocess';
import { type RunFiles, disk, writeAtomically } from './disk';
import { DamagedRunError, RunError } from './error';

const FILE = 'preprocessing.json';

/** Keeps what was done to a run's data in its directory. */
export const writePreprocessing = (
  directory: string,
  stored: StoredPreprocessing,
  files: RunFiles = disk,
): Promise<void> => writeAtomically(join(directory, FILE), `${JSON.stringify(stored, null, 2)}\n`, files);

/** @throws RunError where the run has none, or it is damaged or of another version */
export async function readPreprocessing(directory: string, files: RunFiles = disk): Promise<StoredPreprocessing> {
  const where = `${directory}: ${FILE}`;
  let text: string;
  try {
    text = new TextDecoder().decode(await files.read(join(directory, FILE)));
  } catch (error) {
    throw new RunError(`${where} cannot be read (${(error as Error).message}). Train again: this version writes one.`);
  }
  let stored: Partial<StoredPreprocessing> | null;
  try {
    stored = JSON.parse(text) as typeof stored;
  } catch (error) {
    throw new DamagedRunError(`${where} is damaged: ${(error as Error).message}`);
  }
  if (stored?.format !== 1)
    throw new DamagedRunError(`${where} has format ${JSON.stringify(stored?.format)}; this version reads format 1.`);
  if (!stored.inputs || !stored.target)
    throw new DamagedRunError(`${where} is damaged: it lacks "inputs" or "target".`);
  return stored as StoredPreprocessing;
}
