/** A dropout rate under the hand: what a pointer, a key or typed digits make of it. Pure. */

export const MAX_RATE = 0.99;

/** Two decimals, within what a rate can be. */
export const roundRate = (r: number): number => Math.min(MAX_RATE, Math.max(0, Math.round(r * 100) / 100));

/** From a place on the track, 0 to 1, to a rate. */
export const rateAt = (share: number): number => roundRate(share);

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -0.01,
  ArrowDown: -0.01,
  ArrowRight: 0.01,
  ArrowUp: 0.01,
  PageDown: -0.1,
  PageUp: 0.1,
};

/** The rate after a key, or undefined where the key does not move it. */
export function rateAfterKey(key: string, rate: number): number | undefined {
  if (key === 'Home') return 0;
  if (key === 'End') return MAX_RATE;
  return Object.hasOwn(STEPS, key) ? roundRate(rate + STEPS[key]) : undefined;
}

/** Digits typed on a slider: "5" is 0.5, "25" is 0.25, ".3" and "0.3" are themselves. Undefined where it is no rate. */
export function typedRate(text: string): number | undefined {
  if (!/^(\d*\.\d+|\d+\.?)$/.test(text)) return undefined;
  const value = text.includes('.') || /^0+$/.test(text) ? Number(text) : Number(`0.${text}`);
  return Number.isFinite(value) && value >= 0 && value < 1 ? roundRate(value) : undefined;
}
