/**
 * The constants of the loops stand in memory, written once, before any kernel runs, and are read where they are used: V8
 * makes a constant vector anew at each use within a loop, in three instructions where reading is one. The place is
 * kept free by src/engine/kernels/wasm/machine.ts.
 */
const TABLE: usize = 2048;

// @ts-ignore: decorator
@inline
export function constant(i: usize): v128 {
  return v128.load32_splat(TABLE + (i << 2));
}

// Where each stands; of those of several coefficients, the first.
export const LOG2E: usize = 0;
/** 1.5 2^23 - 1: a sum with it has the nearest whole number, less 1, in its low bits. */
export const ROUNDER: usize = 1;
/** ln 2 in two parts: the first has so few digits that its products with exponents are exact. */
export const LN2_HIGH: usize = 2;
export const LN2_LOW: usize = 3;
/** Coefficients, the highest power's first: (exp r - 1 - r) / r^2 for |r| <= ln 2 / 2, from Cephes. */
export const EXP: usize = 4;
/** Below the first exp gives 0, above the second infinity. */
export const EXP_MIN: usize = 10;
export const EXP_MAX: usize = 11;
export const ONE: usize = 12;
export const HALF: usize = 13;
export const TWO: usize = 14;
/** (tanh x - x) / x^3 by x^2, for |x| < TANH_NEAR, from Cephes. */
export const TANH: usize = 15;
export const TANH_NEAR: usize = 20;
/** (log(1 + f) - f + f^2 / 2) / f^3 for root(1/2) <= 1 + f <= root 2, from Cephes. */
export const LOG: usize = 21;
export const ROOT2_LESS_1: usize = 30;
/**
 * (1 + a) exp(a^2 / 2) times the probability that a normal number is above a, by q = (a - 3) / (a + 3), for
 * 0 <= a <= NORMAL_MAX: the interpolation at Chebyshev points, in the variable of Shepherd and Laframboise, "Chebyshev
 * Approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity", Mathematics of Computation 36 (1981).
 */
export const NORMAL: usize = 31;
export const NORMAL_MAX: usize = 41;
export const NORMAL_CENTER: usize = 42;
/** 1 / root(2 pi). */
export const DENSITY: usize = 43;
/** Of the activations: see src/engine/activations. */
export const LEAKY: usize = 44;
export const SELU_SCALE: usize = 45;
/** Scale times alpha. */
export const SELU_LOW: usize = 46;
/** Bits of the upper half of a number: what is left of it squares exactly. */
export const UPPER: usize = 47;
/** The multipliers of Philox, unsigned. */
export const PHILOX_0: usize = 48;
export const PHILOX_1: usize = 49;

/** Writes all of them. */
export function prepare(): void {
  write(LOG2E, 1.4426950408889634);
  write(ROUNDER, 12582911.0);
  write(LN2_HIGH, 0.693359375);
  write(LN2_LOW, -2.12194440e-4);
  write(EXP, 1.9875691500e-4);
  write(EXP + 1, 1.3981999507e-3);
  write(EXP + 2, 8.3334519073e-3);
  write(EXP + 3, 4.1665795894e-2);
  write(EXP + 4, 1.6666665459e-1);
  write(EXP + 5, 5.0000001201e-1);
  write(EXP_MIN, -87.3);
  write(EXP_MAX, 89.0);
  write(ONE, 1.0);
  write(HALF, 0.5);
  write(TWO, 2.0);
  write(TANH, -5.70498872745e-3);
  write(TANH + 1, 2.06390887954e-2);
  write(TANH + 2, -5.37397155531e-2);
  write(TANH + 3, 1.33314422036e-1);
  write(TANH + 4, -3.33332819422e-1);
  write(TANH_NEAR, 0.625);
  write(LOG, 7.0376836292e-2);
  write(LOG + 1, -1.1514610310e-1);
  write(LOG + 2, 1.1676998740e-1);
  write(LOG + 3, -1.2420140846e-1);
  write(LOG + 4, 1.4249322787e-1);
  write(LOG + 5, -1.6668057665e-1);
  write(LOG + 6, 2.0000714765e-1);
  write(LOG + 7, -2.4999993993e-1);
  write(LOG + 8, 3.3333331174e-1);
  write(ROOT2_LESS_1, 0.41421356237309503);
  write(NORMAL, -0.00007434244616888463);
  write(NORMAL + 1, -0.0004648666945286095);
  write(NORMAL + 2, -0.0002615342673379928);
  write(NORMAL + 3, 0.003009303705766797);
  write(NORMAL + 4, 0.0011303768260404468);
  write(NORMAL + 5, -0.022733192890882492);
  write(NORMAL + 6, 0.045167673379182816);
  write(NORMAL + 7, -0.016431758180260658);
  write(NORMAL + 8, -0.09652689099311829);
  write(NORMAL + 9, 0.48605579137802124);
  write(NORMAL_MAX, 13.3);
  write(NORMAL_CENTER, 3.0);
  write(DENSITY, 0.3989422804014327);
  write(LEAKY, 0.01);
  write(SELU_SCALE, 1.0507009873554805);
  write(SELU_LOW, 1.7580993408473766);
  store<u32>(TABLE + (UPPER << 2), 0xfffff000);
  store<u32>(TABLE + (PHILOX_0 << 2), 0xd2511f53);
  store<u32>(TABLE + (PHILOX_1 << 2), 0xcd9e8d57);
}

function write(i: usize, value: f32): void {
  store<f32>(TABLE + (i << 2), value);
}
