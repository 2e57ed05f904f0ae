/** The value of a half-precision float (IEEE 754 binary16), given as its bits: exact in float32. */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const bits32 = new Uint32Array(1);
const float32 = new Float32Array(bits32.buffer);

/** The value of a bfloat16, given as its bits: the upper half of those of a float32. */
export function bfloat16(bits: number): number {
  bits32[0] = bits << 16;
  return float32[0];
}
