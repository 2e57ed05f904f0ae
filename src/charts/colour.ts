/** Computed CSS colours as every reader of SVG knows them. Pure. */

const hex = (n: number): string =>
  Math.round(Math.min(1, Math.max(0, n)) * 255)
    .toString(16)
    .padStart(2, '0');

/**
 * `fill` or `stroke` of a colour, with its opacity apart.
 * @param css as computed: `rgb(…)`, `rgba(…)`, or `color(srgb …)`, which color-mix gives; anything else is taken as it is
 * @param share of its opacity
 */
export function paintOf(css: string, as: 'fill' | 'stroke', share = 1): string {
  const numbers = (css.match(/-?\d*\.?\d+(?:e-?\d+)?%?/g) ?? []).map((t) =>
    t.endsWith('%') ? Number(t.slice(0, -1)) / 100 : Number(t),
  );
  const wide = css.startsWith('color(srgb ');
  const known = (wide || /^rgba?\(/.test(css)) && numbers.length >= 3;
  const [r, g, b] = wide ? numbers : numbers.map((n) => n / 255);
  const opacity = (known ? (numbers[3] ?? 1) : 1) * share;
  const colour = known ? `#${hex(r)}${hex(g)}${hex(b)}` : css;
  return `${as}="${colour}"${opacity < 1 ? ` ${as}-opacity="${String(Math.round(opacity * 1000) / 1000)}"` : ''}`;
}
