/** A file that does not keep to its format. The message says what was expected and what was found. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}
