/** Steps by their number, as they are typed. Pure. */
import * as words from '../words';

/**
 * The step that somebody wants to see again.
 * @param text its number, from 1, as it is written anywhere: "634", "1,066"
 * @param made steps that were made
 * @returns its place among them, from 0, or why there is none
 */
export function typedStep(text: string, made: number): { readonly step: number } | { readonly error: string } {
  const plain = text.trim().replaceAll(/[,\s]/g, '');
  const number = /^\d+$/.test(plain) ? Number(plain) : undefined;
  if (number !== undefined && number >= 1 && number <= made) return { step: number - 1 };
  const said =
    number === undefined ? `\u201c${text.trim()}\u201d is no step` : `There is no step ${words.count(number)}`;
  return { error: `${said}: this run has the steps 1 to ${words.count(made)}.` };
}
