export const delimiters = { comma: ',', semicolon: ';', tab: '\t' } as const;
export type Delimiter = keyof typeof delimiters;

/** What stands between cells where nothing is said: what the ending of the file's name promises. */
export const delimiterFor = (path: string): Delimiter => (/\.(tsv|tab)$/i.test(path) ? 'tab' : 'comma');

/** A decimal number as every language writes it: no hexadecimal, no thousands mark, no "Infinity". */
export const isNumber = (cell: string): boolean =>
  /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(cell) && Number.isFinite(Number(cell));

/**
 * The moment that a date names (ISO 8601: 2026-11-22, or with a time of day), in milliseconds since 1970; NaN where it is
 * none. Without a zone it is taken as UTC, so that no machine orders rows otherwise.
 */
export function timestamp(cell: string): number {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(cell);
  if (!parts) return NaN;
  const [, day, clock, zone] = parts;
  return Date.parse(clock === undefined ? day : `${day}T${clock}${zone ?? 'Z'}`);
}

/** What tools write where a value is unknown. "none" is not among them: it can well be a class. */
export const isMissing = (cell: string): boolean => /^(|\?|na|n\/a|nan|null)$/i.test(cell);

/** A date or a time of day, as spreadsheets and logs write them. */
export const isDate = (cell: string): boolean =>
  /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ].*)?$|^\d{1,2}:\d{2}(:\d{2})?$/.test(cell);

/** A number such as 1,5. */
export const isDecimalComma = (cell: string): boolean => /^[+-]?\d+,\d+([eE][+-]?\d+)?$/.test(cell);

/** A number whose thousands are marked off: 1,234.5 or 1.234,5 or 1 234 or 1'234'567. */
export const isGrouped = (cell: string): boolean =>
  /^[+-]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:\.\d{3})+,\d+|(?:,\d{3}){2,}|(?:\.\d{3}){2,}|(?:['’ \u00a0\u202f]\d{3})+(?:[.,]\d+)?)$/.test(
    cell,
  );
