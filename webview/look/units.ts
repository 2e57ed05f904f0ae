/** Inputs in the units of the data: what the network reads may have been scaled. Pure. */
import type { InputScale } from '../../src/protocol/training';
import * as words from '../words';

/** What a number that the network reads is in the data's units. */
export function inDataUnits(value: number, scale: InputScale | undefined): number {
  if (!scale) return value;
  const plain = value * scale.scale + scale.offset;
  return scale.log ? Math.expm1(plain) : plain;
}

/** The ends of an axis, and any number on it, in the data's units. */
export const axisOf = (
  [low, high]: readonly [number, number],
  scale: InputScale | undefined,
): readonly [number, number] => [inDataUnits(low, scale), inDataUnits(high, scale)];

/** A value of a sample as the data has it. */
export const ownValue = (value: number, scale: InputScale | undefined): string => words.axis(inDataUnits(value, scale));

/** "1,001, read as 0.53": where it was scaled, also what the network reads. */
export const valueAndRead = (value: number, scale: InputScale | undefined): string =>
  scale ? `${ownValue(value, scale)}, read as ${words.value(value)}` : words.axis(value);
