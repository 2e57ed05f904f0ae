// How figures are written: three digits, for no measurement here is good for more.
import { median } from './measure.mjs';

const whole = new Intl.NumberFormat('en-US');

/** A number that is exact. @param {number} n */
export const count = (n) => whole.format(n);

/** A number that was measured. @param {number} x */
export const figure = (x) => (x >= 1000 ? whole.format(Number(x.toPrecision(3))) : String(Number(x.toPrecision(3))));

/** A ratio of two rates, such as 1.07, 12.3, 4,310. @param {number} x */
export const ratio = (x) => (x < 10 ? x.toFixed(2) : figure(x));

/**
 * A Markdown table.
 * @param {string[][]} rows the first one is the heading
 */
export function table([heading, ...rows]) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(heading), line(heading.map((_, i) => (i ? '--:' : ':--'))), ...rows.map(line)].join('\n');
}

/**
 * The middle of some ratios and how far they reach, such as "1.07 (0.98 to 1.12)".
 * @param {number[]} ratios
 */
export const spread = (ratios) =>
  ratios.length === 1
    ? ratio(ratios[0])
    : `${ratio(median(ratios))} (${ratio(Math.min(...ratios))} to ${ratio(Math.max(...ratios))})`;
