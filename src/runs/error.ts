/** A run directory that cannot be made, read or written. The message says which, why, and what to do. */
export class RunError extends Error {
  override readonly name = 'RunError';
}
