import type { Json } from './json';
import type { Shape } from './spec';

/** A value as a message quotes it: short, on one line. */
export function show(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 38)}…` : text;
}

export const list = (items: readonly string[], word = 'and'): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items[items.length - 1]}`;

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** 4160 as 4,160. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** 1536 → "1.5 KiB". */
export function bytes(n: number): string {
  const unit = Math.min(Math.floor(Math.log2(Math.max(n, 1)) / 10), 4);
  return unit === 0 ? `${n} B` : `${(n / 1024 ** unit).toFixed(1)} ${['', 'KiB', 'MiB', 'GiB', 'TiB'][unit]}`;
}
