/** Numbers and parts of the data as they are written. No DOM here. */
import { type DataPart, type Histogram, type TargetView, dataParts } from '../../src/model/dataView';
import * as words from '../words';

export const partNames: Readonly<Record<DataPart, string>> = {
  train: 'Train',
  validation: 'Validation',
  test: 'Test',
};
/** By its place among `dataParts`. */
export const partName = (part: number): string => (part < dataParts.length ? partNames[dataParts[part]] : 'Not used');

/** Four digits that count, no trailing zeros; very large and very small ones in powers of ten. */
export function amount(value: number): string {
  if (Number.isNaN(value)) return '\u2013';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7))
    return value.toExponential(2).replace('e+', 'e').replaceAll('-', '\u2212');
  if (Number.isInteger(value)) return words.count(value);
  return String(Number(value.toPrecision(4))).replace('-', '\u2212');
}

/** A cell as the source may have written it: all of its digits. */
export const cell = (value: number): string =>
  Number.isNaN(value) ? '\u2013' : String(Number(value.toPrecision(9))).replace('-', '\u2212');

export const targetText = (value: number, target: TargetView): string =>
  target.type === 'classes' ? (target.names[value] ?? '') : cell(value);

export const targetName = (target: TargetView): string =>
  target.type === 'classes' ? (target.name ?? 'Class') : target.columns[0].name;

/** "Histogram of alcohol from 11.03 to 14.83: most of the 89 training rows from 13.5 to 13.7." */
export function spokenHistogram(name: string, { low, high, counts }: Histogram): string {
  const total = counts.train.reduce((a, b) => a + b, 0);
  if (total === 0) return `Histogram of ${name}: no training row has a value.`;
  const largest = counts.train.indexOf(Math.max(...counts.train));
  const width = (high - low) / counts.train.length;
  const from = amount(low + largest * width);
  const to = amount(low + (largest + 1) * width);
  return `Histogram of ${name} from ${amount(low)} to ${amount(high)}: of ${words.plural(total, 'training row')} most, ${words.count(counts.train[largest])}, from ${from} to ${to}.`;
}
