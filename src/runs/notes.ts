import { join } from 'node:path';
import { type RunFiles, disk, writeAtomically } from './disk';
import { DamagedRunError, RunError } from './error';

/** What a person says of a run. It is beside what the run itself wrote, and changes nothing of that. */
export interface RunNotes {
  /** What it is called; absent: by its model and its start. */
  readonly name?: string;
  readonly note?: string;
  /** Kept when runs are cleaned up, and listed first. */
  readonly pinned?: boolean;
}

/** In the run's directory. */
export const NOTES = 'notes.json';
const FORMAT = 1;

/**
 * What was said of a run; nothing where nobody did.
 * @throws DamagedRunError where the file is damaged or of a newer version; RunError where it cannot be read
 */
export async function readNotes(directory: string, files: RunFiles = disk): Promise<RunNotes> {
  let text: string;
  try {
    text = new TextDecoder().decode(await files.read(join(directory, NOTES)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new RunError(`${NOTES} cannot be read: ${(error as Error).message}.`);
  }
  let notes: { readonly [key in 'format' | keyof RunNotes]?: unknown };
  try {
    notes = JSON.parse(text) as typeof notes;
  } catch (error) {
    const reason = `damaged: ${(error as Error).message}. Mend or delete it.`;
    throw new DamagedRunError(`${NOTES} is ${reason}`, `It is ${reason}`);
  }
  if (typeof notes !== 'object' || notes === null || notes.format !== FORMAT)
    throw new DamagedRunError(
      `${NOTES} has format ${JSON.stringify(notes?.format)}; this version reads format ${FORMAT}. Update, or delete it.`,
      `It has format ${JSON.stringify(notes?.format)}; this version reads format ${FORMAT}. Update, or delete it.`,
    );
  const { name, note, pinned } = notes;
  return {
    ...(typeof name === 'string' && name !== '' && { name }),
    ...(typeof note === 'string' && note !== '' && { note }),
    ...(pinned === true && { pinned }),
  };
}

/**
 * Says something of a run, and leaves the rest as it was. Whether somebody writes the run does not matter.
 * @param change what is empty or false is taken back
 * @throws RunError where what is there cannot be read: it is not written over
 */
export async function changeNotes(directory: string, change: RunNotes, files: RunFiles = disk): Promise<void> {
  const { name, note, pinned } = { ...(await readNotes(directory, files)), ...change };
  const notes = { format: FORMAT, name: name || undefined, note: note || undefined, pinned: pinned || undefined };
  await writeAtomically(join(directory, NOTES), `${JSON.stringify(notes, null, 2)}\n`, files);
}
