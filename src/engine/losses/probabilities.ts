/**
 * Cross-entropy of outputs that something stands between and their softmax or sigmoid. A dropped answer is 0 there and a
 * scaled one may be above 1, so that the logarithm knows no bounds: as Keras does where it gets probabilities, they are
 * taken as lying within 1e-7 of 0 and 1, and outside of that the loss is flat.
 */
const MARGIN = 1e-7;

const inside = (p: number): number => (p < MARGIN ? MARGIN : p > 1 - MARGIN ? 1 - MARGIN : p);
const isInside = (p: number): boolean => p >= MARGIN && p <= 1 - MARGIN;

/** -log p. */
export const surprise = (p: number): number => -Math.log(inside(p));
/** Its derivative. */
export const surpriseSlope = (p: number): number => (isInside(p) ? -1 / p : 0);
