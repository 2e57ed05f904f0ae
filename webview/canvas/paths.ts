/** Ways of lines. Pure. */

/** Up in the gap behind the source, across above everything, and down in the gap before the target. */
export function around(x0: number, y0: number, x1: number, y1: number, top: number, gap: number): string {
  const r = Math.min(6, gap / 3);
  const up = x0 + gap / 2;
  const down = x1 - gap / 2 + 3;
  return (
    `M${x0} ${y0}H${up - r}Q${up} ${y0} ${up} ${y0 - r}V${top + r}Q${up} ${top} ${up + r} ${top}` +
    `H${down - r}Q${down} ${top} ${down} ${top + r}V${y1 - r}Q${down} ${y1} ${down + r / 2} ${y1}H${x1}`
  );
}
