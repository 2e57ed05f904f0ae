import type { Node } from 'jsonc-parser';

/** Characters of a text: UTF-16 offsets from the start. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

export const placeOf = ({ offset, length }: Node): Place => ({ offset, length });

/** A cursor right behind the last character counts, for that is where typing leaves it. */
export const covers = ({ offset, length }: Place, at: number): boolean => at >= offset && at <= offset + length;

/** A string without its quotes; the closing one may be missing still. */
export function inside(text: string, { offset, length }: Place): Place {
  const closed = length > 1 && text[offset + length - 1] === '"';
  return { offset: offset + 1, length: Math.max(0, length - (closed ? 2 : 1)) };
}
