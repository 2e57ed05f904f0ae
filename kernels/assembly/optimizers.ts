/** Moves n weights. */
export function updateRange(rule: usize, w: usize, g: usize, s0: usize, s1: usize, n: usize, c: usize): void {
  for (let i: usize = 0; i < n << 2; i += 4) {
    store<f32>(w + i, load<f32>(w + i) - load<f32>(c) * load<f32>(g + i));
  }
}
