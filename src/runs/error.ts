/** A run directory that cannot be made, read or written. The message says which, why, and what to do. */
export class RunError extends Error {
  override readonly name: string = 'RunError';
}

/** What is there of a run is not whole, was altered, or is of a newer version. */
export class DamagedRunError extends RunError {
  override readonly name = 'DamagedRunError';

  /** @param reason what is wrong, for whoever names the file already */
  constructor(
    message: string,
    readonly reason = message,
  ) {
    super(message);
  }
}

/** What went wrong with a file, where that file is named beside it. */
export const reasonOf = (error: unknown): string =>
  error instanceof DamagedRunError ? error.reason : (error as Error).message;

/** Why a disk did not do what it was asked to, and what to do, by the code of the error. */
const reasons: Readonly<Partial<Record<string, string>>> = {
  ENOSPC: 'the disk is full. Make room on it.',
  EDQUOT: 'your quota on this disk is used up. Make room on it.',
  EROFS: 'the disk is read-only. Keep runs in another place, with --run-dir or the setting dropoutStudio.runsFolder.',
  EACCES:
    'permission is denied. Change its permissions, or keep runs in another place, with --run-dir or the setting dropoutStudio.runsFolder.',
  EPERM:
    'permission is denied. Change its permissions, or keep runs in another place, with --run-dir or the setting dropoutStudio.runsFolder.',
  ENOENT: 'the folder was moved or removed. Put it back where it was.',
  EIO: 'the disk reports an error. Look after it.',
  ENAMETOOLONG: 'the name is too long. Choose a shorter one.',
};

/** What an error of the disk means to a person, as the end of a sentence; undefined where its own message must do. */
export const diskReason = (error: Error): string | undefined => reasons[(error as NodeJS.ErrnoException).code ?? ''];
