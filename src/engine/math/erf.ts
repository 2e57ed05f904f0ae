/**
 * The error function and its complement in double accuracy, by the rational approximations of Cody, "Rational Chebyshev
 * Approximation for the Error Function", Mathematics of Computation 23 (1969).
 */

/** On |x| <= 0.46875: erf x = x P(x^2) / Q(x^2). Highest power first, as everywhere below. */
const NEAR_P = [
  1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3,
];
const NEAR_Q = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];

/** On 0.46875 < x <= 4: erfc x = exp(-x^2) P(x) / Q(x). */
const MIDDLE_P = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
  8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
];
const MIDDLE_Q = [
  1, 1.57449261107098347e1, 1.176939508913125e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
  4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];

/** On x > 4: erfc x = exp(-x^2) / x (1 / sqrt(pi) - 1 / x^2 P(1 / x^2) / Q(1 / x^2)). */
const FAR_P = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
  1.60837851487422766e-2, 6.58749161529837803e-4,
];
const FAR_Q = [
  1, 2.56852019228982242, 1.87295284992346047, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3,
];

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + coefficients[i];
  return sum;
}

/** exp(-x^2) without the error of squaring: x is split at a sixteenth, so that its high part squares exactly. */
function gauss(x: number): number {
  const high = Math.trunc(x * 16) / 16;
  return Math.exp(-high * high) * Math.exp(-(x - high) * (x + high));
}

/** For x > 0.46875. */
function complement(x: number): number {
  if (x <= 4) return (gauss(x) * polynomial(MIDDLE_P, x)) / polynomial(MIDDLE_Q, x);
  // Below the smallest number there is.
  if (x > 27) return 0;
  const z = 1 / (x * x);
  return (gauss(x) / x) * (1 / Math.sqrt(Math.PI) - (z * polynomial(FAR_P, z)) / polynomial(FAR_Q, z));
}

/** erf x = 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size <= 0.46875) return (x * polynomial(NEAR_P, x * x)) / polynomial(NEAR_Q, x * x);
  const value = 1 - complement(size);
  return x < 0 ? -value : value;
}

/** erfc x = 1 - erf x, accurate where that difference would be nothing but rounding. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) <= 0.46875) return 1 - erf(x);
  return x > 0 ? complement(x) : 2 - complement(-x);
}
