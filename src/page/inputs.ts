/** What a person gives, as the network reads it. No DOM here. */
import { TablePreprocessor } from '../data/preprocess';
import { scaleValue } from '../data/scale';
import { TextRow } from '../data/tableRow';
import type { StoredColumn } from '../engine/preparation';
import type { PageData } from '../formats/page/content';

/** Inputs, or what is wrong and where. */
export type Read = { readonly inputs: Float32Array } | { readonly message: string; readonly column?: string };

/** One row of a table, read by what was stored with the run, as `netjson predict` reads it. */
export function readRow(columns: readonly StoredColumn[], cells: readonly string[]): Read {
  const parts: Float32Array[] = [];
  for (const [i, column] of columns.entries()) {
    const own = new TablePreprocessor({ type: 'columns', columns: [column] }, [column.name], 'Input', 'refuse');
    try {
      own.add(new TextRow([cells[i].trim()]), 1);
    } catch (error) {
      const message = (error as Error).message.replace('Input, line 1: c', 'C');
      return { message, column: column.name };
    }
    parts.push(own.samples().inputs);
  }
  return { inputs: joined(parts) };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Numbers of a picture or another array, in the unit of the data, row-major with the channels last. */
export function readNumbers({ preparation }: PageData, values: ArrayLike<number>, size: number): Read {
  if (values.length !== size)
    return {
      message: `The network reads ${size.toLocaleString('en')} numbers; here are ${values.length.toLocaleString('en')}.`,
    };
  const inputs = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    inputs[i] = scaled(preparation, values[i], i);
    if (!Number.isFinite(inputs[i]))
      return { message: `Number ${i + 1} is ${values[i]}, which is none that the network can read.` };
  }
  return { inputs };
}

function scaled(preparation: PageData['preparation'], value: number, at: number): number {
  if (!preparation) return value;
  if (preparation.type === 'arrays') {
    const { subtract, divide } = preparation;
    return scaleValue(value, false, subtract[at % subtract.length], divide[at % divide.length]);
  }
  const column = preparation.columns[at];
  if (column.type !== 'number') return NaN;
  return scaleValue(value, column.log === true, column.subtract, column.divide);
}

/** Numbers as people paste them: between commas, semicolons, tabs or blanks. */
export const numbersIn = (text: string): number[] => partsOf(text).map((part) => (part === '' ? NaN : Number(part)));

/** Cells of a row as people paste it; one alone where nothing parts it. */
export const partsOf = (text: string): string[] => {
  const line = text.trim();
  return /[\t;,]/.test(line) ? line.split(/\s*[\t;,]\s*/) : line.split(/\s+/);
};
